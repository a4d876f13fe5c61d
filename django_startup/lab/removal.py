"""Takes import statements out of a file."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping

from django_startup.lab.comments import Statement, lines_above
from django_startup.lab.source_text import Change, SourceText


def remove(
    source: SourceText, parents: Mapping[ast.AST, ast.AST], statement: Statement, gone: Collection[ast.stmt]
) -> Change | None:
    """
    Without a statement and the comments above it, and without its lines where nothing else stays on them; pass for a
    block that is all gone.

    gone are all that will be removed. None where the change for another one does it.
    """
    siblings = block_around(parents, statement)
    first = last = siblings.index(statement)
    while first and siblings[first - 1].end_lineno == siblings[first].lineno:
        first -= 1
    while last + 1 < len(siblings) and siblings[last + 1].lineno == siblings[last].end_lineno:
        last += 1
    together = siblings[first : last + 1]
    if all(other in gone for other in together):
        if statement is not together[0]:
            return None
        start, end = source.start(statement), source.end(together[-1])
        comments = lines_above(source, statement, gone)
        if comments:
            start = source.starts[comments[0] - 1] + len(source.before(start))
        if not first and all(other in gone for other in siblings) and not isinstance(parents[statement], ast.Module):
            return Change(start, end, "pass")
        return Change(*source.whole_lines(start, end), "")
    number = siblings.index(statement)
    if any(other not in gone for other in siblings[first:number]):
        return Change(source.end(siblings[number - 1]), source.end(statement), "")
    return Change(source.start(statement), source.start(siblings[number + 1]), "")


def block_around(parents: Mapping[ast.AST, ast.AST], statement: ast.stmt) -> list[ast.stmt]:
    """The statements of the block that a statement stands in."""
    around = parents[statement]
    blocks = (getattr(around, name) for name in around._fields)
    return next(block for block in blocks if isinstance(block, list) and statement in block)
