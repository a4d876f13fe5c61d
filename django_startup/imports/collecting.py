"""
Garbage collections as something to change, and the part of them that goes with imports that move.

Python collects after so many new objects, so the number of collections that began in a module's own code says how many
objects that made. Whether a collection is a full one depends on how many there have been: a boot that makes fewer
objects goes through the same collections, but for the last ones, which are the longest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from django_startup.imports.graph import ImportGraph
from django_startup.imports.subjects import is_installed
from django_startup.measure.target import Until
from django_startup.profile.boot_minimums import to_microseconds
from django_startup.profile.owners import OWN
from django_startup.profile.parts import Door, Fix
from django_startup.profile.profile import StartupProfile
from django_startup.profile.reasons import Reason
from django_startup.profile.timeline import MAIN_THREAD, timeline_spans
from django_startup.thresholds import COLLECTIONS_SHARE

CALL = "from django_startup.collector import postpone_collection; postpone_collection()"
WHERE = "in its first lines; collection comes back by itself once there are 1,000,000 more objects"
SERVER_FILES = ("wsgi.py", "asgi.py")
OF_SERVER = "call gc.disable() first, gc.freeze() and gc.enable() last, which is enough for gunicorn"


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


def collector(profile: StartupProfile, directory: Path) -> Iterator[Fix]:
    """
    Garbage collections, which find next to nothing while a project starts. directory is the project's, whose files are
    named as far as they are there.
    """
    pause = profile.gc.pause_ns
    if profile.target.until == Until.FIRST_TEST:
        return  # the entry script is pytest's own
    if pause >= profile.total.time_ns * COLLECTIONS_SHARE:
        entry, settings = profile.target.entry, own_file(profile, profile.target.settings)
        if entry.endswith(".py") and not is_installed(entry):
            file, how = entry, "postpone it in the entry script"
        elif settings:
            file, how = settings, "postpone it in the settings, as the entry script is not your project's"
        else:
            file, how = "", "call postpone_collection() of django_startup.collector before Django is set up"
        doors = (Door("", file, 1, CALL, False, WHERE, Reason.COLLECTOR),) if file else ()
        text = f"the collector ran {profile.gc.collections:,} times: {how}"
        served = server_files(profile, directory)
        if served:
            text += f"; in {' and '.join(served)} {OF_SERVER}"
        yield Fix("gc", "garbage collection", text, doors, pause, pause)


def own_file(profile: StartupProfile, name: str) -> str:
    """The file of a module of the project; empty for any other."""
    return next((row.file for row in profile.modules if row.name == name and row.owner.kind in OWN), "")


def server_files(profile: StartupProfile, directory: Path) -> list[str]:
    """The files that load the project for a server: beside the settings, their package or the URLconf."""
    urls = [row.module for row in profile.named if row.setting == "ROOT_URLCONF"]
    files = [Path(file) for file in (own_file(profile, name) for name in (profile.target.settings, *urls)) if file]
    for around in dict.fromkeys(above for file in files for above in (file.parent, file.parent.parent)):
        found = [str(around / name) for name in SERVER_FILES if (directory / around / name).is_file()]
        if found:
            return found
    return []
