"""The run-queue wait of a thread: how long it was ready to run and waited for a processor; and its CPU time."""

import os
import time
from _thread import get_ident


def thread_cpu_ns(thread: int) -> int:
    """The CPU time of a thread by its identity; where the system does not tell that of others, this thread's."""
    if thread == get_ident() or not hasattr(time, "pthread_getcpuclockid"):
        return time.thread_time_ns()
    return time.clock_gettime_ns(time.pthread_getcpuclockid(thread))  # type: ignore[attr-defined,no-any-return,unused-ignore]


class RunQueue:
    """Reads the run-queue wait, in nanoseconds (Linux; 0 elsewhere). By default it is the main thread's."""

    def __init__(self, path: str = "/proc/self/schedstat") -> None:
        try:
            self.fd = os.open(path, os.O_RDONLY)
        except OSError:
            self.fd = -1
        self.known = self.fd >= 0
        self.wait_ns = 0

    def read(self) -> int:
        """The wait until now. If the project has closed the file, the last value stands."""
        if self.fd >= 0:
            try:
                _, wait_ns, _ = os.pread(self.fd, 64, 0).split()  # type: ignore[attr-defined,unused-ignore]
                self.wait_ns = int(wait_ns)
            except (OSError, ValueError):
                self.fd = -1
        return self.wait_ns

    def close(self) -> None:
        """Let go of the file; the last value stands."""
        fd, self.fd = self.fd, -1
        if fd >= 0:
            try:
                os.close(fd)
            except OSError:  # the project has closed it
                return
