"""
What happens in this process, kept as a flat list of atoms: the records "B", "E", "C", "R" and "Z" of records.py.

Records are appended with list.extend, which is atomic, and hold only numbers and strings: objects that the garbage
collector tracks would move its pauses. Nothing is written, formatted or imported while recording.
"""

import sys
import time
from _thread import get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType
    from typing import Any

    from django_startup.probe.run_queue import RunQueue

OWN = __file__.removesuffix("recorder.py")  # the directory of the probe, which is no part of the project
DRIFT_NS = 200_000  # how far wall and CPU drift apart before the run-queue wait is read


class Recorder:
    """
    Collects the spans of this process.

    gc is the gc module, next_span gives unused numbers; both come from outside because importing them is not free of
    traces. emit takes one record; without it, records go to the list `events`. clocks is a time module, whose functions
    are taken now: a project may put others in their place.
    """

    def __init__(
        self,
        gc: "ModuleType",
        next_span: "Callable[[], int]",
        run_queue: "RunQueue",
        emit: "Callable[[Iterable[Any]], object] | None" = None,
        clocks: "ModuleType" = time,
    ) -> None:
        self.wall: Callable[[], int] = clocks.perf_counter_ns
        self.cpu: Callable[[], int] = clocks.thread_time_ns
        self.events: list[int | str | None] = []
        self.emit: Callable[[Iterable[Any]], object] = emit or self.events.extend
        # Takes many records, which may be lost where the process is killed.
        self.emit_all: Callable[[Iterable[Iterable[Any]]], object] = ignore
        self.threads: dict[int, str] = {}
        self.main = get_ident()
        self.next_span = next_span
        self.run_queue = run_queue
        self.drift = self.wall() - self.cpu()
        self.resident: Callable[[], int] | None = None
        self.gc = gc
        self.gc_span = 0
        self.calls = 0
        self.counting = False
        self.interrupted = False  # the counting of calls, by a profiler of the project's
        self.failure: tuple[object, int] = (None, 0)
        self.loader: Any = sys.modules["_frozen_importlib_external"].SourceLoader
        self.source_to_code = self.loader.source_to_code

    def begin(self, kind: str, name: str, file: str = "", line: int = 0, importer: str = "") -> int:
        """Open a span and return its number."""
        span = self.next_span()
        thread = get_ident()
        cpu = self.cpu()
        wall = self.wall()
        if thread != self.main:
            if thread not in self.threads:
                self.name_thread(thread)
        elif wall - cpu - self.drift > DRIFT_NS:
            self.drift = wall - cpu
            self.run_queue.read()
        record = ("B", span, thread, wall, cpu, self.run_queue.wait_ns, kind, name, file, line, importer)
        if self.resident is not None or self.counting:
            self.emit_with_figures(thread, record)
        else:
            self.emit(record)
        return span

    def end(self, span: int, failed: int = 0) -> None:
        """Close a span; failed is 1 where it ended by an exception."""
        thread = get_ident()
        cpu = self.cpu()
        wall = self.wall()
        if thread == self.main and wall - cpu - self.drift > DRIFT_NS:
            self.drift = wall - cpu
            self.run_queue.read()
        record = ("E", span, thread, wall, cpu, self.run_queue.wait_ns, failed)
        if self.resident is not None or self.counting:
            self.emit_with_figures(thread, record)
        else:
            self.emit(record)

    def emit_with_figures(self, thread: int, record: "tuple[Any, ...]") -> None:
        """Emit memory and calls so far, where they are of interest, and a record."""
        memory = () if self.resident is None else (("R", thread, self.resident()),)
        if not self.counting:
            self.emit_all((*memory, record))  # at once: each writes to the disk
            return
        for figure in memory:
            self.emit(figure)
        if thread == self.main and not self.interrupted:
            calls = self.calls - 1  # noting them is no call of the project's
            self.emit(("Z", thread, calls))
            self.calls = calls
        self.emit(record)

    def note_failure(self, error: BaseException, raised: object, span: int) -> None:
        """
        An exception leaves a span; the first that it leaves is the innermost. raised is where it was raised.

        Nothing is written to the exception, and no reference to it is kept: that would keep its frames alive. Its id
        may be another exception's later, but not one that was raised in the same place in the main thread.
        """
        if get_ident() == self.main and self.failure[0] != (id(error), raised):
            self.failure = ((id(error), raised), span)

    def failed_span(self, error: BaseException, raised: object) -> int:
        """The innermost span that an exception has left; 0 for none."""
        known, span = self.failure
        return span if known == (id(error), raised) else 0

    def name_thread(self, thread: int) -> None:
        threading = sys.modules.get("threading")
        active = getattr(threading, "_active", {}).get(thread)
        self.threads[thread] = str(getattr(active, "name", "") or f"thread {thread}")

    def on_gc(self, phase: str, info: dict[str, int]) -> None:
        """For gc.callbacks: a pause is a span of its own, so that it is charged to no module."""
        if phase == "start":
            self.gc_span = self.begin("gc", str(info["generation"]))
        elif self.gc_span:
            self.end(self.gc_span)
            self.gc_span = 0

    def on_call(self, frame: object, event: str, argument: object) -> None:
        """For sys.setprofile: how many Python functions are called is the work done, whatever the machine does."""
        if event == "call":
            self.calls += 1

    def on_audit(self, event: str, arguments: object) -> None:
        """For sys.addaudithook: in place of our profile function the project, or a tool in it, sets another one."""
        if event == "sys.setprofile" and get_ident() == self.main:
            self.interrupted = True

    def start(self) -> None:
        """Record garbage collections and compilations from now on. Imports are recorded by the import hook."""
        self.gc.callbacks.append(self.on_gc)
        self.loader.source_to_code = self.compiling(self.source_to_code)

    def compiling(self, source_to_code: "Callable[..., Any]") -> "Callable[..., Any]":
        def recorded_source_to_code(loader: object, data: object, path: str, *args: object, **kwargs: object) -> object:
            cpu = self.cpu()
            wall = self.wall()
            try:
                return source_to_code(loader, data, path, *args, **kwargs)
            finally:
                cpu_ns = self.cpu() - cpu
                if not str(path).startswith(OWN):
                    self.emit(("C", get_ident(), wall, self.wall() - wall, cpu_ns, str(path)))

        return recorded_source_to_code

    def stop(self) -> None:
        """Record nothing more, and let go of what was wrapped."""
        self.emit = self.emit_all = ignore
        self.loader.source_to_code = self.source_to_code
        if self.on_gc in self.gc.callbacks:
            self.gc.callbacks.remove(self.on_gc)

    def records(self, widths: "dict[str, int]") -> "Iterable[list[int | str | None]]":
        """The records, one list each, in the order in which they happened. widths are those of records.py."""
        at, events = 0, self.events
        while at < len(events):
            width = widths[str(events[at])]
            yield events[at : at + width]
            at += width


def ignore(record: object) -> None:
    """An emit for when the recording is over."""


class Silent:
    """Stands in for the recorder in a bare boot: nothing is recorded."""

    threads: dict[int, str] = {}

    def begin(self, kind: str, name: str, file: str = "", line: int = 0, importer: str = "") -> int:
        return 0

    def end(self, span: int, failed: int = 0) -> None:
        pass

    def failed_span(self, error: BaseException, raised: object) -> int:
        return 0

    def start(self) -> None:
        pass

    def stop(self) -> None:
        pass

    def records(self, widths: "dict[str, int]") -> "Iterable[list[int | str | None]]":
        return ()
