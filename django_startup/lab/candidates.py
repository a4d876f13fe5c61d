"""Fixes that can be tried: each with the files that it changes and the modules that it promises to keep out."""

from __future__ import annotations

import ast
import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django_startup.files import read_file
from django_startup.imports.graph import Statement
from django_startup.imports.holders import NOTHING_RAN, RanScopes
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.source import SyntaxIndex, find_imports
from django_startup.lab.lazy_imports import make_lazy, name_lazy_modules
from django_startup.lab.move import move_imports
from django_startup.lab.ruff_settings import is_selected
from django_startup.lab.source_text import SourceText, Uneditable
from django_startup.measure.instructions import DeferredImport
from django_startup.profile.parts import MOVES, Fix
from django_startup.profile.reasons import Reason
from django_startup.profile.trial import RefusedFix, Style

INSIDE = "PLC0415"  # ruff's rule against imports inside functions


@dataclass(frozen=True, slots=True)
class Candidate:
    """
    A fix that is to be tried.

    Attributes:
        fix: The fix.
        lines: The lines of imports that move, by file.
        promised: The modules that are gone when it is made together with those before it.
        deferred: The imports that functions make later. Those that only annotations name nobody makes.
    """

    fix: Fix
    lines: dict[Path, frozenset[int]]
    promised: frozenset[str]
    deferred: tuple[DeferredImport, ...] = ()


class Sources:
    """
    The files that are changed, by a style. Each is read once, so that all boots of a trial see the same.

    Attributes:
        modules: The names of the modules that they are, as far as they are known.
        ran: The functions of each that run at start; imports do not go into these.
    """

    def __init__(self, style: Style = Style.FUNCTION, ran: Mapping[Path, RanScopes] | None = None) -> None:
        self.style = style
        self.ran = ran or {}
        self.texts: dict[Path, bytes] = {}
        self.noqa: dict[Path, str] = {}
        self.modules: dict[Path, str] = {}

    def read(self, file: Path) -> bytes:
        """What a file holds. Raises Uneditable."""
        if file not in self.texts:
            try:
                self.texts[file] = read_file(file)
            except OSError as error:
                raise Uneditable(f"{file.name} cannot be read ({error.strerror})") from error
            self.noqa[file] = INSIDE if is_selected(INSIDE, file) else ""
        return self.texts[file]

    def moved(self, file: Path, lines: Collection[int]) -> bytes:
        """A file with the imports on some of its lines moved, or made lazy. Raises Uneditable."""
        text = self.read(file)
        if self.style is Style.LAZY:
            return make_lazy(text, lines)
        if self.style is Style.LAZY_MODULES:
            is_package = file.name == "__init__.py"
            return name_lazy_modules(text, lines, self.modules.get(file, ""), is_package=is_package)
        ran = self.ran.get(file, NOTHING_RAN)
        return move_imports(file, text, lines, noqa=self.noqa[file], ran=ran)

    def statements(self, module: str, file: Path, line: int) -> DeferredImport:
        """The imports on a line of the file of a module. Raises Uneditable."""
        index = SyntaxIndex(SourceText(self.read(file)).tree)
        text = "; ".join(ast.unparse(statement) for statement in find_imports(index, line))
        return DeferredImport(module, str(file), line, text)

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
        if fix.kind != MOVES:
            continue
        lines: dict[Path, set[int]] = defaultdict(set)
        for door in fix.doors:
            file = Path(os.path.realpath(directory / door.file))
            sources.modules[file] = door.module
            lines[file].add(door.line)
        candidate_lines = {file: frozenset(numbers) for file, numbers in lines.items()}
        try:
            for file, numbers in candidate_lines.items():
                sources.moved(file, numbers)
        except Uneditable as error:
            yield RefusedFix(fix, str(error), tried=False)
            continue
        moved.update(statement for door in fix.doors for statement in places[door.file, door.line])
        lost = set(inquiry.savings.lost_without(moved))
        deferred = tuple(
            sources.statements(door.module, Path(os.path.realpath(directory / door.file)), door.line)
            for door in fix.doors
            if sources.style is not Style.FUNCTION or door.kind is not Reason.USED_IN_ANNOTATIONS
        )
        yield Candidate(fix, candidate_lines, frozenset(graph.names[node] for node in lost - gone), deferred)
        gone |= lost
