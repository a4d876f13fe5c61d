"""Changes of files as a patch for git apply."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from django_startup.lab.candidates import Sources
from django_startup.lab.editable import why_not_to_edit
from django_startup.lab.edits import Edit, edits_of
from django_startup.lab.source_text import LINE
from django_startup.lab.wanted import moving, to_change_as_well
from django_startup.profile.lazy import LazyImports, LazyKind
from django_startup.profile.parts import Door, Fix
from django_startup.profile.profile import StartupProfile
from django_startup.text import printable, short_file

NO_END = "\\ No newline at end of file"


def render_patch(edits: Iterable[Edit], header: Iterable[str] = ()) -> str:
    """What edits change, below lines of a header; empty where there is nothing of both."""
    above = "".join(f"{printable(line)}\n" for line in header)
    return above + "".join(text for edit in edits for text in file_patch(edit))


def file_patch(edit: Edit) -> Iterator[str]:
    name = Path(edit.file).as_posix()
    was, becomes = (LINE.findall(data.decode("utf-8", "surrogateescape")) for data in (edit.before, edit.after))
    for line in difflib.unified_diff(was, becomes, f"a/{name}", f"b/{name}"):
        yield line if line.endswith("\n") else f"{line}\n{NO_END}\n"


def render_lazy_patch(lazy: LazyImports, directory: Path) -> str:
    """The imports that can be lazy as a patch for the files in directory that may be edited. Raises UsageError."""
    doors: dict[str, list[Door]] = defaultdict(list)
    for each in lazy.of(LazyKind.LAZY):
        doors[each.file].append(Door(each.module, each.file, each.line, each.statement, True, ""))
    left = {file: why for file in doors if (why := why_not_to_edit(directory / file, directory))}
    fixes = [Fix("lazy", file, "", tuple(found), 0, 0) for file, found in doors.items() if file not in left]
    header = (f"Left out: {file} {why}" for file, why in left.items())
    return render_patch(edits_of(fixes, directory, Sources(lazy.style)), header)


def render_saved(profile: StartupProfile, directory: Path) -> str:
    """
    The patch of the tried fixes of a saved profile, for the files in directory; empty where there are none.

    Without those for which other lines have to change as well, and those in files that are not to be edited. Raises
    UsageError where a file is no longer what it was.
    """
    fixes = [fix for fix in moving(profile) if fix.tried]
    left = {fix: why for fix in fixes for door in fix.doors if (why := why_to_leave(door, directory))}
    sources = Sources(profile.trial.style)
    edits = edits_of([fix for fix in fixes if fix not in left], directory, sources)
    return render_patch(edits, (f"Left out: {fix.subject}: {why}" for fix, why in left.items()))


def why_to_leave(door: Door, directory: Path) -> str:
    """Why a line is not moved, as a sentence without a full stop; empty where it is."""
    reason = to_change_as_well(door.readers) or why_not_to_edit(directory / door.file, directory)
    return f"{short_file(door.file)} {reason}" if reason and not door.readers else reason
