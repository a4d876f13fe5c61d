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
from django_startup.profile.lazy import LazyImports, LazyKind
from django_startup.profile.parts import Door, Fix
from django_startup.text import printable

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
