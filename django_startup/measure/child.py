"""A child process that is waited for, and of which nothing is left: no process, no heap of output."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from pathlib import Path
from select import select

from django_startup.measure.clocks import own_time
from django_startup.measure.interrupts import check

SUPERVISOR = Path(__file__).with_name("supervisor.py")
OUTPUT_LIMIT = 64 * 2**20  # bytes of a child's output that may lie on disk
LOOK_S = 0.25  # between looks at what a child prints, and at whether a signal has arrived
NOTHING: Iterator[bool] = iter(())
LAST_LOOKS = 60  # at a child that has been told to end


class Child(ABC):
    """
    A running child.

    Attributes:
        spawned_ns: When it was started, by perf_counter_ns().
        returncode: Its exit code, negative for a signal; None as long as it is not known.
        cpu_s: The seconds of CPU time that it has used, with what it started; 0 as long as that is not known.
    """

    def __init__(self, outputs: tuple[Path, ...]) -> None:
        self.outputs = outputs
        self.spawned_ns = own_time.perf_counter_ns()
        self.returncode: int | None = None
        self.cpu_s = 0.0

    @abstractmethod
    def has_ended(self, seconds: float) -> bool:
        """Whether it has ended, or does so in this time, with all that it started."""

    @abstractmethod
    def end(self) -> None:
        """End it, with all that it started, if it has not ended."""

    def wait(self, seconds: float, work: Iterator[bool] = NOTHING) -> bool:
        """
        Whether it ended by itself in time. Keeps its output from filling the disk. Signals take effect here.

        work is done meanwhile in short steps, each of which gives whether there was something to do; what is left of it
        when the child has ended is not done.
        """
        deadline = own_time.monotonic() + seconds
        is_busy = False
        while (left := deadline - own_time.monotonic()) > 0:
            check()
            if self.has_ended(0 if is_busy else min(left, LOOK_S)):
                return True
            is_busy = next(work, False)
            for output in self.outputs:
                with contextlib.suppress(FileNotFoundError):  # the project has removed it
                    if output.stat().st_size > OUTPUT_LIMIT:
                        os.truncate(output, 0)
        return False


if sys.platform == "win32":  # pragma: no cover

    class PlainChild(Child):
        """A child without a supervisor."""

        def __init__(self, process: subprocess.Popen[bytes], outputs: tuple[Path, ...]) -> None:
            super().__init__(outputs)
            self.process = process

        def has_ended(self, seconds: float) -> bool:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.returncode = self.process.wait(seconds)
            return self.returncode is not None

        def end(self) -> None:
            self.process.kill()
            self.process.wait()

else:

    class SupervisedChild(Child):
        """A child of supervisor.py, as that reports of it."""

        def __init__(self, supervisor: subprocess.Popen[bytes], outputs: tuple[Path, ...]) -> None:
            super().__init__(outputs)
            assert supervisor.stdin is not None
            assert supervisor.stdout is not None
            self.supervisor = supervisor
            self.stop, self.reports = supervisor.stdin, supervisor.stdout
            self.process_id = 0

        def started(self) -> None:
            """Wait until it has been started. Raises OSError where it cannot be."""
            match self.reports.readline().split():
                case [b"errno", number]:
                    raise OSError(int(number), os.strerror(int(number)))
                case [spawned, process_id]:
                    self.spawned_ns, self.process_id = int(spawned), int(process_id)

        def has_ended(self, seconds: float) -> bool:
            if not self.reports.closed and select([self.reports], [], [], seconds)[0]:
                status = self.reports.readline().split()
                self.reports.close()
                match status:
                    case [code, cpu_ms] if code != b"None":
                        self.returncode, self.cpu_s = int(code), int(cpu_ms) / 1000
                    case _:  # it could not be ended, or somebody has killed the supervisor
                        self.returncode = -signal.SIGKILL
                if not status and self.process_id:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(self.process_id, signal.SIGKILL)
            return self.reports.closed

        def end(self) -> None:
            self.stop.close()
            for _ in range(LAST_LOOKS):
                if self.has_ended(LOOK_S):
                    break
            self.supervisor.kill()
            self.supervisor.wait()
            self.reports.close()


@contextlib.contextmanager
def running(
    command: list[str],
    stdout: Path,
    stderr: Path,
    *,
    directory: Path | None = None,
    environment: Mapping[str, str] | None = None,
    processor: int | None = None,
) -> Iterator[Child]:
    """
    A child in a session of its own, ended with all that it started however the block is left, or this process ends.

    stdout and stderr are files in one directory, which is removed where this process has been killed. processor: the
    number of the one that the child is to stay on; where the system forbids that it runs on any. Raises OSError where
    the command cannot be started.
    """
    outputs = (stdout, stderr)
    if sys.platform == "win32":  # pragma: no cover
        with stdout.open("ab") as out, stderr.open("ab") as err:
            plain = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=directory, env=environment
            )
            child = PlainChild(plain, outputs)
            try:
                yield child
            finally:
                child.end()
    else:
        words = [*map(str, outputs), "" if processor is None else str(processor), *command]
        supervisor = subprocess.Popen(
            [sys.executable, "-I", "-S", str(SUPERVISOR), *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=directory,
            env=environment,
            start_new_session=True,
            bufsize=0,
        )
        supervised = SupervisedChild(supervisor, outputs)
        try:
            supervised.started()
            yield supervised
        finally:
            supervised.end()
