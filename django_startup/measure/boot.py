"""Boot a target in a child process and read what it recorded. Nothing of it is left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from django_startup.measure.ending import ending_of
from django_startup.measure.interrupts import check, deferred
from django_startup.measure.recording import Recording
from django_startup.measure.recording_file import read_recording
from django_startup.measure.target import BootTarget

PROBE = Path(__file__).parent.parent / "probe" / "boot.py"
OUTPUT_LIMIT = 64 * 2**20  # bytes of a child's output that may lie on disk
GRACE = 1.0  # seconds for a child to write down where it stands
LOOK = 0.25  # seconds between looks at what a child prints, and at whether a signal has arrived


class Kind(StrEnum):
    """
    bare: no recorder. recorded: the parts. evidence: heavier observers, and every record is on disk at once. counted:
    evidence, and the calls of Python functions. drill: pyinstrument inside one place, behind which the boot ends.
    """

    BARE = "bare"
    RECORDED = "recorded"
    EVIDENCE = "evidence"
    COUNTED = "counted"
    DRILL = "drill"


def boot(target: BootTarget, kind: Kind, *, timeout: float, place: str = "") -> Recording:
    """
    Boot target once and return what it recorded.

    A boot that fails returns a recording too, with its ending saying how. timeout is in seconds. place is what
    Kind.DRILL looks into: module:NAME, or ready:LABEL for an app's ready().
    """
    with deferred(), tempfile.TemporaryDirectory(prefix="django-startup-") as name:
        folder = Path(name)
        with (folder / "stdout").open("ab") as stdout, (folder / "stderr").open("ab") as stderr:
            spawned = time.perf_counter_ns()
            command = command_line(target, f"{kind}:{place}" if place else kind, folder, timeout)
            with running(target, command, stdout, stderr) as process:
                in_time = wait(process, timeout + GRACE, (stdout, stderr))
        recording = read_recording(folder / "recording.jsonl", spawned_ns=spawned)
        ending = ending_of(
            folder,
            last_word=recording.outcome,
            started=recording.started,
            thread=recording.thread,
            returncode=process.returncode if in_time else None,
        )
        return recording.with_ending(ending)


def command_line(target: BootTarget, kind: str, folder: Path, timeout: float) -> list[str]:
    """What to spawn: this interpreter with its own -W and -X options, the probe, and the project's arguments."""
    entry = target.entry
    flags: list[str] = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
    probe = [str(PROBE), str(folder), kind, target.until, str(timeout)]
    return [sys.executable, *flags, *probe, entry.how, entry.target, entry.shown, *target.arguments]


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
    target: BootTarget, command: list[str], stdout: BinaryIO, stderr: BinaryIO
) -> Iterator[subprocess.Popen[bytes]]:
    """A child in a session of its own, killed with all that it started however the block is left."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        cwd=target.folder,
        env=target.environment,
        start_new_session=True,
    )
    try:
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
