"""The files that fixes change: what each holds, and what it is to hold."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django_startup.exceptions import UsageError
from django_startup.lab.candidates import Sources
from django_startup.lab.source_text import Uneditable
from django_startup.profile.parts import Door, Fix
from django_startup.text import quoted


@dataclass(frozen=True, slots=True)
class Edit:
    """
    A file that is changed.

    Attributes:
        file: As a profile has it: relative to the project where it is in it.
        path: Its real path.
        before: What it holds.
        after: What it is to hold.
    """

    file: str
    path: Path
    before: bytes
    after: bytes


def edits_of(fixes: Iterable[Fix], directory: Path, sources: Sources) -> list[Edit]:
    """
    The files in directory that fixes change, by name. Raises UsageError, also where another import than that of a fix
    stands on its line.
    """
    doors: dict[str, list[Door]] = defaultdict(list)
    for fix in fixes:
        for door in fix.doors:
            doors[door.file].append(door)
            sources.modules[Path(os.path.realpath(directory / door.file))] = door.module
    edits = []
    for file in sorted(doors):
        path = Path(os.path.realpath(directory / file))
        try:
            for door in doors[file]:
                check_statement(door, sources.statements(door.module, path, door.line).statement)
            after = sources.moved(path, {door.line for door in doors[file]})
        except Uneditable as error:
            raise UsageError(f"{file} has changed since it was tried: {error}. Profile again.") from error
        edits.append(Edit(file, path, sources.texts[path], after))
    return edits


def check_statement(door: Door, statement: str) -> None:
    """Raise Uneditable where another statement, or none, stands at the line of a door."""
    if statement != door.statement:
        stands = quoted(statement) if statement else "no import"
        raise Uneditable(f"{stands} is on line {door.line}, not {quoted(door.statement)}")


def texts(edits: Iterable[Edit]) -> dict[Path, bytes]:
    """What files are to hold, by their real paths."""
    return {edit.path: edit.after for edit in edits}
