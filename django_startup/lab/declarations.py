"""The imports of a project that may be lazy by the rules of Python 3.15."""

from __future__ import annotations

import ast
import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import resolve_name
from pathlib import Path
from typing import NamedTuple

from django_startup.imports.graph import Statement
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.source import Function, SyntaxIndex, read_source
from django_startup.lab.candidates import Candidate
from django_startup.lab.comments import Statement as ImportStatement
from django_startup.lab.insertion import is_type_checking
from django_startup.measure.instructions import DeferredImport
from django_startup.measure.target import BootTarget
from django_startup.profile.parts import Fix

NO_PLACE = (*Function, ast.ClassDef, ast.Try, ast.TryStar)
FUTURE = "__future__"


class Declaration(NamedTuple):
    """
    Imports on one line.

    Attributes:
        module: The module that they are in.
        path: The real path of its file.
        line: Their line.
        text: As they are written.
        names: The modules that they need, as far as the start loads them.
        statement: The line in the import graph.
        candidate: The same as something that is tried.
    """

    module: str
    path: Path
    line: int
    text: str
    names: tuple[str, ...]
    statement: Statement
    candidate: Candidate


def find_declarations(inquiry: Inquiry, target: BootTarget) -> Iterator[Declaration]:
    """The imports of the project's modules that the start executes, the entry script apart."""
    seen = {Path(os.path.realpath(target.entry.target))}
    loaded = {module.name for module in inquiry.profile.modules if module.loaded}
    executed = {(line.file, line.line) for lines in inquiry.subjects.graph.statements.values() for line in lines}
    for module in inquiry.profile.modules:
        path = Path(os.path.realpath(target.directory / module.file))
        is_ours = module.name.partition(".")[0] == __name__.partition(".")[0]
        if is_ours or path in seen or not inquiry.subjects.is_module_own(module.name):
            continue
        seen.add(path)
        index = read_source(path).index
        package = module.name if path.name == "__init__.py" else module.name.rpartition(".")[0]
        for line, statements in sorted(lines_of(index).items()) if index else ():
            names = tuple(name for name in needed(statements, package) if name in loaded)
            if names and (module.file, line) in executed:
                text = "; ".join(map(ast.unparse, statements))
                fix = Fix("lazy", f"{module.name}:{line}", text, (), 0, 0)
                deferred = DeferredImport(module.name, str(path), line, text)
                candidate = Candidate(fix, {path: frozenset({line})}, frozenset(), (deferred,))
                statement = Statement(module.name, module.file, line, False)
                yield Declaration(module.name, path, line, text, names, statement, candidate)


def lines_of(index: SyntaxIndex) -> dict[int, list[ImportStatement]]:
    """The imports that may be lazy and are not, by their first line."""
    found: dict[int, list[ImportStatement]] = defaultdict(list)
    for node in index.imports:
        around = [outer for outer, _ in index.around(node)]
        is_future = isinstance(node, ast.ImportFrom) and (node.module == FUTURE or node.names[0].name == "*")
        is_typing = any(isinstance(outer, ast.If) and is_type_checking(outer.test) for outer in around)
        has_place = not any(isinstance(outer, NO_PLACE) for outer in around)
        if has_place and not is_future and not is_typing and not getattr(node, "is_lazy", False):
            found[node.lineno].append(node)
    return found


def needed(statements: list[ImportStatement], package: str) -> Iterator[str]:
    """The modules that imports in a package need, and what may be one: b of from a import b."""
    for statement in statements:
        if isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)
            continue
        with suppress(ImportError):
            base = resolve_name("." * statement.level + (statement.module or ""), package)
            yield from (base, *(f"{base}.{alias.name}" for alias in statement.names))
