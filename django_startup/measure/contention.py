"""
How long the main thread waited while another thread imported.

Only one thread at a time runs Python code, so the main thread waits while another one runs, a few milliseconds at each
hand-over. That is no time of the module that the main thread was importing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from django_startup.measure.spans import Span

LEAST_NS = 100_000  # shorter waits are not looked at


class Stretch(NamedTuple):
    """
    The time between two records of a thread.

    Attributes:
        span: The span that was open in it.
        start: The clock at the first record.
        end: The clock at the second.
        amount_ns: The waiting of the main thread, the CPU time of another.
    """

    span: Span
    start: int
    end: int
    amount_ns: int


class Contention:
    """Takes the stretches of all threads in, those of each in their order."""

    def __init__(self) -> None:
        self.waits: list[Stretch] = []
        self.others: list[Stretch] = []

    def add(self, stretch: Stretch, of_main: bool) -> None:
        """Take a stretch in; of_main says whether it is the main thread's."""
        if of_main and stretch.amount_ns >= LEAST_NS and stretch.span.kind != "lock":
            self.waits.append(stretch)
        elif not of_main and stretch.amount_ns and stretch.span.kind == "import":
            self.others.append(stretch)

    def found(self) -> Iterator[tuple[Span, str, int]]:
        """Each span of the main thread that waited, the module that another thread imported then, nanoseconds."""
        others = sorted(self.others, key=lambda stretch: stretch.end)
        ends = [stretch.end for stretch in others]
        # Of each and those behind it, which may be long ones of further threads.
        least_starts = [*accumulate((stretch.start for stretch in reversed(others)), min)][::-1]
        waits: dict[int, tuple[Span, str, int]] = {}
        for wait in self.waits:
            left = wait.amount_ns
            for at in range(bisect_left(ends, wait.start), len(others)):
                if least_starts[at] >= wait.end:
                    break
                other = others[at]
                common = min(wait.end, other.end) - max(wait.start, other.start)
                if common > 0:
                    # As if the other thread had used the processor evenly.
                    part = min(left, round(other.amount_ns * common / (other.end - other.start)))
                    left -= part
                    span, name, waited_ns = waits.get(wait.span.number, (wait.span, other.span.name, 0))
                    waits[span.number] = span, name, waited_ns + part
        yield from waits.values()
