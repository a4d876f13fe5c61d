"""The spans of one start of runserver, from the records of the process that serves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import TYPE_CHECKING, Any

from django_startup.probe.records import COMMON

if TYPE_CHECKING:
    from django_startup.banner.startup_recorder import RecordedStart


class StartSpan:
    """An import, a garbage collection or a stage of an app, with its self time. file and line are of the importer."""

    __slots__ = ("file", "kind", "line", "name", "number", "outer", "self_ns", "start_ns")

    def __init__(
        self, number: int, outer: StartSpan | None, start_ns: int, kind: str, name: str, file: str, line: int
    ) -> None:
        self.number = number
        self.outer = outer
        self.start_ns = start_ns
        self.kind = kind
        self.name = name
        self.file = file
        self.line = line
        self.self_ns = 0


class ThreadClocks:
    """A thread's clocks at its last record, and its open spans."""

    __slots__ = ("cpu", "queued", "stack", "wall")

    def __init__(self) -> None:
        self.wall = self.cpu = self.queued = 0
        self.stack: list[StartSpan] = []


def read_spans(recorded: RecordedStart) -> tuple[list[StartSpan], int, int]:
    """
    The spans in the order in which they began, how many modules were compiled from source, and the CPU time of that.

    The first COMMON values of the records "B", "E" and "C" are taken together. "C" has no more: its thread stands where
    the others have their number, its CPU time where they have theirs. The time between two records of a thread belongs
    to the span that is open there: CPU and waiting while the main thread is alone, CPU alone once the server's thread
    runs beside it, where waiting is mostly for each other.
    """
    spans: list[StartSpan] = []
    threads: dict[int, ThreadClocks] = {}
    compiled = compiled_ns = 0
    main, alone_until = recorded.main, recorded.handover.wall
    values: Iterator[Any] = iter(recorded.events)
    for letter, number, thread, wall, cpu, queued in zip(*repeat(values, COMMON), strict=True):
        if letter == "C":
            compiled += 1
            compiled_ns += cpu
            clocks = threads.get(number)
            if clocks is not None and clocks.stack:
                clocks.stack[-1].self_ns -= cpu
            continue
        clocks = threads.get(thread)
        if clocks is None:
            clocks = threads[thread] = ThreadClocks()
        stack = clocks.stack
        if stack:
            spent = cpu - clocks.cpu
            if wall <= alone_until and thread == main:
                with_waiting = wall - clocks.wall - queued + clocks.queued
                if with_waiting > spent:
                    spent = with_waiting
            stack[-1].self_ns += spent
        clocks.wall, clocks.cpu, clocks.queued = wall, cpu, queued
        if letter == "B":
            outer = stack[-1] if stack else None
            span = StartSpan(number, outer, wall, next(values), next(values), next(values), next(values))
            next(values)  # the importer
            spans.append(span)
            stack.append(span)
            continue
        next(values)  # whether it failed
        if stack and stack[-1].number == number:
            stack.pop()
        else:  # a greenlet may have left spans open, or begun one elsewhere
            numbers = [span.number for span in stack]
            if number in numbers:
                del stack[numbers.index(number) :]
    return spans, compiled, compiled_ns
