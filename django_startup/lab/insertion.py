"""Puts import statements into functions, and under TYPE_CHECKING."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Sequence
from itertools import takewhile

from django_startup.imports.source import Import, bound_by
from django_startup.imports.uses import AnyFunction
from django_startup.lab.source_text import Change, SourceText

UNIT = "    "
TYPE_CHECKING = "TYPE_CHECKING"


def into_function(source: SourceText, function: AnyFunction, imports: Sequence[str]) -> Change:
    """Import statements as the first of a function, behind its docstring."""
    docstring = ast.get_docstring(function, clean=False) is not None
    first = function.body[docstring]
    start = source.start(first)
    indent = source.before(start)
    if not indent.strip():
        line = behind_comments(source, source.line_of(start), function.body[0].end_lineno if docstring else None)
        text = "".join(indent + statement + source.newline for statement in imports)
        if not isinstance(first, Import) and source.line(line).strip():
            text += source.newline
        return Change(source.starts[line - 1], source.starts[line - 1], text)
    # The body stands on the line of its header, or its first statement on that of the docstring.
    body = source.start(function.body[0])
    inline = bool(source.before(body).strip())
    indent = indent_of(source, function) + UNIT if inline else source.before(body)
    begin = source.newline + indent
    behind = source.end(function.body[0]) if docstring else body - spaces_before(source, body)
    text = "".join(begin + statement for statement in imports) + begin
    if docstring and inline:
        behind = body - spaces_before(source, body)
        text = begin + source.text[body : source.end(function.body[0])] + text
    return Change(behind, start, text)


def before_statement(source: SourceText, statement: ast.stmt, imports: Sequence[str]) -> Change:
    """Import statements on lines of their own before a statement in a function, which has_room_before()."""
    start = source.start(statement)
    indent = source.before(start)
    begin = start - len(indent)
    return Change(begin, begin, "".join(indent + text + source.newline for text in imports))


def has_room_before(source: SourceText, statement: ast.stmt) -> bool:
    """Whether a statement is the first on its line, and no elif."""
    start = source.start(statement)
    return not source.before(start).strip() and not source.text.startswith("elif", start)


def spaces_before(source: SourceText, offset: int) -> int:
    before = source.before(offset)
    return len(before) - len(before.rstrip())


def indent_of(source: SourceText, function: AnyFunction) -> str:
    line = source.line(function.lineno)
    return line[: len(line) - len(line.lstrip())]


def behind_comments(source: SourceText, line: int, docstring_end: int | None) -> int:
    """The line on which a function's body begins, comments above its first statement included."""
    if docstring_end is not None:
        return docstring_end + 1
    while not source.line(line - 1).strip() or source.line(line - 1).lstrip().startswith("#"):
        line -= 1
    return line


def under_type_checking(source: SourceText, imports: Sequence[str], gone: Collection[ast.stmt]) -> Change:
    """Import statements in the file's block for type checkers, made where there is none; gone will be removed."""
    for node in source.tree.body:
        if isinstance(node, ast.If) and is_type_checking(node.test):
            last = node.body[-1]
            indent = source.before(source.start(node.body[0]))
            if not indent.strip():
                return at_line(source, (last.end_lineno or last.lineno) + 1, [indent + text for text in imports])
    line = behind_imports(source.tree)
    name, needed = name_of_type_checking(node for node in source.tree.body if node.lineno < line and node not in gone)
    block = [f"if {name}:", *(UNIT + text for text in imports)]
    blank = [""] if line <= len(source.lines) and source.line(line).strip() else []
    return at_line(source, line, [*needed, "", *block, *blank])


def is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == TYPE_CHECKING) or (
        isinstance(test, ast.Attribute) and test.attr == TYPE_CHECKING
    )


def name_of_type_checking(statements: Iterable[ast.stmt]) -> tuple[str, list[str]]:
    """What a file calls typing.TYPE_CHECKING behind some statements, and what it has to import for that."""
    for node in statements:
        if isinstance(node, ast.Import) and any(alias.name == "typing" and not alias.asname for alias in node.names):
            return f"typing.{TYPE_CHECKING}", []
        if isinstance(node, ast.ImportFrom) and node.module == "typing" and TYPE_CHECKING in bound_by(node):
            return TYPE_CHECKING, []
    return TYPE_CHECKING, [f"from typing import {TYPE_CHECKING}"]


def behind_imports(tree: ast.Module) -> int:
    """The line behind the imports at the top of a file."""
    first = tree.body[:1] if ast.get_docstring(tree, clean=False) is not None else []
    imports = takewhile(lambda node: isinstance(node, Import), tree.body[len(first) :])
    return 1 + max((node.end_lineno or node.lineno for node in (*first, *imports)), default=0)


def at_line(source: SourceText, line: int, lines: Sequence[str]) -> Change:
    """Lines before the one with a number; at the end of a file whose last line has no end, too."""
    offset = source.starts[min(line, len(source.lines) + 1) - 1]
    text = "".join(f"{line}{source.newline}" if line else source.newline for line in lines)
    if offset and source.text[offset - 1] not in "\r\n":
        return Change(offset, offset, source.newline + text.removesuffix(source.newline))
    return Change(offset, offset, text)
