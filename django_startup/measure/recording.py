"""What one boot recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from django_startup.measure.clocks import Clocks
from django_startup.measure.ending import Ending, Frame
from django_startup.measure.spans import Span


@dataclass(frozen=True, slots=True)
class LoadedModule:
    """An entry of sys.modules. origin is its spec's ("built-in", "frozen", a path, or ""), folders a package's."""

    name: str
    origin: str
    file: str
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadedApp:
    """An installed app: its entry in INSTALLED_APPS, label, dotted name and folder."""

    entry: str
    label: str
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """A module that was compiled from its source instead of being read from bytecode."""

    path: str
    cpu_ns: int


class Edge(NamedTuple):
    """An import statement, or with is_dynamic a call of import_module: who imports what, and where it stands."""

    importer: str
    file: str
    line: int
    target: str
    is_dynamic: bool


@dataclass(frozen=True, slots=True)
class ObservedSideEffect:
    """Something that the boot did beside importing. span is the one in which it did it, stack innermost first."""

    kind: str
    detail: str
    alias: str
    time_ns: int
    span: int
    stack: tuple[Frame, ...]


class ObservedRegistration(NamedTuple):
    """Something that a module registered: in which registry, its name, what it is registered with, who defined it."""

    registry: str
    name: str
    of: str
    module: str


class RanFunction(NamedTuple):
    """
    A function of the project that ran before the target.

    file: where it is defined.
    name: its qualified name, such as Site.get_urls.
    first_line: the line on which it begins, that of its first decorator.
    lines: those that ran; None where they are not known.
    caller_file, caller_line, caller_name: what called it first.
    """

    file: str
    name: str
    first_line: int
    lines: tuple[int, ...] | None
    caller_file: str
    caller_line: int
    caller_name: str


@dataclass(frozen=True, slots=True)
class Environment:
    """What the process was like when it reached the target."""

    modules: int = 0
    path: tuple[str, ...] = ()
    working_directory: str = ""
    settings: str = ""
    django: str = ""
    notes: tuple[str, ...] = ()
    check_messages: int = 0
    calls: int = 0
    dont_write_bytecode: bool = False
    pycache_prefix: str = ""
    resident_bytes: int | None = None
    bytecode_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """What ended a boot from within: an exception, or a call of os._exit. span is the innermost that it ended."""

    type: str = ""
    text: str = ""
    file: str = ""
    line: int = 0
    span: int = 0


class Sample(NamedTuple):
    """The frames of a drilled place, outermost first, as pyinstrument writes them; the times since the one before."""

    stack: tuple[str, ...]
    cpu_ns: int
    waiting_ns: int


class Counted(NamedTuple):
    """How often something of one kind was called in a drilled place, through one stack, innermost first."""

    kind: str
    calls: int
    stack: tuple[Frame, ...]


@dataclass(frozen=True, slots=True)
class Drilling:
    """How often a drilled place was run, the exceptions that ended it, and why there are no samples."""

    runs: int = 0
    failures: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Recording:
    """
    One boot. Durations are integer nanoseconds.

    spawned_ns is the parent's clock when it spawned the child, first_line and ready the child's clocks when the probe's
    first line ran and when it handed over to the project, stop those at the end. The time between first_line and ready
    is the probe's own and counts nowhere. outcome is the probe's last word: reached, exception, exit, os._exit,
    unsupported, or "" where it had none. edges, lazy (where lazy imports are declared), side_effects,
    registries, ran (ran_problem says why functions may be missing from it, "" that none are, None that nobody has
    watched) and the memory of spans are of evidence boots, drilling, samples and counted of a boot that was drilled
    into.
    """

    spawned_ns: int
    first_line: Clocks
    ready: Clocks
    stop: Clocks
    thread: int = 0
    run_queue_known: bool = False
    spans: tuple[Span, ...] = ()
    modules: tuple[LoadedModule, ...] = ()
    apps: tuple[LoadedApp, ...] = ()
    compiled: tuple[Compiled, ...] = ()
    threads: dict[int, str] = field(default_factory=dict)
    preloaded: tuple[str, ...] = ()
    edges: tuple[Edge, ...] = ()
    lazy: tuple[Edge, ...] = ()
    side_effects: tuple[ObservedSideEffect, ...] = ()
    registries: tuple[ObservedRegistration, ...] = ()
    ran: tuple[RanFunction, ...] = ()
    ran_problem: str | None = None
    drilling: Drilling = Drilling()
    samples: tuple[Sample, ...] = ()
    counted: tuple[Counted, ...] = ()
    environment: Environment = Environment()
    outcome: str = ""
    failure: Failure = Failure()
    ending: Ending | None = None

    @property
    def started(self) -> bool:
        """Whether the child came as far as the project."""
        return self.ready.wall > self.spawned_ns

    @property
    def wall_ns(self) -> int:
        return self.stop.wall - self.spawned_ns - (self.ready.wall - self.first_line.wall)

    @property
    def cpu_ns(self) -> int:
        return self.stop.cpu - (self.ready.cpu - self.first_line.cpu)

    @property
    def run_queue_wait_ns(self) -> int:
        return self.stop.run_queue_wait - (self.ready.run_queue_wait - self.first_line.run_queue_wait)

    @property
    def waiting_ns(self) -> int:
        return max(0, self.wall_ns - self.cpu_ns - self.run_queue_wait_ns)

    @property
    def time_ns(self) -> int:
        """What the boot really took, CPU and waiting, whatever else the machine was doing."""
        return self.cpu_ns + self.waiting_ns

    @property
    def collections(self) -> tuple[Span, ...]:
        """The garbage collections in the main thread."""
        return tuple(span for span in self.spans if span.kind == "gc" and span.on_main)

    @cached_property
    def spans_by_number(self) -> dict[int, Span]:
        return {span.number: span for span in self.spans}

    def ancestors(self, span: Span | None) -> Iterator[Span]:
        """A span and those around it, the innermost first; none for None."""
        while span is not None:
            yield span
            span = None if span.parent is None else self.spans_by_number[span.parent]

    @cached_property
    def phases(self) -> dict[int, str]:
        """The phase that each span lies in, by the span's number; "" for other threads."""
        phases: dict[int, str] = {}
        for span in self.spans:
            outer = "" if span.parent is None else phases[span.parent]
            phases[span.number] = span.name if span.kind == "phase" else outer
        return phases

    def phase_of(self, span: Span) -> str:
        """The phase that a span lies in; "" in other threads than the main one."""
        return self.phases[span.number]

    def with_ending(self, ending: Ending) -> Recording:
        return replace(self, ending=ending)
