"""
Several boots of one target, taken together as they come in.

Of each span the least is kept that any boot needed for it, CPU time and waiting apart: noise only ever adds. Of whole
boots only the fastest is kept, to give the report its structure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from django_startup.measure.recording import Recording
from django_startup.measure.spans import Span
from django_startup.thresholds import FALL_SHARE

Key = tuple[bool, str, str, int]


class Cost(NamedTuple):
    """CPU time and waiting, in nanoseconds."""

    cpu_ns: int = 0
    waiting_ns: int = 0

    @property
    def time_ns(self) -> int:
        return self.cpu_ns + self.waiting_ns


class BootMinimums:
    """
    Takes recordings one by one.

    Attributes:
        fastest: The one with the least time.
        costs: The least self time of each span.
        boots: How many there were.
        fell_ns: By how much the last recording has lowered the least times together.
        first_tests: The first tests of sessions of pytest, one unless something shuffles them.
    """

    def __init__(self) -> None:
        self.fastest: Recording | None = None
        self.costs: dict[Key, Cost] = {}
        self.boots = 0
        self.fell_ns = 0
        self.first_tests: set[str] = set()

    def add(self, recording: Recording) -> None:
        """Take a boot in."""
        if self.fastest is None or recording.time_ns < self.fastest.time_ns:
            self.fastest = recording
        if recording.environment.first_test:
            self.first_tests.add(recording.environment.first_test)
        costs = self.costs
        self.boots += 1
        self.fell_ns = 0
        for key, cost in boot_costs(recording).items():
            known = costs.get(key)
            if known is None:
                costs[key] = cost
            elif cost.cpu_ns < known.cpu_ns or cost.waiting_ns < known.waiting_ns:
                costs[key] = Cost(min(cost.cpu_ns, known.cpu_ns), min(cost.waiting_ns, known.waiting_ns))
                self.fell_ns += known.time_ns - costs[key].time_ns

    def have_settled(self) -> bool:
        """
        Whether another recording would hardly lower the least times.

        The least of n measurements that vary by chance falls ever more slowly: the next fall is (n - 1) / n of the last
        one at most, half of it after two. Where the first boot was slow for another reason, the fall is large.
        """
        next_fall_ns = self.fell_ns * (self.boots - 1) / self.boots
        return next_fall_ns <= FALL_SHARE * sum(cost.time_ns for cost in self.costs.values())


def boot_costs(recording: Recording) -> dict[Key, Cost]:
    """The self time of each span of one boot; its garbage collections summed up by phase."""
    costs: dict[Key, Cost] = {}
    pauses: dict[Key, Cost] = {}
    for key, span in keyed_spans(recording):
        if span.kind == "gc":
            key = gc_key(span.on_main, recording.phase_of(span))
            cpu_ns, waiting_ns = pauses.get(key, Cost())
            pauses[key] = Cost(cpu_ns + span.self_cpu_ns, waiting_ns + span.self_waiting_ns)
        else:
            costs[key] = Cost(to_microseconds(span.self_cpu_ns), to_microseconds(span.self_waiting_ns))
    costs |= {key: Cost(to_microseconds(cpu), to_microseconds(waiting)) for key, (cpu, waiting) in pauses.items()}
    return costs


def keyed_spans(recording: Recording) -> Iterator[tuple[Key, Span]]:
    """Each span with a key that finds it again in another boot: its kind, name, and how many there were before it."""
    seen: Counter[tuple[bool, str, str]] = Counter()
    for span in recording.spans:
        name = (span.on_main, span.kind, span.name)
        seen[name] += 1
        yield (*name, seen[name]), span


def gc_key(on_main: bool, phase: str) -> Key:
    return (on_main, "gc", phase, 0)


def to_microseconds(nanoseconds: int) -> int:
    """Nanoseconds rounded to whole microseconds, so that sums are exact in every format."""
    return round(nanoseconds, -3)


def to_saved_bytes(size: int) -> int:
    """A size in bytes rounded to a tenth of a MiB, as it is saved, so that a saved profile shows the same."""
    return round(round(size / 2**20, 1) * 2**20)
