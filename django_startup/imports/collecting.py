"""
Garbage collections as something to change, and the part of them that goes with imports that move.

Python collects after so many new objects, so the number of collections that began in a module's own code says how many
objects that made. Whether a collection is a full one depends on how many there have been: a boot that makes fewer
objects goes through the same collections, but for the last ones, which are the longest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from django_startup.imports.graph import ImportGraph
from django_startup.imports.subjects import is_installed
from django_startup.measure.target import Until
from django_startup.profile.boot_minimums import to_microseconds
from django_startup.profile.parts import Door, Fix
from django_startup.profile.profile import StartupProfile
from django_startup.profile.reasons import Reason
from django_startup.profile.timeline import MAIN_THREAD, timeline_spans
from django_startup.thresholds import COLLECTIONS_SHARE

CALL = "from django_startup.collector import postpone_collection; postpone_collection()"
WHERE = "in its first lines; collection comes back by itself once there are 1,000,000 more objects"


class Collections:
    """The garbage collections of one profile, by the module in whose code they began."""

    def __init__(self, profile: StartupProfile, graph: ImportGraph) -> None:
        self.pause_ns = profile.gc.pause_ns
        self.pauses: list[int] = []  # nanoseconds, in their order
        self.began: Counter[int] = Counter()
        spans = list(timeline_spans(profile.timeline))
        for span in spans:
            if span.kind == "gc" and span.thread == MAIN_THREAD:
                self.pauses.append(span.self_ns)
                around = spans[span.parent] if span.parent >= 0 else None
                if around is not None and around.kind == "import" and around.name in graph.numbers:
                    self.began[graph.numbers[around.name]] += 1

    def share_ns(self, nodes: Iterable[int]) -> int:
        """About how much less time collections would take if some modules were gone, in nanoseconds."""
        fewer = sum(self.began[node] for node in nodes)
        all_ns = sum(self.pauses)
        if not fewer or not all_ns:
            return 0
        return to_microseconds(self.pause_ns * sum(self.pauses[-fewer:]) // all_ns)


def collector(profile: StartupProfile) -> Iterator[Fix]:
    """Garbage collections, which find next to nothing while a project starts."""
    pause = profile.gc.pause_ns
    if profile.target.until == Until.FIRST_TEST:
        return  # the entry script is pytest's own
    if pause >= profile.total.time_ns * COLLECTIONS_SHARE:
        entry = profile.target.entry
        is_own = entry.endswith(".py") and not is_installed(entry)
        doors = (Door("", entry, 1, CALL, False, WHERE, Reason.COLLECTOR),) if is_own else ()
        in_entry = "postpone it in the entry script; " if is_own else ""
        text = (
            f"the collector ran {profile.gc.collections:,} times: {in_entry}in wsgi.py and asgi.py call gc.disable() "
            "first, gc.freeze() and gc.enable() last, which is enough for gunicorn"
        )
        yield Fix("gc", "garbage collection", text, doors, pause, pause)
