"""What one boot recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from django_startup.measure.clocks import Clocks
from django_startup.measure.ending import Ending
from django_startup.measure.observations import (
    Compiled,
    Counted,
    Drilling,
    Edge,
    Environment,
    Failure,
    KernelCounts,
    LoadedApp,
    LoadedModule,
    NamedModule,
    ObservedChange,
    ObservedEvaluation,
    ObservedFunction,
    ObservedLate,
    ObservedRegistration,
    ObservedRung,
    ObservedSideEffect,
    OpenedFile,
    Restart,
    Sample,
)
from django_startup.measure.spans import Span
from django_startup.thresholds import CHILDREN_QUEUE


@dataclass(frozen=True)
class Recording:
    """One boot. Durations are integer nanoseconds."""

    # The parent's clock when it spawned the child.
    spawned_ns: int
    # The child's clocks when the probe's first line ran, when it handed over to the project, and at the end. The time
    # between the first two is the probe's own and counts nowhere.
    first_line: Clocks
    ready: Clocks
    stop: Clocks
    # The main thread.
    thread: int = 0
    # Whether the system tells the run-queue wait.
    run_queue_known: bool = False
    spans: tuple[Span, ...] = ()
    # At the end.
    modules: tuple[LoadedModule, ...] = ()
    apps: tuple[LoadedApp, ...] = ()
    compiled: tuple[Compiled, ...] = ()
    # The names of the other threads.
    threads: dict[int, str] = field(default_factory=dict)
    # The modules that were loaded before the project began.
    preloaded: tuple[str, ...] = ()
    # Of an evidence boot: who imports what, and where lazy imports are declared.
    edges: tuple[Edge, ...] = ()
    lazy: tuple[Edge, ...] = ()
    # Of an evidence boot: the modules that the settings name.
    named: tuple[NamedModule, ...] = ()
    # Of an evidence boot.
    side_effects: tuple[ObservedSideEffect, ...] = ()
    registries: tuple[ObservedRegistration, ...] = ()
    unreadable: dict[str, str] = field(default_factory=dict)
    changes: tuple[ObservedChange, ...] = ()
    evaluated: tuple[ObservedEvaluation, ...] = ()
    ran: tuple[ObservedFunction, ...] = ()
    # Of an evidence boot: the files that it has opened, beside bytecode.
    opened: tuple[OpenedFile, ...] = ()
    # Why functions may be missing from ran: "" if none are, None if nobody has watched.
    ran_problem: str | None = None
    # Of an evidence boot that went on behind its target: how far it came, the messages of the system checks, the
    # deferred imports by file and line, the modules that each of them loaded, what they have registered.
    rungs: dict[str, ObservedRung] = field(default_factory=dict)
    messages: tuple[str, ...] = ()
    deferred: dict[tuple[str, int], ObservedRung] = field(default_factory=dict)
    brought: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)
    late: tuple[ObservedLate, ...] = ()
    # Of a boot that was drilled into.
    drilling: Drilling = Drilling()
    samples: tuple[Sample, ...] = ()
    counted: tuple[Counted, ...] = ()
    environment: Environment = Environment()
    kernel: KernelCounts = KernelCounts()
    # Where it has put Python anew in place of itself, the earliest first. What was before is in the phase interpreter.
    restarts: tuple[Restart, ...] = ()
    # The files of the overlay that the boot has read, by their real paths.
    overlaid: tuple[str, ...] = ()
    # The probe's last word: reached, exception, exit, os._exit, unsupported, or "" if it had none.
    outcome: str = ""
    failure: Failure = Failure()
    # The CPU time of the processes that it has started and that have ended.
    children_cpu_ns: int = 0
    # What the process does from here on, being a server or a worker; of one that is stuck, the address before which.
    serves: str = ""
    # Filled in once the process has ended.
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
    def children_queue_ns(self) -> int:
        """
        For how long its processes are likely to have waited for a processor, which it has waited for in turn:
        CHILDREN_QUEUE times as long as it did itself for the same CPU time.
        """
        own_ns = max(1, self.cpu_ns)
        return round(self.children_cpu_ns * CHILDREN_QUEUE * max(0, self.run_queue_wait_ns) / own_ns)

    @property
    def least_waiting_ns(self) -> int:
        """The waiting that is none for a processor, whoever's."""
        return max(0, self.waiting_ns - self.children_queue_ns)

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
