"""Spans: intervals with a kind and a name, nested in each other, built from where they begin and end."""

from __future__ import annotations

from dataclasses import dataclass

from django_startup.measure.clocks import Clocks
from django_startup.measure.contention import Contention, Stretch


@dataclass(frozen=True, slots=True)
class ImportSite:
    """Where an import statement, or a call of import_module, stands."""

    module: str
    file: str
    line: int


@dataclass(slots=True, eq=False)
class Span:
    """
    Something that took time in one thread: a phase, an import, a stage of an app, a system check, a collection, a wait
    for a module that another thread imports, or while another thread imported.
    """

    number: int
    # The number of the span around it in the same thread; None for the outermost.
    parent: int | None
    # phase, app, models, ready, import, check, gc, lock or contention.
    kind: str
    # The phase, the label of the app, the module, the check, the generation.
    name: str
    thread: int
    on_main: bool
    # By a clock that stands still while the machine keeps the main thread from running.
    start_ns: int
    end_ns: int = 0
    # Without the spans inside it, and without run-queue wait.
    self_cpu_ns: int = 0
    self_waiting_ns: int = 0
    # The growth of resident memory, without the spans inside it.
    resident_bytes: int = 0
    # The calls of Python functions, without those in the spans inside it; 0 where they were not counted.
    calls: int = 0
    # Where an import is written; None where nobody has written it.
    importer: ImportSite | None = None
    # It ended by an exception.
    failed: bool = False
    # It had not ended when the recording did.
    is_open: bool = False

    @property
    def time_ns(self) -> int:
        """Self time: CPU and waiting."""
        return self.self_cpu_ns + self.self_waiting_ns


class SpanReader:
    """
    Builds spans from the records "B", "E", "R" and "Z" (see probe/records.py), in the order in which they were written.

    The time between two records of a thread belongs to the span that is open there. Records that contradict each other
    (greenlets may leave spans in another order than they entered them) close what lies in between.

    Where the machine keeps a thread from running between its reading of one clock and of the next, the time before that
    record has less waiting than none, and the time behind it as much too much. It is taken from there.
    """

    def __init__(self) -> None:
        self.main = 0
        self.latest: Clocks | None = None
        self.now_ns = 0
        self.spans: dict[int, Span] = {}
        self.stacks: dict[int, list[Span]] = {}
        self.before: dict[int, Clocks] = {}
        self.owed: dict[int, int] = {}  # waiting that the time before a thread's last record has less than none
        self.resident_bytes = 0
        self.calls_before = 0
        self.contention = Contention()

    def begin(
        self,
        number: int,
        thread: int,
        wall_ns: int,
        cpu_ns: int,
        queued_ns: int,
        kind: str,
        name: str,
        file: str,
        line: int,
        importer: str,
    ) -> None:
        """Take a record "B" in."""
        stack = self.charge(thread, Clocks(wall_ns, cpu_ns, queued_ns))
        if number not in self.spans:
            outer = stack[-1].number if stack else None
            site = ImportSite(importer, file, line) if file else None
            span = Span(number, outer, kind, name, thread, thread == self.main, self.now_ns, importer=site)
            self.spans[number] = span
            stack.append(span)

    def end(self, number: int, thread: int, wall_ns: int, cpu_ns: int, queued_ns: int, failed: int) -> None:
        """Take a record "E" in."""
        stack = self.charge(thread, Clocks(wall_ns, cpu_ns, queued_ns))
        ended = self.spans.get(number)
        if ended is not None and ended in stack:
            ended.failed = bool(failed)
            while not ended.end_ns:
                stack.pop().end_ns = self.now_ns

    def resident(self, thread: int, resident_bytes: int) -> None:
        """Take a record "R" in; 0 where the memory could not be read."""
        if resident_bytes:
            current = self.current(thread)
            if current in self.spans and self.resident_bytes:
                self.spans[current].resident_bytes += resident_bytes - self.resident_bytes
            self.resident_bytes = resident_bytes

    def calls(self, thread: int, calls: int) -> None:
        """Take a record "Z" in; only calls in the main thread are counted."""
        current = self.current(thread)
        if current in self.spans:
            self.spans[current].calls += calls - self.calls_before
        self.calls_before = calls

    def current(self, thread: int) -> int:
        """The number of the innermost span that is open in a thread; 0 for none."""
        stack = self.stacks.get(thread)
        return stack[-1].number if stack else 0

    def charge(self, thread: int, now: Clocks) -> list[Span]:
        """Charge the time since the thread's last record to the span that is open in it; return the open spans."""
        before = self.before.get(thread)
        if before is not None and now.cpu < before.cpu:
            now = before  # a garbage collection came between reading the clocks and writing them down
        stack = self.stacks.setdefault(thread, [])
        if before is not None and stack:
            cpu = now.cpu - before.cpu
            waiting = now.wall - before.wall - cpu - (now.run_queue_wait - before.run_queue_wait)
            waiting += self.owed.get(thread, 0)
            self.owed[thread] = min(0, waiting)
            waiting = max(0, waiting)
            stack[-1].self_cpu_ns += cpu
            stack[-1].self_waiting_ns += waiting
            if len(self.stacks) > 1:
                of_main = thread == self.main
                self.contention.add(Stretch(stack[-1], before.wall, now.wall, waiting if of_main else cpu), of_main)
        self.before[thread] = now
        self.now_ns = max(self.now_ns, now.running)  # it is read a little late
        if thread == self.main:
            self.latest = now
        return stack

    def finish(self, end: Clocks) -> tuple[Span, ...]:
        """All spans, in the order in which they began; what is still open ends with the recording."""
        if self.main in self.before:
            self.charge(self.main, end)
        for thread, stack in self.stacks.items():
            for span in stack:
                span.is_open = True
                span.end_ns = self.now_ns if thread == self.main else max(span.start_ns, self.before[thread].running)
        for span, name, waited_ns in self.contention.found():
            self.add_contention(span, name, min(waited_ns, span.self_waiting_ns))
        return tuple(self.spans.values())

    def add_contention(self, span: Span, name: str, waited_ns: int) -> None:
        """Take a wait while another thread imported a module from a span, into a span of its own at its end."""
        number = max(self.spans) + 1
        within = Span(number, span.number, "contention", name, span.thread, span.on_main, span.end_ns, span.end_ns)
        within.self_waiting_ns = waited_ns
        span.self_waiting_ns -= waited_ns
        self.spans[number] = within
