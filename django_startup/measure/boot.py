"""Boot a target in a child process and read what it recorded. Nothing of it is left behind."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from django_startup.exceptions import BootError, OverLimit
from django_startup.measure.child import running
from django_startup.measure.ending import ending_of
from django_startup.measure.instructions import NOTHING_SPECIAL, Instructions, write_instructions
from django_startup.measure.interrupts import deferred
from django_startup.measure.overlay import DIRECTORY, UNCHANGED, compile_overlay, write_overlay
from django_startup.measure.recording import Recording
from django_startup.measure.recording_file import read_recording
from django_startup.measure.redaction import make_redaction
from django_startup.measure.target import BootTarget, Entry, How
from django_startup.measure.temporary import temporary_directory

PROBE = Path(__file__).parent.parent / "probe" / "boot.py"
GRACE = 1.0  # seconds for a child to write down where it stands
# What the system refuses where a limit is reached: of files, of processes, of memory.
LIMITS = (errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM)
OUT_OF_MEMORY = 71  # what a child ends with that has no memory left for its recording, see probe/boot.py
UNWRITTEN = 74  # what a child ends with that cannot write its recording, see probe/journal.py
FAULT = "fault"  # how a boot ended that failed in the probe itself


class ProbeFault(RuntimeError):
    """A fault of ours in the measured process. Made of its traceback."""


class BootKind(StrEnum):
    """
    bare: no recorder. recorded: the parts. evidence: heavier observers, and every record is on disk at once. counted:
    evidence, and the calls of Python functions. drill: pyinstrument inside one place, behind which the boot ends.
    """

    BARE = "bare"
    RECORDED = "recorded"
    EVIDENCE = "evidence"
    COUNTED = "counted"
    DRILL = "drill"


def nothing_beside(recording: Path) -> Iterator[bool]:
    return iter(())


def boot(
    target: BootTarget,
    kind: BootKind,
    *,
    timeout: float,
    place: str = "",
    overlay: Mapping[str, bytes] = UNCHANGED,
    instructions: Instructions = NOTHING_SPECIAL,
    beside: Callable[[Path], Iterator[bool]] = nothing_beside,
) -> Recording:
    """
    Boot target once and return what it recorded.

    A boot that fails returns a recording too, with its ending saying how. timeout is in seconds. place is what
    BootKind.DRILL looks into: module:NAME, ready:LABEL for an app's ready(), or package:NAME,NAME for modules with all
    that is in them. overlay has new texts of source files, by their os.path.realpath(): the boot sees them in place of
    what is on disk, where nothing changes. beside makes work of the path of the recording that grows, which is done in
    this process meanwhile, see Child.wait(): not beside boots whose times are shown. Raises SyntaxError, before
    anything is booted, where a text cannot be compiled; BootError where there is no room for the recording; ProbeFault.
    """
    with booting(
        target, kind, timeout=timeout, place=place, overlay=overlay, instructions=instructions, beside=beside
    ) as ended:
        return ended()


@contextlib.contextmanager
def booting(
    target: BootTarget,
    kind: BootKind,
    *,
    timeout: float,
    place: str = "",
    processor: int | None = None,
    overlay: Mapping[str, bytes] = UNCHANGED,
    instructions: Instructions = NOTHING_SPECIAL,
    beside: Callable[[Path], Iterator[bool]] = nothing_beside,
) -> Iterator[Callable[[], Recording]]:
    """
    A boot that has begun; what this gives waits for its end and returns what it recorded.

    As boot(). processor: the number of the one that it runs on, where it is not to run on any.
    """
    compiled = compile_overlay(overlay)
    with deferred(), boot_directory() as directory:
        with explained(directory.parent):
            if target.relocation:
                (directory / "relocation").write_bytes(b"\0".join(map(os.fsencode, target.relocation)))
            if overlay:
                write_overlay(directory / DIRECTORY, overlay, compiled)
            if instructions != NOTHING_SPECIAL:
                write_instructions(directory, instructions)
        with contextlib.ExitStack() as stack:
            with within_limits():
                child = stack.enter_context(
                    running(
                        command_line(target, f"{kind}:{place}" if place else kind, directory, timeout),
                        directory / "stdout",
                        directory / "stderr",
                        directory=target.directory,
                        environment=target.environment,
                        processor=processor,
                    )
                )

            def ended() -> Recording:
                recorded = directory / "recording.jsonl"
                in_time = child.wait(timeout + instructions.beyond + GRACE, beside(recorded))
                child.end()
                recording = read_recording(recorded, spawned_ns=child.spawned_ns)
                if child.returncode == OUT_OF_MEMORY and not recording.outcome:
                    raise OverLimit(os.strerror(errno.ENOMEM))
                if recording.outcome == FAULT and recording.failure.errno in LIMITS:
                    raise OverLimit(os.strerror(recording.failure.errno))
                if recording.outcome == FAULT:
                    raise ProbeFault(recording.failure.text)
                if child.returncode == UNWRITTEN and not recording.outcome:
                    raise BootError(no_room(directory.parent, "is there no room left?"))
                ending = ending_of(
                    directory,
                    last_word=recording.outcome,
                    started=recording.started,
                    thread=recording.thread,
                    returncode=child.returncode if in_time else None,
                    cpu_s=child.cpu_s,
                )
                redact = make_redaction(target.secrets).message
                return recording.with_ending(replace(ending, lines=tuple(map(redact, ending.lines))))

            yield ended


@contextlib.contextmanager
def boot_directory() -> Iterator[Path]:
    """A temporary directory for a boot. Raises BootError."""
    with contextlib.ExitStack() as stack:
        with explained(Path("a temporary directory")):
            parent = Path(tempfile.gettempdir())
        with explained(parent), within_limits():
            directory = stack.enter_context(temporary_directory())
        yield directory


@contextlib.contextmanager
def explained(directory: Path) -> Iterator[None]:
    """Turns the errors of writing into BootError."""
    try:
        yield
    except OSError as error:
        raise BootError(no_room(directory, f"{error.strerror or error}.")) from error


@contextlib.contextmanager
def within_limits() -> Iterator[None]:
    """Turns what a limit of this process does not allow into BootError."""
    try:
        yield
    except OSError as error:
        if error.errno not in LIMITS:
            raise
        raise OverLimit(error.strerror or str(error)) from error


def no_room(directory: Path, why: str) -> str:
    return f"Recordings cannot be written to {directory}: {why} Name another directory with TMPDIR."


def site_target(target: BootTarget) -> BootTarget:
    """What the interpreter imports before a target's entry, as a target of its own. It ends before the entry."""
    return replace(target, entry=Entry(How.SITE, "", ""))


def command_line(target: BootTarget, kind: str, directory: Path, timeout: float) -> list[str]:
    """What to spawn: this interpreter with its own -W and -X options, the probe, and the project's arguments."""
    entry = target.entry
    flags: list[str] = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
    if os.environ.get("PYTHONDONTWRITEBYTECODE") and not sys.flags.ignore_environment:
        flags = [flag for flag in flags if flag != "-B"]  # the environment says it, of the child its own
    if entry.how is How.SITE:
        flags.append("-S")  # the probe does what it leaves out
    probe = [str(PROBE), str(directory), kind, target.until, str(timeout), target.secrets]
    return [sys.executable, *flags, *probe, entry.how, entry.target, entry.shown, *target.arguments]
