"""
CPU times of two commands that run on one processor at the same time.

The system gives them turns of a few milliseconds, so whatever slows one of them slows the other as much. One after the
other they would each meet another machine: on a shared one the ratio of two boots of the same code then spreads by 8 %
or more, side by side by half a per cent.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Collection

from django_startup.measure.side_by_side import shared_processor

LOOK = 0.002  # seconds between looks at whether one has ended
Start = Callable[[], subprocess.Popen[bytes]]


def the_processor() -> int:
    """The number of the processor that is shared."""
    processor = shared_processor()
    if processor is None:
        sys.exit("This keeps processes to one processor, which this system cannot do; Linux can.")
    return processor


class Repeated:
    """A command that is started again as soon as it has ended; cpu has the seconds of CPU time of each run."""

    def __init__(self, start: Start, processor: int, codes: Collection[int]) -> None:
        self.start = start
        self.processor = processor
        self.codes = codes
        self.cpu: list[float] = []
        self.process = self.started()

    def started(self) -> subprocess.Popen[bytes]:
        process = self.start()
        os.sched_setaffinity(process.pid, {self.processor})
        return process

    def look(self) -> None:
        pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
        if pid:
            self.process.returncode = os.waitstatus_to_exitcode(status)
            if self.process.returncode not in self.codes:
                sys.exit(f"This ended with {self.process.returncode}: {self.process.args!r}.")
            self.cpu.append(usage.ru_utime + usage.ru_stime)
            self.process = self.started()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def side_by_side(one: Start, other: Start, *, codes: Collection[int] = (0,)) -> tuple[list[float], list[float]]:
    """
    The seconds of CPU time of each run that ended, with those of all that it waited for, until both have ended once.

    Both are started again when they end, so that the longer one never has the processor for itself. codes are the exit
    codes that are none of a failure.
    """
    processor = the_processor()
    pair = [Repeated(one, processor, codes), Repeated(other, processor, codes)]
    try:
        while not all(repeated.cpu for repeated in pair):
            for repeated in pair:
                repeated.look()
            time.sleep(LOOK)
    finally:
        for repeated in pair:
            repeated.stop()
    return pair[0].cpu, pair[1].cpu
