"""Takes import statements out of a file."""

from __future__ import annotations

import ast
from bisect import bisect
from collections.abc import Collection, Iterable, Iterator, Mapping

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


def with_blank_lines(source: SourceText, removals: Iterable[Change], insertions: Iterable[Change]) -> Iterator[Change]:
    """
    Removals, each with the blank lines that it would leave doubled.

    Those are the fewer of the ones above and below what is removed, or all below at the beginning of a file. They stay
    where something is put in between.
    """
    filled = {change.start for change in insertions}
    for start, end, text in joined(source, removals):
        above, below = blank_above(source, start), blank_below(source, end)
        is_whole = not text and not source.before(start) and not source.before(end) and end not in filled
        if is_whole and not start:
            yield Change(start, below, text)
        elif is_whole and start - above < below - end:
            yield Change(above, end, text)
        else:
            yield Change(start, below if is_whole else end, text)


def joined(source: SourceText, removals: Iterable[Change]) -> list[Change]:
    """Removals in their order, those of whole lines with nothing but blank lines in between as one."""
    found: list[Change] = []
    for change in sorted(removals):
        end = found[-1].end if found and not found[-1].text and not source.before(found[-1].end) else -1
        if end >= 0 and not change.text and blank_below(source, end) >= change.start:
            found[-1] = Change(found[-1].start, change.end, "")
        else:
            found.append(change)
    return found


def blank_above(source: SourceText, offset: int) -> int:
    """Where the blank lines begin that end at the beginning of a line."""
    number = bisect(source.starts, offset) - 1
    while number and not source.lines[number - 1].strip():
        number -= 1
    return source.starts[number]


def blank_below(source: SourceText, offset: int) -> int:
    """Where the blank lines end that begin at the beginning of a line."""
    number = bisect(source.starts, offset) - 1
    while number < len(source.lines) and not source.lines[number].strip():
        number += 1
    return source.starts[number]


def block_around(parents: Mapping[ast.AST, ast.AST], statement: ast.stmt) -> list[ast.stmt]:
    """The statements of the block that a statement stands in."""
    around = parents[statement]
    blocks = (getattr(around, name) for name in around._fields)
    return next(block for block in blocks if isinstance(block, list) and statement in block)
