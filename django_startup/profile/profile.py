"""
The profile: what several boots of one target say together. Plain values that can be saved and loaded.

Durations are integer nanoseconds (…_ns), memory bytes (…_bytes). Every duration of a phase, app, package or module is
time: CPU and waiting. self leaves out what was imported from within and garbage collections, cumulative leaves out
garbage collections only.
"""

from __future__ import annotations

from dataclasses import dataclass

from django_startup.profile.parts import App, Fix, Module, Package, Ran, Registries, SideEffect

SCHEMA = "django-startup/profile/1"


@dataclass(frozen=True, slots=True)
class TargetInfo:
    """What was booted: the entry script, how far, the management command where there was one, the settings."""

    entry: str
    until: str
    command: str | None
    settings: str


@dataclass(frozen=True, slots=True)
class EnvironmentInfo:
    """Where it was booted. compiled_from_source: modules in a recorded boot that had no bytecode."""

    python: str
    django: str
    platform: str
    cpus: int
    compiled_from_source: int


@dataclass(frozen=True, slots=True)
class BootTimes:
    """One boot."""

    kind: str
    wall_ns: int
    time_ns: int
    cpu_ns: int
    waiting_ns: int
    gc_ns: int
    modules: int


@dataclass(frozen=True, slots=True)
class Total:
    """The fastest boot. rss_bytes: resident memory at its end, None where the system does not tell."""

    time_ns: int
    cpu_ns: int
    waiting_ns: int
    wall_ns: int
    gc_ns: int
    modules: int
    rss_bytes: int | None


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of the boot. They add up to the total; the last, noise, closes the difference. rss: memory it added."""

    name: str
    time_ns: int
    cpu_ns: int
    waiting_ns: int
    rss_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class OwnerTime:
    """All modules of one kind of owner."""

    kind: str
    self_ns: int
    modules: int


@dataclass(frozen=True, slots=True)
class CheckTime:
    """A system check; own_ns leaves out the imports that it triggered."""

    name: str
    time_ns: int
    own_ns: int


@dataclass(frozen=True, slots=True)
class GcPauses:
    """Garbage collections during the fastest boot."""

    collections: int
    pause_ns: int


@dataclass(frozen=True, slots=True)
class GraphInfo:
    """
    The import graph. nodes are modules, "@label" an installed app, the first the root. statements are [node of the
    importing module, number of its file in files, line, 1 if by name], edges [node, node, statement or -1].
    """

    nodes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    statements: tuple[tuple[int, ...], ...] = ()
    edges: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class TimelineInfo:
    """
    The fastest boot, span by span, in the order in which they began (read it with timeline.timeline_spans).

    A span is [number of its kind, number of its name, number of the span around it or -1, number of its thread, start,
    end, own CPU time, own waiting], the last four in microseconds; start and end count from the spawn of the process.
    """

    kinds: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    threads: tuple[str, ...] = ()
    spans: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a reader of the figures must know. id is stable."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class StartupProfile:
    """Everything a report shows."""

    target: TargetInfo
    environment: EnvironmentInfo
    boots: tuple[BootTimes, ...]
    total: Total
    phases: tuple[Phase, ...]
    apps: tuple[App, ...]
    packages: tuple[Package, ...]
    owners: tuple[OwnerTime, ...]
    modules: tuple[Module, ...]
    checks: tuple[CheckTime, ...]
    gc: GcPauses
    notes: tuple[Note, ...]
    side_effects: tuple[SideEffect, ...] = ()
    registries: Registries = Registries()
    ran: Ran = Ran()
    fixes: tuple[Fix, ...] = ()
    graph: GraphInfo = GraphInfo()
    timeline: TimelineInfo = TimelineInfo()
