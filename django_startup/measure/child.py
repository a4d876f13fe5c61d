"""A child process that is waited for, and of which nothing is left: no process, no heap of output."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from django_startup.measure.interrupts import check

OUTPUT_LIMIT = 64 * 2**20  # bytes of a child's output that may lie on disk
LOOK = 0.25  # seconds between looks at what a child prints, and at whether a signal has arrived


def wait(process: subprocess.Popen[bytes], seconds: float, outputs: tuple[BinaryIO, ...]) -> bool:
    """Whether the process ended by itself in time. Keeps its output from filling the disk. Signals take effect here."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        check()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(min(left, LOOK))
            return True
        for output in outputs:
            if os.fstat(output.fileno()).st_size > OUTPUT_LIMIT:
                output.truncate(0)
    return False


@contextlib.contextmanager
def running(
    command: list[str],
    stdout: BinaryIO,
    stderr: BinaryIO,
    *,
    directory: Path | None = None,
    environment: Mapping[str, str] | None = None,
    processor: int | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """
    A child in a session of its own, killed with all that it started however the block is left.

    processor: the number of the one that it is to stay on; where the system forbids that it runs on any.
    """
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        cwd=directory,
        env=environment,
        start_new_session=True,
    )
    try:
        if processor is not None:
            with contextlib.suppress(OSError):
                os.sched_setaffinity(process.pid, {processor})
        yield process
    finally:
        kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":  # pragma: no cover
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
