"""
pyinstrument inside one place of the boot, the body of a module, the bodies of a package's modules or the ready() of an
app, and nowhere else.

pyinstrument is imported when the boot has come to the place, so that it takes nothing from what the project imports
before, and before the clock starts. While a further module is imported from within, the profiler is off: that is not
the place's own code. Garbage collection is off too, since self times leave it out. The boot ends behind the place; a
package's modules may come in until its end.
"""

import os
import sys
from _thread import get_ident
from time import perf_counter_ns, thread_time_ns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, ModuleType
    from typing import Any

    from django_startup.probe.run_queue import RunQueue

INTERVAL = 0.0001  # seconds
DRIFT_NS = 200_000  # how far wall and CPU drift apart before the run-queue wait is read
MOST_STACKS = 10_000  # different stacks that are kept
MOST_FRAMES = 1_000_000  # in all of them
DEEPEST = 200  # frames of one
SHORT = 8  # frames of one that comes when no more are kept
LULL = 3  # intervals without a call, after which a sample is always taken
REST = 9  # how much longer the place runs between samples than taking one takes
INTERVAL_NS = round(INTERVAL * 1e9)


class Drill:
    """
    Takes the samples. place is module:NAME, ready:LABEL or package:NAME,NAME, of modules with all that is in them.
    finish is called when it has been left without failing, unless it is a package.

    A sample is its frames from the place on, as pyinstrument writes them, and the CPU time and waiting since the one
    before, and how much of that CPU time was quiet: without a call for longer than the interval. Samples with the same
    frames are added up, and where a sample takes long (of a deep stack) there are fewer. Of pyinstrument it is the
    sampler; its own clock would be wall time, what taking a sample takes included.
    """

    def __init__(
        self, place: str, gc: "ModuleType", run_queue: "RunQueue", probe: str, finish: "Callable[[], None]"
    ) -> None:
        kind, _, names = place.partition(":")
        self.place = place
        self.parts = tuple(names.split(",")) if kind == "package" else ()
        self.insides = tuple(f"{part}." for part in self.parts)
        self.gc = gc
        self.run_queue = run_queue
        self.probe = probe + os.sep
        self.finish = finish
        self.profile: Any = None
        self.describe: Any = None
        self.is_running = False
        self.thread = 0
        self.problem = ""
        self.runs = 0
        self.failures: list[str] = []
        self.samples: dict[tuple[str, ...], list[int]] = {}
        self.frames = 0
        self.seen = (0, 0)
        self.rested_ns = 0
        self.start: FrameType | None = None
        self.since = (0, 0, 0)

    def watch(self, phases: "Any") -> None:
        """Wait for an app's ready()."""
        instrument = phases.instrument

        def instrument_and_drill(config: "Any", entry: str) -> None:
            if self.place == f"ready:{config.label}":
                ready = config.ready
                config.ready = lambda *args, **kwargs: self.call(ready, *args, **kwargs)
            instrument(config, entry)

        phases.instrument = instrument_and_drill

    def is_entrance(self, module: str) -> bool:
        return not self.thread and (self.place == f"module:{module}" or self.is_part(module))

    def is_part(self, module: str) -> bool:
        """Whether a module is of the package."""
        return module in self.parts or module.startswith(self.insides)

    def switches(self, module: str) -> bool:
        """Whether the import of a module leads out of the place, or from there into it again."""
        is_inside = self.start is not None and self.thread == get_ident()
        return is_inside and self.is_running != self.is_part(module)

    def switch(self, frame: "FrameType") -> None:
        """Leave the place, or go into it again; frame is what was running."""
        if self.is_running:
            self.pause(frame)
        else:
            self.resume()

    def is_on(self) -> bool:
        return self.is_running and self.thread == get_ident()

    def call(self, function: "Callable[..., Any]", *args: "Any", **kwargs: "Any") -> "Any":
        """Call function, which is or leads into the place."""
        if self.thread or not self.can_start():
            return function(*args, **kwargs)
        collecting = self.gc.isenabled()
        self.gc.disable()
        self.runs += 1
        self.thread = get_ident()
        self.start = sys._getframe()
        self.resume()
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            self.failures.append(type(error).__name__)
            raise
        finally:
            self.pause(self.start)
            self.thread = 0
            self.start = None
            if collecting:
                self.gc.enable()
            if len(self.failures) < self.runs and not self.parts:
                self.finish()

    def can_start(self) -> bool:
        """Import pyinstrument, if that has not been done."""
        self.thread = get_ident()  # nothing that is imported here is the place
        try:
            from pyinstrument.low_level import stat_profile
        except Exception as error:
            self.problem = f"{type(error).__name__}: {error}"
            return False
        finally:
            self.thread = 0
        self.profile, self.describe = stat_profile.setstatprofile, stat_profile.get_frame_info
        return True

    def resume(self) -> None:
        self.is_running = True
        self.lap()
        self.seen = (perf_counter_ns(), thread_time_ns())
        self.profile(self.sample, INTERVAL)

    def pause(self, frame: "FrameType") -> None:
        """Stop sampling; what has passed since the last sample belongs to frame."""
        self.profile(None)
        self.is_running = False
        self.keep(self.stack(frame), *self.lap(), 0)

    def sample(self, frame: "FrameType", event: str, function: "Any") -> None:
        """What pyinstrument calls each time that something is called or returns and the interval has passed."""
        (last_wall, last_cpu), self.seen = self.seen, (perf_counter_ns(), thread_time_ns())
        began, cpu = self.seen
        if cpu < self.rested_ns and began - last_wall < LULL * INTERVAL_NS:
            return
        times = self.lap()
        stack = self.stack(frame.f_back if event == "call" else frame)
        if event in ("c_return", "c_exception"):
            name = getattr(function, "__qualname__", function.__name__)
            stack.append(f"{name}\0<built-in>\0000")
        self.keep(stack, *times, max(0, cpu - last_cpu - INTERVAL_NS))
        self.lap()
        self.seen = (perf_counter_ns(), thread_time_ns())
        self.rested_ns = self.seen[1] + REST * (self.seen[1] - cpu)

    def keep(self, stack: list[str], cpu_ns: int, waiting_ns: int, quiet_ns: int) -> None:
        """Add a sample to those with the same stack."""
        key = tuple(stack)
        if key not in self.samples and (len(self.samples) >= MOST_STACKS or self.frames + len(key) > MOST_FRAMES):
            key = key[:SHORT]
        if key not in self.samples:
            self.frames += len(key)
        sums = self.samples.setdefault(key, [0, 0, 0, 0])
        for place, value in enumerate((cpu_ns, waiting_ns, min(quiet_ns, cpu_ns), 1)):
            sums[place] += value

    def stack(self, frame: "FrameType | None") -> list[str]:
        """The frames of the place, outermost first: not those that led to it, nor the probe's own."""
        stack = [self.describe(each) for each in self.walk(frame) if not each.f_code.co_filename.startswith(self.probe)]
        stack.reverse()
        return stack

    def walk(self, frame: "FrameType | None") -> "list[FrameType]":
        """
        The frames of the place, innermost first: of a function that calls itself in the same line the innermost, and of
        very many the outer and the inner ones. Of a package's modules, which import each other, those up to the
        innermost body.
        """
        found: list[FrameType] = []
        while frame is not None and frame is not self.start:
            if not found or frame.f_code is not found[-1].f_code or frame.f_lineno != found[-1].f_lineno:
                found.append(frame)
            if self.parts and frame.f_code.co_name == "<module>":
                break
            frame = frame.f_back
        del found[DEEPEST // 2 : -DEEPEST // 2]
        return found

    def lap(self) -> tuple[int, int]:
        """The CPU time and the waiting of this thread since the last call."""
        cpu = thread_time_ns()
        wall = perf_counter_ns()
        queued = self.run_queue.wait_ns
        if wall - cpu - self.since[0] + self.since[1] > DRIFT_NS:
            queued = self.run_queue.read()
        (last_wall, last_cpu, last_queued), self.since = self.since, (wall, cpu, queued)
        return cpu - last_cpu, max(0, wall - last_wall - (cpu - last_cpu) - (queued - last_queued))

    def write(self, journal: "Any") -> None:
        """Write a record of the whole, a record "F" for each frame, and "P" for each stack with its samples."""
        numbers: dict[str, int] = {}
        samples = [
            ["P", *sums, [numbers.setdefault(frame, len(numbers)) for frame in stack]]
            for stack, sums in self.samples.items()
        ]
        journal.write({"record": "drill", "runs": self.runs, "failures": self.failures, "problem": self.problem})
        journal.write_all(["F", whole(frame)] for frame in numbers)
        journal.write_all(samples)


def whole(frame: str) -> str:
    """A frame as pyinstrument writes it: a NUL stands between its parts, also where one is in the name of its file."""
    function, _, rest = frame.partition("\0")
    file, separator, line = rest.rpartition("\0")
    return function + separator + file.replace("\0", "\\x00") + separator + line
