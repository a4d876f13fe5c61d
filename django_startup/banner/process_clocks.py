"""How long this process and its threads have run, worked and been kept from running."""

from __future__ import annotations

import os

from django_startup.measure.clocks import Clocks, own_time
from django_startup.probe.run_queue import RunQueue


def thread_clocks() -> Clocks:
    """The clocks of the thread that asks."""
    run_queue = RunQueue("/proc/thread-self/schedstat")
    clocks = Clocks(own_time.perf_counter_ns(), own_time.thread_time_ns(), run_queue.read())
    run_queue.close()
    return clocks


def process_age(path: str = "/proc/self/stat") -> int | None:
    """Nanoseconds since the system started this process (Linux, in steps of 10 ms); None where it does not say."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 pathlib is the project's to import
            fields = file.read().rpartition(b")")[2].split()
        ticks: int = os.sysconf("SC_CLK_TCK")  # type: ignore[attr-defined,unused-ignore]
        now: int = own_time.clock_gettime_ns(own_time.CLOCK_BOOTTIME)  # type: ignore[attr-defined,unused-ignore]
        return now - int(fields[19]) * 1_000_000_000 // ticks
    except (AttributeError, IndexError, OSError, ValueError):
        return None
