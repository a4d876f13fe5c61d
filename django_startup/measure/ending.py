"""How a child process came to its end, as seen from outside."""

from __future__ import annotations

import math
import re
import signal
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

ROUNDING_S = 0.5  # the system counts CPU time in ticks
TAIL_BYTES = 64 * 2**10
TAIL_LINES = 15
SECTION = re.compile(r"^(?:Current t|T)hread 0x([0-9a-f]+).*\(most recent call first\):$")
FRAME = re.compile(r'^  File "(.*)", line (\d+) in (.*)$')
PRINTED_FRAME = re.compile(r'^([ |]*)File "(.*)", line \d+')
PROBE = str(Path(__file__).parent.parent / "probe")


class Outcome(StrEnum):
    """How a boot ended."""

    # At its target.
    REACHED = "reached"
    # The entry script came to its end without reaching the target.
    UNREACHED = "unreached"
    # It asked for its command, or loaded the application, while Django was not ready.
    UNREADY = "unready"
    # Before something that is not there, which it would try to get at for ever.
    STUCK = "stuck"
    # Another process, which the entry script has forked, would have reached the target.
    FORKED = "forked"
    # By an exception, sys.exit() or os._exit().
    EXCEPTION = "exception"
    EXIT = "exit"
    OS_EXIT = "os._exit"
    # By a signal, or by our time limit.
    SIGNAL = "signal"
    TIMEOUT = "timeout"
    # The probe wrote nothing of its end.
    DIED = "died"
    # The probe wrote nothing at all.
    UNSTARTED = "unstarted"
    # This interpreter does not let its imports be recorded.
    UNSUPPORTED = "unsupported"


class Frame(NamedTuple):
    """Where a thread stood."""

    file: str
    line: int
    function: str


@dataclass(frozen=True, slots=True)
class Ending:
    """How a boot ended, and what is known of it."""

    outcome: Outcome
    exit_code: int = 0
    # "SIGKILL"; "" for none.
    signal_name: str = ""
    # It was killed when it, with what it had started, had used as much CPU time as this shell allows a process.
    is_out_of_cpu: bool = False
    # Of the main thread, innermost frame first, if a time limit or a fault ended the process.
    stack: tuple[Frame, ...] = ()
    # The last that the process printed.
    lines: tuple[str, ...] = ()


def ending_of(
    directory: Path, *, last_word: str, started: bool, thread: int, returncode: int | None, cpu_s: float = 0.0
) -> Ending:
    """
    The ending of a child whose files lie in directory.

    last_word is the outcome that the probe itself wrote down ("" for none), started whether it wrote anything, thread
    its main thread, returncode the process's (None where it had to be killed), cpu_s the seconds of CPU time that it
    has used with what it started.
    """
    if last_word == Outcome.REACHED:
        return Ending(Outcome.REACHED)
    lines = tail(directory / "stderr") or tail(directory / "stdout")
    stack = read_stack(directory / "fault.txt", thread)
    if last_word in set(Outcome):
        return Ending(Outcome(last_word), lines=lines)
    if returncode is None:
        return Ending(Outcome.TIMEOUT, stack=stack, lines=lines)
    if returncode < 0:
        name = signal_name(-returncode)
        is_out_of_cpu = name == "SIGKILL" and cpu_s > cpu_limit() - ROUNDING_S
        return Ending(Outcome.SIGNAL, signal_name=name, is_out_of_cpu=is_out_of_cpu, stack=stack, lines=lines)
    return Ending(Outcome.DIED if started else Outcome.UNSTARTED, exit_code=returncode, lines=lines)


def cpu_limit() -> float:
    """The seconds of CPU time that a process started from here may use."""
    if sys.platform == "win32":  # pragma: no cover
        return math.inf
    else:
        import resource

        limit = resource.getrlimit(resource.RLIMIT_CPU)[1]
        return math.inf if limit == resource.RLIM_INFINITY else limit


def signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def tail(path: Path) -> tuple[str, ...]:
    """The last lines of a file, without blank ones; none where the project has removed it."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - TAIL_BYTES))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return ()
    return tuple(line.rstrip() for line in without_probe(lines) if line.strip())[-TAIL_LINES:]


def without_probe(lines: Iterable[str]) -> Iterator[str]:
    """lines without the probe's own frames, which are in every traceback of an import that a project prints itself."""
    inside: int | None = None
    for line in lines:
        frame = PRINTED_FRAME.match(line)
        if frame:
            inside = len(frame[1]) if frame[2].startswith(PROBE) else None
        elif inside is not None and len(line) - len(line.lstrip(" |")) <= inside:
            inside = None
        if inside is None:
            yield line


def read_stack(path: Path, thread: int) -> tuple[Frame, ...]:
    """The stack of one thread in what faulthandler wrote."""
    if not path.exists():
        return ()
    stack: list[Frame] = []
    here = False
    for line in path.read_text("utf-8", "replace").splitlines():
        if section := SECTION.match(line):
            here = int(section[1], 16) == thread
        elif here and (frame := FRAME.match(line)):
            stack.append(Frame(frame[1], int(frame[2]), frame[3]))
    return tuple(stack)
