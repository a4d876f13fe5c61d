"""Moves imports of a file into the functions that use them, and under TYPE_CHECKING what only annotations name."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from django_startup.imports.deferral import WrittenImport
from django_startup.imports.holders import NOTHING_RAN, RanScopes, holder, is_late
from django_startup.imports.source import Function, SyntaxIndex, find_imports
from django_startup.imports.uses import AnyFunction
from django_startup.lab.comments import Statement, comments_above, comments_behind, with_noqa
from django_startup.lab.insertion import (
    before_statement,
    has_room_before,
    into_function,
    is_type_checking,
    under_type_checking,
)
from django_startup.lab.removal import block_around, remove, with_blank_lines
from django_startup.lab.source_text import SourceText, Uneditable, parse

Key = tuple[int, str | None, str, str | None]

TYPE_CHECKING: Key = (0, "typing", "TYPE_CHECKING", None)
DIFFERENT = "the changed file would not be the same but for its imports"
# What looks at the local names of the function that calls it.
LOOKING = frozenset({"locals", "vars", "dir", "eval", "exec"})


def move_imports(
    path: Path, data: bytes, lines: Collection[int], *, noqa: str = "", ran: RanScopes = NOTHING_RAN
) -> bytes:
    """
    A file with the import statements on some of its lines moved; path is its name, data what it holds.

    noqa is a linter's rule that the imports in functions may break, empty for none. ran are the functions of the file
    that run at start: an import goes into the outermost function that does not, else to the line that uses it. Raises
    Uneditable where an import cannot be moved, with the reason.
    """
    source = SourceText(data)
    index = SyntaxIndex(source.tree)
    statements = list(dict.fromkeys(found for line in sorted(lines) for found in find_imports(index, line)))
    if not statements:
        raise Uneditable("there is no import statement")
    places = Places(source, ran)
    for statement in statements:
        places.add(statement, WrittenImport(path, index, [statement]))
    removals = (remove(source, index.parents, statement, statements) for statement in statements)
    insertions = []
    for function, wanted in places.functions.items():
        insertions.append(into_function(source, function, list(written(source, wanted, statements, noqa=noqa))))
    for used, wanted in places.lines.items():
        insertions.append(before_statement(source, used, list(written(source, wanted, statements, noqa=noqa))))
    if places.annotations:
        insertions.append(
            under_type_checking(source, list(written(source, places.annotations, statements)), statements)
        )
    gone = with_blank_lines(source, [change for change in removals if change is not None], insertions)
    text = source.changed([*gone, *insertions])
    check_moved(source.tree, text, statements, places.functions)
    return source.encode(text)


class Places:
    """
    Where the names of import statements go.

    Attributes:
        functions: By function, the names that it needs of each statement.
        lines: By statement that uses names in a function that runs at start without coming to it, the same.
        annotations: The names that annotations need of each statement.
    """

    def __init__(self, source: SourceText, ran: RanScopes = NOTHING_RAN) -> None:
        self.source = source
        self.ran = ran
        self.functions: dict[AnyFunction, dict[Statement, list[ast.alias]]] = defaultdict(dict)
        self.lines: dict[ast.stmt, dict[Statement, list[ast.alias]]] = defaultdict(dict)
        self.annotations: dict[Statement, list[ast.alias]] = {}

    def add(self, statement: Statement, import_: WrittenImport) -> None:
        unused = {alias: bound_name(alias) for alias in statement.names}
        for node in sorted(import_.file.uses(import_.names), key=lambda node: (node.lineno, node.col_offset)):
            use = import_.file.place(node)
            if use.needed:
                raise Uneditable(use.needed.reason)
            found = [alias for alias in statement.names if bound_name(alias) == node.id]
            functions = list(import_.file.functions_around(node))
            if use.function and not functions:
                raise Uneditable(f"used in {use.function}, which has no room for an import")
            if functions:
                refuse_unusual(functions, node.id)
                add(self.wanted_at(import_, node, functions[::-1]), statement, found)
            else:
                add(self.annotations, statement, found)
            for alias in found:
                unused.pop(alias, None)
        if unused:
            raise Uneditable(f"{min(unused.values())} is not used in this file")

    def wanted_at(
        self, import_: WrittenImport, node: ast.expr, functions: Sequence[AnyFunction]
    ) -> dict[Statement, list[ast.alias]]:
        """What is wanted at the place for a use in some functions, the outermost first."""
        around = [import_.file.scope(function) for function in functions]
        number = holder(around, self.ran)
        if number is None and is_late(around, node.lineno, self.ran):
            used = next(above for above in import_.file.above(node) if isinstance(above, ast.stmt))
            if is_late(around, used.lineno, self.ran) and has_room_before(self.source, used):
                return self.lines[self.first_of(import_, used)]
        return self.functions[functions[number or 0]]

    def first_of(self, import_: WrittenImport, used: ast.stmt) -> ast.stmt:
        """The statement behind which another one comes that uses names, so that it needs no import of its own."""
        parents = import_.index.parents
        for statement in (used, *(above for above in import_.file.above(used) if isinstance(above, ast.stmt))):
            block = block_around(parents, statement)
            for other in self.lines:
                if other in block and block.index(other) <= block.index(statement):
                    return other
        return used


def bound_name(alias: ast.alias) -> str:
    return (alias.asname or alias.name).partition(".")[0]


def add(names: dict[Statement, list[ast.alias]], statement: Statement, found: list[ast.alias]) -> None:
    known = names.setdefault(statement, [])
    known += [alias for alias in found if alias not in known]


def refuse_unusual(functions: Sequence[AnyFunction], name: str) -> None:
    """Functions for which a name of their own is not the same as one of the file."""
    outermost = functions[-1]
    if name.startswith("__") and not name.endswith("__"):
        raise Uneditable(f"{name} is another name inside a class")
    for node in ast.walk(outermost):
        if isinstance(node, ast.Global) and name in node.names:
            raise Uneditable(f"global {name}, line {node.lineno}")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LOOKING:
            raise Uneditable(f"used in {outermost.name}(), which calls {node.func.id}(), line {node.lineno}")


def written(
    source: SourceText, wanted: dict[Statement, list[ast.alias]], gone: Collection[ast.stmt], *, noqa: str = ""
) -> Iterator[str]:
    """The lines of import statements of the names that are wanted, in the order of isort, with their comments."""
    for statement in sorted(wanted, key=sort_key):
        names = [alias for alias in statement.names if alias in wanted[statement]]
        node: Statement
        if isinstance(statement, ast.Import):
            node = ast.Import(names)
        else:
            node = ast.ImportFrom(statement.module, names, statement.level)
        comment = comments_behind(source, statement, names)
        if noqa:
            comment = with_noqa(comment, noqa)
        yield from comments_above(source, statement, gone)
        yield ast.unparse(node) + (f"  {comment}" if comment else "")


def sort_key(statement: Statement) -> tuple[bool, int, str]:
    if isinstance(statement, ast.Import):
        return False, 0, statement.names[0].name
    return True, statement.level, statement.module or ""


def check_moved(
    before: ast.Module, text: str, statements: Sequence[Statement], functions: Collection[AnyFunction]
) -> None:
    """That a text differs from what it was in the moved imports only. Raises Uneditable."""
    try:
        after = parse(text)
    except SyntaxError as error:
        raise Uneditable(DIFFERENT) from error
    old = [node for node in ast.walk(before) if isinstance(node, Function)]
    new = [node for node in ast.walk(after) if isinstance(node, Function)]
    docstrings = [ast.get_docstring(node, clean=False) for node in old]
    moved = {key for statement in statements for key in keys(statement)}
    for was, is_ in zip(old, new, strict=True):
        if was in functions and not any(isinstance(node, (ast.Import, ast.ImportFrom)) for node in is_.body[:-1]):
            raise Uneditable(DIFFERENT)
    if docstrings != [ast.get_docstring(node, clean=False) for node in new] or outline(before, moved) != outline(
        after, moved
    ):
        raise Uneditable(DIFFERENT)


def keys(statement: Statement) -> Iterator[Key]:
    """What tells the names of an import statement apart from those of others."""
    for alias in statement.names:
        if isinstance(statement, ast.Import):
            yield -1, None, alias.name, alias.asname
        else:
            yield statement.level, statement.module, alias.name, alias.asname


def outline(node: ast.AST, moved: Collection[Key]) -> object:
    """A syntax tree as plain values, without some imports and what stands only for them."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        kept = sorted(map(repr, (key for key in keys(node) if key not in moved and key != TYPE_CHECKING)))
        return ("import", *kept) if kept else None
    if isinstance(node, ast.Pass):
        return None
    parts = []
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            parts.append(
                (name, *filter(None, (outline(item, moved) if isinstance(item, ast.AST) else item for item in value)))
            )
        elif isinstance(value, ast.AST):
            parts.append((name, outline(value, moved)))
        else:
            parts.append((name, value, type(value)))
    if isinstance(node, ast.If) and is_type_checking(node.test) and len(parts[1]) == len(parts[2]) == 1:
        return None
    return (type(node).__name__, *parts)
