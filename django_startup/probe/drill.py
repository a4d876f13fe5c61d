"""
pyinstrument inside one place of the boot, the body of a module or the ready() of an app, and nowhere else.

pyinstrument is imported when the boot has come to the place, so that it takes nothing from what the project imports
before, and before the clock starts. While a further module is imported from within, the profiler is off: that is not
the place's own code. Garbage collection is off too, since self times leave it out. The boot ends behind the place.
"""

import os
import sys
import time
from _thread import get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, ModuleType
    from typing import Any

    from django_startup.probe.recorder import RunQueue

INTERVAL = 0.0001  # seconds
DRIFT_NS = 200_000  # how far wall and CPU drift apart before the run-queue delay is read
AUDITED = {
    "open": "file",
    "socket.connect": "network",
    "socket.getaddrinfo": "network",
    "subprocess.Popen": "subprocess",
    "os.system": "subprocess",
    "time.sleep": "sleep",
}
COUNTED = {
    "re._compiler": ("compile", "regex"),
    "dataclasses": ("_process_class", "dataclass"),
    "pydantic._internal._model_construction": ("complete_model_class", "pydantic"),
}
MOST = 10_000  # different stacks that are counted


class Drill:
    """
    Takes the samples. place is module:NAME or ready:LABEL, finish is called when it has been left without failing.

    A sample is its frames from the place on, as pyinstrument writes them, and the CPU time and waiting since the one
    before. pyinstrument's own clock is wall time, which the machine's other work and taking the samples are part of.
    """

    def __init__(
        self, place: str, gc: "ModuleType", run_queue: "RunQueue", probe: str, finish: "Callable[[], None]"
    ) -> None:
        self.place = place
        self.run_queue = run_queue
        self.gc = gc
        self.hidden: tuple[str, ...] = (probe + os.sep,)
        self.finish = finish
        self.thread = 0
        self.make_profiler: Callable[[], Any] = type(None)
        self.profiler: Any = None
        self.problem = ""
        self.runs = 0
        self.failures: list[str] = []
        self.samples: list[tuple[list[str], int, int]] = []
        self.clocks: list[tuple[int, int]] = []
        self.start: FrameType | None = None
        self.depth = 0
        self.frame_cost = 0.0
        self.since = (0, 0)
        self.counts: dict[tuple[str | int, ...], int] = {}

    def watch(self, phases: "Any") -> None:
        """Wait for an app's ready(), and for the modules whose calls are counted."""
        instrument = phases.instrument

        def instrument_and_drill(config: "Any", entry: str) -> None:
            if self.place == f"ready:{config.label}":
                ready = config.ready
                config.ready = lambda *args, **kwargs: self.call(ready, *args, **kwargs)
            instrument(config, entry)

        phases.instrument = instrument_and_drill
        for name, (function, kind) in COUNTED.items():
            phases.arrivals[name] = phases.guarded(name, self.counting(function, kind))
        phases.arrivals["django.db.models.base"] = phases.guarded("django.db.models.base", self.count_models)
        sys.addaudithook(self.audit)

    def is_entrance(self, module: str) -> bool:
        return not self.thread and self.place == f"module:{module}"

    def is_on(self) -> bool:
        return self.profiler is not None and self.thread == get_ident()

    def call(self, function: "Callable[..., Any]", *args: "Any", **kwargs: "Any") -> "Any":
        """Call function, which is or leads into the place."""
        if self.thread or not self.can_start():
            return function(*args, **kwargs)
        collecting = self.gc.isenabled()
        self.gc.disable()
        self.runs += 1
        self.thread = get_ident()
        self.start = sys._getframe()
        self.depth = 0
        self.resume(self.start)
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            self.failures.append(type(error).__name__)
            raise
        finally:
            self.pause()
            self.thread = 0
            if collecting:
                self.gc.enable()
            if len(self.failures) < self.runs:
                self.finish()

    def can_start(self) -> bool:
        """Import pyinstrument, if that has not been done."""
        self.thread = get_ident()  # nothing that is imported here is the place
        try:
            import pyinstrument
            from pyinstrument.stack_sampler import build_call_stack
        except Exception as error:
            self.problem = f"{type(error).__name__}: {error}"
            return False
        finally:
            self.thread = 0
        self.hidden = (self.hidden[0], os.path.dirname(str(pyinstrument.__file__)) + os.sep)
        self.make_profiler = self.profiler_class(pyinstrument.Profiler)
        costs = []
        for _ in range(3):
            begin = time.thread_time_ns()
            stack = build_call_stack(sys._getframe(), "initial", None)
            costs.append((time.thread_time_ns() - begin) / len(stack))
        self.frame_cost = min(costs)
        return True

    def profiler_class(self, base: "Any") -> "Callable[[], Any]":
        drill = self

        class Profiler(base):  # type: ignore[misc]
            """Reads the thread's clocks beside each sample."""

            def _sampler_saw_call_stack(self, call_stack: list[str], *args: "Any") -> None:
                cpu_ns, waiting_ns = drill.lap()
                drill.clocks.append((max(0, cpu_ns - round(len(call_stack) * drill.frame_cost)), waiting_ns))
                super()._sampler_saw_call_stack(call_stack, *args)
                drill.lap()

        return lambda: Profiler(interval=INTERVAL, async_mode="disabled")

    def lap(self) -> tuple[int, int]:
        """The CPU time and the waiting of this thread since the last call."""
        cpu = time.thread_time_ns()
        blocked = time.perf_counter_ns() - cpu
        if blocked - self.since[1] > DRIFT_NS:
            blocked -= self.run_queue.read()
        else:
            blocked -= self.run_queue.delay
        (last_cpu, last_blocked), self.since = self.since, (cpu, blocked)
        return cpu - last_cpu, max(0, blocked - last_blocked)

    def resume(self, frame: "FrameType") -> None:
        self.clocks = []
        self.profiler = self.make_profiler()
        self.profiler.start(caller_frame=frame)
        self.lap()

    def pause(self) -> None:
        """Keep what has been sampled, and the time since the last sample."""
        rest = self.lap()
        session = self.profiler.stop()
        self.profiler = None
        self.depth = self.depth or len(session.start_call_stack)
        stacks = [stack for stack, _ in session.frame_records]
        for stack, clocks in zip(stacks, self.clocks):  # noqa: B905 each has its own; what is new here may have none
            self.samples.append((self.inside(stack), *clocks))
        self.samples.append((self.inside(stacks[-1] if stacks else session.start_call_stack), *rest))

    def inside(self, stack: list[str]) -> list[str]:
        """The frames of the place, without the probe's and pyinstrument's own."""
        return [frame for frame in stack[self.depth :] if not frame.partition("\0")[2].startswith(self.hidden)]

    def audit(self, event: str, arguments: "tuple[Any, ...]") -> None:
        kind = AUDITED.get(event)
        if kind is not None and self.is_on():
            self.count(kind, sys._getframe(1))

    def count(self, kind: str, frame: "FrameType | None") -> None:
        """Count something that pyinstrument cannot, by what called it."""
        key: list[str | int] = [kind]
        while frame is not None and frame is not self.start:
            key += (frame.f_code.co_filename, frame.f_lineno or 0, frame.f_code.co_name)
            frame = frame.f_back
        at = tuple(key)
        if at in self.counts or len(self.counts) < MOST:
            self.counts[at] = self.counts.get(at, 0) + 1

    def counting(self, name: str, kind: str) -> "Callable[[Any], None]":
        def wrap(module: "Any") -> None:
            setattr(module, name, self.counted(kind, getattr(module, name)))

        return wrap

    def counted(self, kind: str, function: "Callable[..., Any]") -> "Callable[..., Any]":
        def counted_function(*args: "Any", **kwargs: "Any") -> "Any":
            if self.is_on():
                self.count(kind, sys._getframe(1))
            return function(*args, **kwargs)

        return counted_function

    def count_models(self, base: "Any") -> None:
        base.ModelBase.__new__ = staticmethod(self.counted("model", base.ModelBase.__new__))

    def write(self, journal: "Any") -> None:
        """
        Write a record of the whole, a record "F" for each frame, "P" for each sample with the numbers of its frames,
        and "K" for what was counted, with the calls that led there, innermost first.
        """
        numbers: dict[str, int] = {}
        samples = [
            ["P", cpu_ns, waiting_ns, [numbers.setdefault(frame, len(numbers)) for frame in stack]]
            for stack, cpu_ns, waiting_ns in self.samples
        ]
        journal.write({"record": "drill", "runs": self.runs, "failures": self.failures, "problem": self.problem})
        journal.write_all(["F", frame] for frame in numbers)
        journal.write_all(samples)
        journal.write_all(["K", kind, count, stack] for (kind, *stack), count in self.counts.items())
