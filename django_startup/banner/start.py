"""What one start of runserver came to. Made at every reload, so it is cheap: one pass over the records, no metadata."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from django_startup.banner.distributed import Groups
from django_startup.banner.start_spans import StartSpan, read_spans
from django_startup.text import short_file
from django_startup.thresholds import START_PART_NS

if TYPE_CHECKING:
    from django_startup.banner.startup_recorder import RecordedStart

STDLIB = os.path.dirname(os.__file__) + os.sep
STAGES = ("app", "models", "ready")


class PackageStart(NamedTuple):
    """A distribution in one start."""

    # The time of its own modules; None where they were loaded before the recorder began.
    self_ns: int | None
    # The distributions that imported it, the nearest first.
    brought_by: tuple[str, ...] = ()
    # FILE:LINE in the project where the first of them was imported.
    door: str = ""


class Start(NamedTuple):
    """One start, in nanoseconds."""

    # CPU time and waiting, without compiling.
    time_ns: int
    # The CPU time of compiling from source, and of how many modules.
    compiled_ns: int
    compiled: int
    # How many modules are loaded.
    modules: int
    # By the name of the distribution.
    packages: dict[str, PackageStart]
    # What else took time, by its name: modules of the project, ready() methods, garbage collection.
    parts: dict[str, int]


def make_start(
    recorded: RecordedStart, groups: Groups, names: Mapping[str, str], shorten: Callable[[str], str]
) -> Start:
    """names are the distributions of all groups; shorten makes a project's file relative."""
    spans, compiled, compiled_ns = read_spans(recorded)
    parts = defaultdict(int, find_parts(recorded, spans))
    doors = Doors(groups, names, shorten)
    self_ns: dict[str, int] = {}
    ways: dict[str, tuple[tuple[str, ...], str]] = {}
    for span in spans:
        if span.kind != "import":
            continue
        group = groups.of(span.name)
        if group is not None:
            name = names[group]
            if name in self_ns:
                self_ns[name] += span.self_ns
            else:
                self_ns[name] = span.self_ns
                ways[name] = doors.way(span)
        elif span.name.partition(".")[0] in sys.stdlib_module_names:
            parts["the standard library"] += span.self_ns
        elif groups.files.get(span.name):
            parts[span.name] += span.self_ns
    packages = {names[group]: PackageStart(None) for group in groups.loaded}
    packages |= {name: PackageStart(max(0, ns), *ways[name]) for name, ns in self_ns.items() if name in packages}
    return Start(
        time_ns=max(0, start_time(recorded) - compiled_ns),
        compiled_ns=compiled_ns,
        compiled=compiled,
        modules=len(recorded.modules),
        packages=packages,
        parts={name: ns for name, ns in parts.items() if ns >= START_PART_NS},
    )


def wall_time(recorded: RecordedStart) -> int:
    """From the start of the process; where the system does not tell it, its CPU time stands for what we did not see."""
    seen = recorded.serving.wall - recorded.reached.wall
    if recorded.age is None or recorded.age < seen:
        return recorded.process_cpu + seen
    return recorded.age


def start_time(recorded: RecordedStart) -> int:
    """CPU and waiting: wall time without that for which the machine kept the starting threads from running."""
    serving = recorded.serving
    if recorded.is_main:
        return max(serving.cpu, wall_time(recorded) - serving.run_queue_wait)
    return max(
        recorded.handover.cpu + serving.cpu, wall_time(recorded) - recorded.main_run_queue_wait - serving.run_queue_wait
    )


def find_parts(recorded: RecordedStart, spans: list[StartSpan]) -> Iterator[tuple[str, int]]:
    """What takes time and is no module: before this app, ready() methods, garbage collections, checks."""
    reached, handover, serving = recorded.reached, recorded.handover, recorded.serving
    yield "before the apps", wall_time(recorded) - (serving.wall - reached.wall) - reached.run_queue_wait
    collections = inside = 0
    for span in spans:
        if span.kind == "gc":
            collections += span.self_ns
        elif span.kind == "ready":
            yield f"ready() of {span.name}", span.self_ns
        if span.start_ns >= handover.wall:
            inside += span.self_ns
    yield "garbage collection", collections
    queued = serving.run_queue_wait if not recorded.is_main else serving.run_queue_wait - handover.run_queue_wait
    yield "system checks and migrations", serving.wall - handover.wall - queued - inside


class Doors:
    """Through which lines of the project the packages came in."""

    def __init__(self, groups: Groups, names: Mapping[str, str], shorten: Callable[[str], str]) -> None:
        self.groups = groups
        self.names = names
        self.shorten = shorten
        self.files: dict[str, bool] = {}

    def way(self, span: StartSpan) -> tuple[tuple[str, ...], str]:
        """The distributions that an import came by, and the line of the project where that began."""
        brought_by: dict[str, None] = {}
        site = ""
        here: StartSpan | None = span
        while here is not None:
            if here.kind in STAGES:
                site = "INSTALLED_APPS"
                break
            group = self.groups.of(here.name)
            if group is not None:
                brought_by[self.names[group]] = None
            if here.file:
                if self.is_project(here.file):
                    site = f"{self.shorten(here.file)}:{here.line}"
                    break
                site = f"{short_file(here.file)}:{here.line}"
            here = here.outer
        return tuple(brought_by)[1:], site

    def is_project(self, file: str) -> bool:
        known = self.files.get(file)
        if known is None:
            known = os.path.isabs(file) and not file.startswith((STDLIB, *self.groups.directories))
            self.files[file] = known
        return known
