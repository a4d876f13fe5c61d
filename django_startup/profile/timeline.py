"""The course of the fastest boot, span by span, for reports that draw it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django_startup.exceptions import UsageError
from django_startup.measure.recording import Recording
from django_startup.profile.places import PlacedSpan
from django_startup.profile.profile import TimelineInfo

KINDS = ("phase", "app", "models", "ready", "import", "check", "gc", "plugin", "conftest", "collect", "fixture")
MAIN_THREAD = "MainThread"
LATEST_US = 2**53  # microseconds: three hundred years, and exact in every format
DAMAGED = "The timeline of the profile is damaged. Record the profile again."


class TimelineSpan(NamedTuple):
    """
    One span. Its self times are the least that any recorded boot needed; those of a garbage collection are of the boot
    drawn.

    Attributes:
        kind: One of KINDS.
        name: What it is of: a phase, an app, a module, a check; of a garbage collection ("gc") its generation.
        parent: The number of the span around it (its place in the timeline), -1 at the outside.
        thread: The name of its thread.
        start_ns: When it began, from the spawn of the process.
        end_ns: When it ended.
        cpu_ns: Its own CPU time.
        waiting_ns: Its own waiting.
    """

    kind: str
    name: str
    parent: int
    thread: str
    start_ns: int
    end_ns: int
    cpu_ns: int
    waiting_ns: int

    @property
    def self_ns(self) -> int:
        return self.cpu_ns + self.waiting_ns


def make_timeline(recording: Recording, places: list[PlacedSpan]) -> TimelineInfo:
    """The spans of a recording, whose places are known, without what the probe itself did."""
    costs = {place.span.number: place.self_cost for place in places}
    first_line, ready = recording.first_line.running, recording.ready.running
    names: dict[str, int] = {}
    threads: dict[str, int] = {MAIN_THREAD: 0}
    numbers: dict[int, int] = {}
    rows: list[tuple[int, ...]] = []
    for span in recording.spans:
        if span.kind not in KINDS:
            continue
        start = recording.spawned_ns + (ready - first_line if span.start_ns >= ready else 0)
        cpu_ns, waiting_ns = costs.get(span.number, (span.self_cpu_ns, span.self_waiting_ns))
        thread = MAIN_THREAD if span.on_main else recording.threads.get(span.thread, "another thread")
        numbers[span.number] = len(rows)
        rows.append(
            (
                KINDS.index(span.kind),
                names.setdefault(span.name, len(names)),
                -1 if span.parent is None else numbers.get(span.parent, -1),
                threads.setdefault(thread, len(threads)),
                max(0, span.start_ns - start) // 1000,
                max(0, span.end_ns - start) // 1000,
                cpu_ns // 1000,
                waiting_ns // 1000,
            )
        )
    return TimelineInfo(KINDS, tuple(names), tuple(threads), tuple(rows))


def timeline_spans(timeline: TimelineInfo) -> Iterator[TimelineSpan]:
    """
    The spans in the order in which they began; a parent comes before what is in it.

    Raises UsageError where the numbers of a loaded profile make no sense.
    """
    for number, row in enumerate(timeline.spans):
        if len(row) != len(TimelineSpan._fields) or min(row[:2] + row[3:]) < 0 or not -1 <= row[2] < number:
            raise UsageError(DAMAGED)
        if max(row) > LATEST_US:
            raise UsageError(DAMAGED)
        kind, name, parent, thread, *times = row
        try:
            of = timeline.kinds[kind], timeline.names[name], parent, timeline.threads[thread]
        except IndexError as error:
            raise UsageError(DAMAGED) from error
        yield TimelineSpan(*of, *(microseconds * 1000 for microseconds in times))
