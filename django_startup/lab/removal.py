"""Takes import statements out of a file."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from django_startup.lab.source_text import Change, SourceText

Statement = ast.Import | ast.ImportFrom


def remove(source: SourceText, parents: Mapping[ast.AST, ast.AST], statement: Statement) -> Change:
    """Without a statement, and without its line where it is alone on it; pass where it is alone in its block."""
    siblings = block_around(parents, statement)
    number = siblings.index(statement)
    start, end = source.start(statement), source.end(statement)
    before = siblings[number - 1] if number else None
    after = siblings[number + 1] if number + 1 < len(siblings) else None
    if before is not None and before.end_lineno == statement.lineno:
        return Change(source.end(before), end, "")
    if after is not None and after.lineno == statement.end_lineno:
        return Change(start, source.start(after), "")
    if before is after is None and not isinstance(parents[statement], ast.Module):
        return Change(start, end, "pass")
    return Change(*source.whole_lines(start, end), "")


def block_around(parents: Mapping[ast.AST, ast.AST], statement: ast.stmt) -> list[ast.stmt]:
    """The statements of the block that a statement stands in."""
    around = parents[statement]
    blocks = (getattr(around, name) for name in around._fields)
    return next(block for block in blocks if isinstance(block, list) and statement in block)


def comment_behind(source: SourceText, statement: Statement) -> str:
    """The comment behind a statement, with its #."""
    rest = source.after(source.end(statement)).lstrip(" \t;")
    return rest.rstrip() if rest.startswith("#") else ""
