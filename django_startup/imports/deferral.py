"""
Can an import move into the functions that use it? What the text of its file says.

The verdict is careful: where the names are needed while the file is being imported, or might be, the statement has to
stay. What the boot has shown can still keep an import that could move by its text: see verdicts.py.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from django_startup.imports.finding import Finding
from django_startup.imports.source import (
    Function,
    SyntaxIndex,
    assigned_texts,
    bound_by,
    find_imports,
    find_lazy_imports,
    read_source,
)
from django_startup.imports.uses import NameUses, Node, Use
from django_startup.profile.reasons import Reason


class Annotation(NamedTuple):
    """
    A use of a name in an annotation that the file itself gives nobody to evaluate.

    Attributes:
        name: One that the import binds.
        of: What has the annotation.
        line: Where it stands.
        owners: The names of the function and the classes that have it, the innermost first.
    """

    name: str
    of: str
    line: int
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deferral:
    """
    Whether an import can move, and why.

    Attributes:
        kind: The reason as a value.
        reason: The reason as a sentence without a full stop.
        functions: Those that the import would move into.
        statement: The import as it is written.
        line: Where it begins.
        names: Those that it binds.
        uses: Where they are used in functions.
        needed: Where they are used while the file is imported, if that is all that keeps it.
        annotations: Where they are used in annotations.
        readers: Where code that the boot did not run reads them, as sentences.
    """

    kind: Reason
    reason: str
    functions: tuple[str, ...] = ()
    statement: str = ""
    line: int = 0
    names: tuple[str, ...] = ()
    uses: tuple[Use, ...] = field(default=(), repr=False, compare=False)
    annotations: tuple[Annotation, ...] = field(default=(), repr=False, compare=False)
    readers: tuple[str, ...] = ()
    needed: tuple[Use, ...] = field(default=(), repr=False, compare=False)

    @property
    def deferrable(self) -> bool:
        return self.kind.is_movable

    def because(self, finding: Finding) -> Deferral:
        """The same import, which has to stay."""
        return replace(self, kind=finding.kind, reason=finding.reason)


class WrittenImport:
    """An import statement in its file, or several of them on one line, which move together."""

    def __init__(self, path: Path, index: SyntaxIndex, statements: Sequence[ast.Import | ast.ImportFrom]) -> None:
        self.path = path
        self.index = index
        self.statements = statements
        self.line = statements[0].lineno
        self.names = {name for statement in statements for name in bound_by(statement)}
        self.file = NameUses(index)

    @cached_property
    def uses(self) -> list[Use]:
        """The uses of its names, in the order of the text."""
        found: list[Node] = [*self.file.uses(self.names), *self.file.in_strings(self.names)]
        nodes = sorted(found, key=lambda node: (node.lineno, node.col_offset))
        return [self.file.place(node) for node in nodes]

    @property
    def functions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(use.function for use in self.uses if use.function))

    @property
    def is_in_annotations(self) -> bool:
        return any(not use.function and not use.needed for use in self.uses)


def stands_inside(import_: WrittenImport) -> Finding | None:
    """Something around it decides when it runs, or what happens without it."""
    for above in import_.file.above(import_.statements[0]):
        if isinstance(above, Function):
            name = import_.file.qualified(above)
            return Finding(Reason.INSIDE_FUNCTION, f"already inside {name}, which runs at start")
        if isinstance(above, (ast.Try, ast.TryStar)):
            sentence = f"inside try, line {above.lineno}, which may handle a failed import"
            return Finding(Reason.INSIDE_TRY, sentence)
        if isinstance(above, ast.With):
            sentence = f"inside with, line {above.lineno}, which may handle a failed import"
            return Finding(Reason.INSIDE_WITH, sentence)
        if isinstance(above, ast.ClassDef):
            return Finding(Reason.INSIDE_CLASS, f"inside the body of class {above.name}, line {above.lineno}")
    return None


def is_conditional(import_: WrittenImport) -> Finding | None:
    """A condition decides whether it is made: the package may be absent where that does not hold."""
    for above in import_.file.above(import_.statements[0]):
        if isinstance(above, (ast.If, ast.Match)):
            word = type(above).__name__.lower()
            sentence = f"inside {word}, line {above.lineno}, which decides whether it is imported"
            return Finding(Reason.INSIDE_CONDITION, sentence)
    return None


def is_star_import(import_: WrittenImport) -> Finding | None:
    if "*" in import_.names:
        return Finding(Reason.STAR_IMPORT, f"a star import, line {import_.line}: which names it binds is unknown")
    return None


def is_in_all(import_: WrittenImport) -> Finding | None:
    exported = import_.names & assigned_texts(import_.index.tree, "__all__")
    return Finding(Reason.IN_ALL, f"re-exported: {min(exported)} is in __all__") if exported else None


def is_bound_again(import_: WrittenImport) -> Finding | None:
    others = [
        (number, node.lineno)
        for name in import_.names
        for number, node in import_.index.bound_anew.get(name, ())
        if node not in import_.statements
    ]
    if not others:
        return None
    _, line = min(others)
    return Finding(Reason.BOUND_AGAIN, f"used at import: bound again, line {line}")


def is_needed_at_import(import_: WrittenImport) -> Finding | None:
    return next((use.needed for use in import_.uses if use.needed), None)


def is_unused(import_: WrittenImport) -> Finding | None:
    if import_.uses:
        return None
    purpose = "re-exported" if import_.path.name == "__init__.py" else "not needed"
    sentence = f"not used in this file, line {import_.line}: {purpose}, or imported for its side effects"
    return Finding(Reason.UNUSED, sentence)


# In this order: the first that finds something is the verdict.
CHECKS: tuple[Callable[[WrittenImport], Finding | None], ...] = (
    stands_inside,
    is_star_import,
    is_in_all,
    is_bound_again,
    is_needed_at_import,
    is_unused,
    is_conditional,
)


@functools.lru_cache(maxsize=65536)
def judge(path: Path, line: int) -> Deferral:
    """The verdict on the import that stands at a line of a file; on several of them together."""
    source = read_source(path)
    if source.index is None:
        return Deferral(Reason.NO_SOURCE, f"unknown: {source.problem}")
    statements = find_imports(source.index, line)
    lazy = [] if statements else find_lazy_imports(source.index, line)
    if lazy:
        lines = ", ".join(str(node.lineno) for node in lazy)
        reason = f"imported lazily, line{'s' if len(lazy) > 1 else ''} {lines}, and first used on this line"
        return Deferral(Reason.IMPORTED_LAZILY, reason, statement="; ".join(map(ast.unparse, lazy)))
    if not statements:
        return Deferral(Reason.IMPORTED_BY_NAME, f"imported by name (include, import_module), line {line}")
    return judge_import(WrittenImport(path, source.index, statements))


def judge_import(import_: WrittenImport) -> Deferral:
    """The first finding of CHECKS; where there is none, the import can move."""
    written = "; ".join(map(ast.unparse, import_.statements))
    checks = (*CHECKS, how_it_moves)
    check, found = next((check, found) for check in checks if (found := check(import_)) is not None)
    later = found.kind is Reason.USED_IN_FUNCTIONS
    blocked = check is is_needed_at_import
    return Deferral(
        *found,
        functions=import_.functions if later else (),
        statement=written,
        line=import_.line,
        names=tuple(sorted(import_.names)),
        uses=tuple(use for use in import_.uses if use.function) if later or blocked else (),
        annotations=tuple(
            Annotation(name, use.annotates, use.line, use.owners)
            for use in import_.uses
            if use.annotates
            for name in sorted(import_.names)
        ),
        needed=tuple(use for use in import_.uses if use.needed) if blocked else (),
    )


def how_it_moves(import_: WrittenImport) -> Finding:
    if not import_.functions:
        return Finding(Reason.USED_IN_ANNOTATIONS, "used only in annotations: it can move under TYPE_CHECKING")
    reason = used_only_in(import_.functions, in_annotations=import_.is_in_annotations)
    return Finding(Reason.USED_IN_FUNCTIONS, reason)


def used_only_in(functions: Iterable[str], *, in_annotations: bool) -> str:
    """The reason why an import can move into some functions."""
    return f"used {'in annotations and ' if in_annotations else ''}only in {', '.join(functions)}"
