"""Puts the imports inside functions at the top of their files as well, which is what hoisting them would load."""

from __future__ import annotations

import ast
import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from django_startup.files import read_file
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.source import Function, SyntaxIndex
from django_startup.imports.uses import NameUses
from django_startup.lab.candidates import Candidate
from django_startup.lab.comments import Statement
from django_startup.lab.declarations import needed
from django_startup.lab.insertion import at_line, behind_imports, is_type_checking
from django_startup.lab.source_text import SourceText, Uneditable, parse
from django_startup.measure.target import BootTarget
from django_startup.profile.parts import Fix

NAME = "_django_startup_hoisted"  # bound for a moment only


class FoundImport:
    """
    The imports on one line inside of a function.

    Attributes:
        statements: The imports.
        function: The function, by its qualified name.
        condition: What decides whether they are executed, with its line: "try, line 3"; empty for nothing.
    """

    def __init__(self, uses: NameUses, statements: list[Statement]) -> None:
        self.statements = statements
        self.line = statements[0].lineno
        around = list(uses.above(statements[0]))
        function = next(node for node in around if isinstance(node, Function))
        self.function = uses.qualified(function)
        conditions = (
            f"{type(node).__name__.lower()}, line {node.lineno}"
            for node in around[: around.index(function)]
            if isinstance(node, (ast.stmt, ast.excepthandler)) and not isinstance(node, (ast.With, ast.AsyncWith))
        )
        self.condition = next(conditions, "")

    @property
    def text(self) -> str:
        return "; ".join(map(ast.unparse, self.statements))

    def names(self, package: str) -> Iterator[str]:
        """The modules that they need in a package, and what may be one: b of from a import b."""
        yield from needed(self.statements, package)


class Inline(NamedTuple):
    """
    Imports inside a function of a project.

    Attributes:
        module: The module that they are in.
        path: The real path of its file.
        found: The imports.
        names: The modules that they need, and what may be one: b of from a import b.
        candidate: The same as something that is tried.
    """

    module: str
    path: Path
    found: FoundImport
    names: tuple[str, ...]
    candidate: Candidate


def find_inline(inquiry: Inquiry, target: BootTarget, sources: HoistedSources) -> Iterator[Inline]:
    """The imports inside functions of the project's modules that the start loads, the entry script apart."""
    seen = {Path(os.path.realpath(target.entry.target))}
    for module in inquiry.profile.modules:
        path = Path(os.path.realpath(target.directory / module.file))
        is_ours = module.name.partition(".")[0] == __name__.partition(".")[0]
        if is_ours or not inquiry.subjects.is_module_own(module.name) or path in seen or path.suffix != ".py":
            continue
        seen.add(path)
        package = module.name if path.name == "__init__.py" else module.name.rpartition(".")[0]
        for found in sources.find(path):
            fix = Fix("inline", f"{module.name}:{found.line}", found.text, (), 0, 0)
            candidate = Candidate(fix, {path: frozenset({found.line})}, frozenset())
            yield Inline(module.name, path, found, tuple(found.names(package)), candidate)


class HoistedSources:
    """The files that have such imports. Each is read once, so that all boots see the same."""

    def __init__(self) -> None:
        self.sources: dict[Path, SourceText] = {}

    def find(self, path: Path) -> Iterator[FoundImport]:
        """The imports inside the functions of a file that can be read, without those that only type checkers see."""
        try:
            source = self.sources[path] = SourceText(read_file(path))
        except (OSError, Uneditable):
            return
        index = SyntaxIndex(source.tree)
        uses = NameUses(index)
        for _, statements in sorted(inside_functions(index).items()):
            yield FoundImport(uses, statements)

    def edited(self, candidates: Iterable[Candidate]) -> dict[str, bytes]:
        """The files with some imports hoisted, by their real paths. Raises Uneditable."""
        lines = by_file(candidates)
        return {str(path): self.hoisted(path, numbers) for path, numbers in lines.items()}

    def hoisted(self, path: Path, lines: Collection[int]) -> bytes:
        source = self.sources[path]
        found = inside_functions(SyntaxIndex(source.tree))
        new = [hoisted(found[line]) for line in sorted(lines)]
        text = source.changed([at_line(source, behind_imports(source.tree), new)])
        try:
            parse(text)
        except SyntaxError as error:
            raise Uneditable(f"{path.name} has no room for an import behind those at its top") from error
        return source.encode(text)

    def new_lines(self, candidates: Iterable[Candidate]) -> dict[tuple[str, int], Candidate]:
        """Where the imports of candidates stand when they are hoisted together: real path and line."""
        known = list(candidates)
        places = {}
        for path, lines in by_file(known).items():
            first = behind_imports(self.sources[path].tree)
            for number, line in enumerate(sorted(lines), first):
                places[str(path), number] = next(one for one in known if line in one.lines.get(path, ()))
        return places


def by_file(candidates: Iterable[Candidate]) -> dict[Path, set[int]]:
    found: dict[Path, set[int]] = defaultdict(set)
    for candidate in candidates:
        for path, lines in candidate.lines.items():
            found[path] |= lines
    return found


def inside_functions(index: SyntaxIndex) -> dict[int, list[Statement]]:
    """The imports inside functions, by their first line."""
    found: dict[int, list[Statement]] = defaultdict(list)
    for node in index.imports:
        around = [outer for outer, _ in index.around(node)]
        is_typing = any(isinstance(outer, ast.If) and is_type_checking(outer.test) for outer in around)
        if any(isinstance(outer, Function) for outer in around) and not is_typing:
            found[node.lineno].append(node)
    return found


def hoisted(statements: Iterable[Statement]) -> str:
    """A line that loads what import statements load, and leaves no name behind."""
    parts = []
    for statement in statements:
        names = [ast.alias(alias.name, NAME) for alias in statement.names]
        if isinstance(statement, ast.Import):
            parts.append(ast.unparse(ast.Import(names)))
        else:
            parts.append(ast.unparse(ast.ImportFrom(statement.module, names, statement.level)))
    return "; ".join([*parts, f"del {NAME}"])
