"""How long the machine kept a thread waiting for a processor."""

import os


class RunQueue:
    """The time that the main thread waited for a processor, in nanoseconds (Linux; elsewhere 0)."""

    def __init__(self, path: str = "/proc/self/schedstat") -> None:
        try:
            self.fd = os.open(path, os.O_RDONLY)
        except OSError:
            self.fd = -1
        self.known = self.fd >= 0
        self.delay = 0

    def read(self) -> int:
        """The delay until now. The project may have closed the file: then the last value stands."""
        if self.fd >= 0:
            try:
                _, delay, _ = os.pread(self.fd, 64, 0).split()
                self.delay = int(delay)
            except (OSError, ValueError):
                self.fd = -1
        return self.delay

    def close(self) -> None:
        """Let go of the file; the last value stands."""
        fd, self.fd = self.fd, -1
        if fd >= 0:
            try:
                os.close(fd)
            except OSError:  # the project has closed it
                return
