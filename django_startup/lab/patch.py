"""The fixes that were tried as a patch for git apply."""

from __future__ import annotations

import difflib
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from django_startup.exceptions import UsageError
from django_startup.lab.candidates import Sources
from django_startup.lab.source_text import LINE, Uneditable
from django_startup.profile.profile import StartupProfile

NO_END = "\\ No newline at end of file"


def render_patch(profile: StartupProfile, directory: Path) -> str:
    """
    The changes of files in directory that the tried fixes of a profile are; empty where there are none. Without those
    for which other lines have to change as well.

    Raises UsageError where a file is no longer what it was.
    """
    lines: dict[str, set[int]] = defaultdict(set)
    for fix in (*profile.fixes, *profile.advice.smaller):
        if fix.tried and not any(door.readers for door in fix.doors):
            for door in fix.doors:
                lines[door.file].add(door.line)
    return "".join(text for file in sorted(lines) for text in file_patch(file, directory, lines[file]))


def file_patch(file: str, directory: Path, lines: set[int]) -> Iterator[str]:
    path = Path(os.path.realpath(directory / file))
    sources = Sources()
    try:
        after = sources.moved(path, lines)
    except Uneditable as error:
        raise UsageError(f"{file} has changed since it was tried: {error}. Profile again.") from error
    name = Path(file).as_posix()
    was, becomes = (LINE.findall(data.decode("utf-8", "surrogateescape")) for data in (sources.texts[path], after))
    for line in difflib.unified_diff(was, becomes, f"a/{name}", f"b/{name}"):
        yield line if line.endswith("\n") else f"{line}\n{NO_END}\n"
