"""Imports that could move if it were not for one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django_startup.imports.blockers import Blocker, find_blocker
from django_startup.imports.graph import Statement
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.moves import Moves, single, subjects
from django_startup.profile.parts import Door, Fix, Package
from django_startup.text import format_duration

MOST = 5


def find_nearly(inquiry: Inquiry, packages: Iterable[Package], moves: Moves, least_ns: int) -> Iterator[Fix]:
    """What one line keeps in, each for what it adds to all that can move; what adds most first."""
    offers = dict(reversed(list(blocked(inquiry, packages, least_ns))))
    for _ in range(MOST):
        gains = {moved: moves.adds(moved) for moved in offers}
        worth = [moved for moved, new in gains.items() if moves.gain_ns(new) >= least_ns and not moves.loses(new)]
        if not worth:
            return
        best = max(worth, key=lambda moved: (moves.gain_ns(gains[moved]), -len(moved)))
        name, blocker, statement = offers.pop(best)
        rest = best - moves.statements - {statement}
        yield moves.take(
            "nearly",
            name,
            advice(inquiry, blocker, statement, least_ns),
            lines(inquiry, blocker, statement, rest),
            best,
            gains[best],
        )


def advice(inquiry: Inquiry, blocker: Blocker, statement: Statement, least_ns: int) -> str:
    """What to do, as a sentence without a full stop; and what the line that blocks may save, too, if that is much."""
    text = f"{blocker.advice}, then {blocker.then}" if blocker.then else blocker.advice
    own_ns = inquiry.savings.total([inquiry.subjects.graph.numbers[statement.module]])
    if not blocker.works or own_ns < least_ns:
        return text
    return f"{text}; that line is also part of the {format_duration(own_ns)} that its file's own code takes"


def blocked(
    inquiry: Inquiry, packages: Iterable[Package], least_ns: int
) -> Iterator[tuple[frozenset[Statement], tuple[str, Blocker, Statement]]]:
    """Sets of statements of which only one cannot move, and that one for a single line."""
    for subject in subjects(inquiry, packages, least_ns, least_ns):
        statements = inquiry.doors.fewest(subject) or set()
        staying = [statement for statement in statements if not inquiry.verdicts.of(statement).deferrable]
        if len(staying) == 1 and (blocker := find_blocker(inquiry.verdicts, staying[0])):
            yield frozenset(statements), (subject.name, blocker, staying[0])
    for name, statement in single(inquiry, least_ns):
        if not inquiry.verdicts.of(statement).deferrable and (blocker := find_blocker(inquiry.verdicts, statement)):
            yield frozenset({statement}), (name, blocker, statement)


def lines(inquiry: Inquiry, blocker: Blocker, statement: Statement, others: frozenset[Statement]) -> tuple[Door, ...]:
    """The line that blocks, the import that it blocks where that is another line, and the imports that go with it."""
    door = inquiry.doors.door(statement)
    first = Door(door.module, door.file, blocker.line, blocker.text, False, "the line that keeps it", door.kind)
    own = [door] if blocker.then else []
    return (first, *own, *inquiry.doors.lines(others))
