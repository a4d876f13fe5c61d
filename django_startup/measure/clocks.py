"""The clocks of a thread at one moment."""

from __future__ import annotations

from typing import NamedTuple


class Clocks(NamedTuple):
    """In nanoseconds."""

    # time.perf_counter_ns().
    wall: int
    # The CPU time of the thread.
    cpu: int
    # The time for which it was ready to run and waited for a processor; 0 where the system does not tell.
    run_queue_wait: int

    @property
    def running(self) -> int:
        """The wall clock without the time in the run queue."""
        return self.wall - self.run_queue_wait
