"""Fixes that can be tried: each with the files that it changes and the modules that it promises to keep out."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django_startup.files import read_file
from django_startup.imports.graph import Statement
from django_startup.imports.inquiry import Inquiry
from django_startup.lab.move import move_imports
from django_startup.lab.source_text import Uneditable
from django_startup.profile.parts import Fix
from django_startup.profile.trial import RefusedFix


@dataclass(frozen=True, slots=True)
class Candidate:
    """
    A fix that is to be tried.

    Attributes:
        fix: The fix.
        lines: The lines of imports that move, by file.
        promised: The modules that are gone when it is made together with those before it.
    """

    fix: Fix
    lines: dict[Path, frozenset[int]]
    promised: frozenset[str]


class Sources:
    """The files that are changed. Each is read once, so that all boots of a trial see the same."""

    def __init__(self) -> None:
        self.texts: dict[Path, bytes] = {}

    def moved(self, file: Path, lines: Collection[int]) -> bytes:
        """A file with the imports on some of its lines moved. Raises Uneditable."""
        if file not in self.texts:
            try:
                self.texts[file] = read_file(file)
            except OSError as error:
                raise Uneditable(f"{file.name} cannot be read ({error.strerror})") from error
        return move_imports(file, self.texts[file], lines)

    def edited(self, candidates: Iterable[Candidate]) -> dict[str, bytes]:
        """The files with all candidates made, by their real paths. Raises Uneditable."""
        lines: dict[Path, set[int]] = defaultdict(set)
        for candidate in candidates:
            for file, numbers in candidate.lines.items():
                lines[file] |= numbers
        return {str(file): self.moved(file, numbers) for file, numbers in lines.items()}


def find_candidates(inquiry: Inquiry, directory: Path, sources: Sources) -> Iterator[Candidate | RefusedFix]:
    """The profile's fixes that move imports, and those of them that cannot be written."""
    graph = inquiry.subjects.graph
    places: dict[tuple[str, int], list[Statement]] = defaultdict(list)
    for statement in inquiry.savings.edges_by:
        places[statement.file, statement.line].append(statement)
    moved: set[Statement] = set()
    gone: set[int] = set()
    for fix in (*inquiry.profile.fixes, *inquiry.profile.advice.smaller):
        if fix.kind != "defer":
            continue
        lines: dict[Path, set[int]] = defaultdict(set)
        for door in fix.doors:
            lines[Path(os.path.realpath(directory / door.file))].add(door.line)
        candidate_lines = {file: frozenset(numbers) for file, numbers in lines.items()}
        try:
            for file, numbers in candidate_lines.items():
                sources.moved(file, numbers)
        except Uneditable as error:
            yield RefusedFix(fix, str(error), tried=False)
            continue
        moved.update(statement for door in fix.doors for statement in places[door.file, door.line])
        lost = set(inquiry.savings.lost_without(moved))
        yield Candidate(fix, candidate_lines, frozenset(graph.names[node] for node in lost - gone))
        gone |= lost
