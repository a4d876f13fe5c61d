"""The one line that keeps an import at the top of its file, and what to do there."""

from __future__ import annotations

import ast
from copy import deepcopy
from pathlib import Path
from typing import NamedTuple

from django_startup.imports.deferral import Deferral
from django_startup.imports.graph import Statement
from django_startup.imports.moves import MOVE, TYPING
from django_startup.imports.source import assigned_texts, read_source
from django_startup.imports.uses import NameUses, Use
from django_startup.imports.verdicts import Verdicts
from django_startup.profile.reasons import Reason


class Blocker(NamedTuple):
    """
    A line that keeps an import.

    Attributes:
        line: The line, in the file of the import.
        text: What stands there, without what follows in a block, and without what its strings hold.
        advice: What to do there, as a sentence without a full stop.
        then: What to do with the import after that; empty where it is gone.
        works: Whether the line itself may take time, which the advice saves as well.
    """

    line: int
    text: str
    advice: str
    then: str = MOVE
    works: bool = False


def find_blocker(verdicts: Verdicts, statement: Statement) -> Blocker | None:
    """The line that alone keeps an import; None if it can move, or if there is more that keeps it."""
    written = verdicts.of(statement)
    found = unused(statement, written) if written.kind is Reason.UNUSED else at_import(verdicts, statement, written)
    return None if found is None or verdicts.keeps(statement, written) else found


def unused(statement: Statement, written: Deferral) -> Blocker | None:
    """An import that its file does not use. One of an __init__.py is there for others."""
    if statement.file.endswith("__init__.py"):
        return None
    advice = "delete it, unless something needs what importing it does"
    return Blocker(written.line, written.statement, advice, "")


def at_import(verdicts: Verdicts, statement: Statement, written: Deferral) -> Blocker | None:
    """The only line that uses its names while the file is imported."""
    only = only_use(verdicts.directory / statement.file, written)
    if only is None:
        return None
    match only.kind:
        case Reason.ANNOTATION:
            return Blocker(only.line, only.text, "quote the annotation", MOVE if written.uses else TYPING)
        case Reason.DEFAULT:
            return Blocker(only.line, only.text, "make the default None, and set it inside the function")
        case Reason.CALL | Reason.MODULE_LEVEL if isinstance(only.node, (ast.Assign, ast.AnnAssign)):
            return assignment(verdicts, statement, only, only.node)
    return None


class OnlyUse(NamedTuple):
    """The only statement that uses the names of an import while their file is imported."""

    file: NameUses
    node: ast.stmt
    line: int
    kind: Reason

    @property
    def text(self) -> str:
        return written_without_strings(self.node).partition("\n")[0]


def only_use(path: Path, written: Deferral) -> OnlyUse | None:
    """That of an import in the file at path; None where there are several, or none that is a statement."""
    kinds = {use.needed.kind for use in written.needed if use.needed}
    lines = {use.line for use in written.needed}
    if len(lines) != 1 or len(kinds) != 1:
        return None
    (line,), (kind,) = lines, kinds
    index = read_source(path).index
    assert index is not None
    statements = (node for node in index.parents if isinstance(node, ast.stmt))
    around = [node for node in statements if node.lineno <= line <= (node.end_lineno or 0)]
    if not around:  # a decorator
        return None
    return OnlyUse(NameUses(index), max(around, key=lambda node: node.lineno), line, kind)


def written_without_strings(statement: ast.stmt) -> str:
    """A statement as source; it is saved and shown, and a string may be a password."""
    return ast.unparse(StringsLeftOut().visit(deepcopy(statement)))


class StringsLeftOut(ast.NodeTransformer):
    def visit(self, node: ast.AST) -> ast.AST:
        is_string = isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))
        if is_string or type(node).__name__ in ("JoinedStr", "TemplateStr"):
            return ast.Constant("…")
        return self.generic_visit(node)


def assignment(
    verdicts: Verdicts, statement: Statement, only: OnlyUse, node: ast.Assign | ast.AnnAssign
) -> Blocker | None:
    """A line that makes something of what is imported, or sets something in it."""
    if all(isinstance(target, ast.Attribute) for target in targets_of(node)):
        return Blocker(node.lineno, only.text, "set it in the functions that use it")
    names, uses = made_for_functions(only.file, node)
    if not names:
        return None
    if verdicts.readers.is_named_elsewhere(str(verdicts.directory / statement.file), names):
        return None
    made = Deferral(Reason.USED_IN_FUNCTIONS, "", uses=tuple(use for use in uses if use.function))
    if verdicts.keeps(statement, made):
        return None
    return Blocker(node.lineno, only.text, "make it in the functions that use it", works=True)


def targets_of(node: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def made_for_functions(file: NameUses, node: ast.Assign | ast.AnnAssign) -> tuple[set[str], list[Use]]:
    """The names that an assignment makes, and where they are used; none where more than functions of the file may."""
    targets = targets_of(node)
    names = {target.id for target in targets if isinstance(target, ast.Name)}
    if len(names) != len(targets) or names & assigned_texts(file.index.tree, "__all__"):
        return set(), []
    uses = [file.place(use) for use in file.uses(names) if use not in targets]
    if any(use.needed for use in uses) or not any(use.function for use in uses):
        return set(), []
    return names, uses
