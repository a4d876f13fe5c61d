"""
The profile: what several boots of one target say together. Plain values that can be saved and loaded.

Durations are integer nanoseconds (…_ns), memory bytes (…_bytes). Every duration of a phase, app, package or module is
time: CPU and waiting. self leaves out what was imported from within and garbage collections, cumulative leaves out
garbage collections only.
"""

from __future__ import annotations

from dataclasses import dataclass

from django_startup.profile.boots import BootTimes, EnvironmentInfo, GcPauses, Phase, SessionInfo, TargetInfo, Total
from django_startup.profile.cold import ColdStart
from django_startup.profile.effects import (
    Change,
    EvaluatedAnnotation,
    Ran,
    Registries,
    Rung,
    SideEffect,
    UnreadableRegistry,
)
from django_startup.profile.inline import InlineImports
from django_startup.profile.lazy import LazyImports
from django_startup.profile.parts import Advice, App, FailedImports, Fix, Module, NamedInSettings, Package
from django_startup.profile.trial import Trial
from django_startup.profile.what_if import WhatIfs
from django_startup.profile.workers import Workers

SCHEMA = "django-startup/profile/1"


@dataclass(frozen=True, slots=True)
class OwnerTime:
    """
    All modules of one kind of owner.

    Attributes:
        kind: app, project, package, django, stdlib or nobody (what could not be imported, namespace packages).
        self_ns: Their self time.
        modules: How many they are.
    """

    kind: str
    self_ns: int
    modules: int


@dataclass(frozen=True, slots=True)
class CheckTime:
    """
    A system check.

    Attributes:
        name: The function, with its module.
        time_ns: CPU time and waiting.
        own_ns: The same without the imports that it triggered.
    """

    name: str
    time_ns: int
    own_ns: int


@dataclass(frozen=True, slots=True)
class GraphInfo:
    """
    The import graph.

    Attributes:
        nodes: Names of modules, "@label" for an installed app; the first is the root.
        files: The files that statements stand in.
        statements: Each is [node of the importing module, number of its file in files, line, 1 if by name].
        edges: Each is [node, node, number of the statement or -1].
    """

    nodes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    statements: tuple[tuple[int, ...], ...] = ()
    edges: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class TimelineInfo:
    """
    The fastest boot, span by span, in the order in which they began (read it with timeline.timeline_spans).

    Attributes:
        kinds: The kinds of spans.
        names: The names of spans.
        threads: The names of threads; the first is the main one.
        spans: Each is [number of its kind, number of its name, number of the span around it or -1, number of its
            thread, start, end, own CPU time, own waiting], the last four in microseconds; start and end count from the
            spawn of the process.
    """

    kinds: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    threads: tuple[str, ...] = ()
    spans: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """
    Something that a reader of the figures must know.

    Attributes:
        id: A stable name, for programs.
        text: The sentence.
    """

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class StartupProfile:
    """
    Everything a report shows.

    Attributes:
        target: What was booted.
        environment: Where.
        boots: Every boot, in the order in which they were made.
        total: The fastest boot.
        phases: In the order of a boot, noise last.
        apps: The installed apps.
        packages: The distributions, those that save most first.
        owners: The modules by kind of owner.
        modules: Every imported module.
        checks: The system checks that ran.
        gc: Garbage collections.
        failed_imports: The lines on which imports failed, the costliest first.
        notes: What a reader of the figures must know.
        side_effects: What the boot did besides importing, in its order.
        registries: What it registered.
        changes: What imports changed in modules that were there before.
        ran: Which functions of the project ran.
        fixes: What to change, what saves most first.
        advice: What there is to say beside the fixes.
        rungs: What the evidence boot came to behind its target, in its order; where it went on.
        trial: What the project did with the fixes made.
        what_if: What it would be like without something.
        cold: What it is like in a fresh container.
        lazy: Which imports can be lazy.
        inline: What the imports inside functions are good for that are there already.
        workers: What memory workers take.
        graph: The import graph.
        named: The modules that the settings name, INSTALLED_APPS apart.
        timeline: The fastest boot, span by span.
        session: The session of pytest, where that was booted.
    """

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
    unreadable: tuple[UnreadableRegistry, ...] = ()
    changes: tuple[Change, ...] = ()
    evaluated: tuple[EvaluatedAnnotation, ...] = ()
    ran: Ran = Ran()
    fixes: tuple[Fix, ...] = ()
    advice: Advice = Advice()
    rungs: tuple[Rung, ...] = ()
    trial: Trial = Trial()
    what_if: WhatIfs = WhatIfs()
    cold: ColdStart = ColdStart()
    inline: InlineImports = InlineImports()
    workers: Workers = Workers()
    lazy: LazyImports = LazyImports()
    graph: GraphInfo = GraphInfo()
    named: tuple[NamedInSettings, ...] = ()
    timeline: TimelineInfo = TimelineInfo()
    failed_imports: tuple[FailedImports, ...] = ()
    session: SessionInfo = SessionInfo()

    @property
    def reached(self) -> tuple[str, ...]:
        """The rungs that the evidence boot came to behind its target."""
        return tuple(rung.name for rung in self.rungs if not rung.problem)
