"""One start of workers in a process of its own, see probe/prefork.py."""

from __future__ import annotations

import marshal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django_startup.exceptions import UsageError
from django_startup.measure.boot import boot_directory, within_limits
from django_startup.measure.child import running
from django_startup.measure.ending import signal_name, tail
from django_startup.measure.interrupts import deferred
from django_startup.measure.redaction import make_redaction
from django_startup.measure.target import BootTarget, How
from django_startup.profiler import ProjectDied
from django_startup.text import relative_file, short_file

PROGRAM = Path(__file__).parent.parent / "probe" / "prefork.py"
ROLLUP = Path("/proc/self/smaps_rollup")
ELSEWHERE = "--workers needs Linux: what processes share is read from /proc/PID/smaps_rollup."
SILENT = "This kernel has no /proc/PID/smaps_rollup (Linux 4.14, not gVisor), so what workers share cannot be measured."


@dataclass(frozen=True, slots=True)
class Served:
    """
    What is served.

    Attributes:
        target: what was booted to know it
        application: the dotted name of the WSGI application; "" for Django's own
        settings: the settings module for that
        workers: how many there are
        request: the path that each is asked for
        timeout: seconds for one start
    """

    target: BootTarget
    application: str
    settings: str
    workers: int
    request: str
    timeout: float


def check_system() -> None:
    """Raise UsageError where the system does not say what processes share."""
    if sys.platform == "linux":
        try:
            ROLLUP.read_bytes()
        except OSError as error:
            raise UsageError(SILENT) from error
    else:
        raise UsageError(ELSEWHERE)


def start_workers(served: Served, mode: str) -> Mapping[str, Any]:
    """
    What one start of workers found, as probe/prefork.py writes it. mode is that program's.

    Raises ProjectDied where the project, or a worker, does not come as far as a collection after its request.
    """
    target = served.target
    with deferred(), boot_directory() as directory:
        result, outputs = directory / "result", (directory / "stdout", directory / "stderr")
        flags: list[str] = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
        words = [str(result), mode, str(served.workers), served.request, served.application, served.settings]
        command = [sys.executable, *flags, str(PROGRAM), *words, str(first_on_path(target))]
        with (
            within_limits(),
            running(command, *outputs, directory=target.directory, environment=target.environment) as child,
        ):
            in_time = child.wait(served.timeout)
            child.end()
        redact = make_redaction(target.secrets).message
        lines = tuple(map(redact, tail(outputs[1]) or tail(outputs[0])))
        found = read_result(result)
        if not in_time:
            raise ProjectDied(f"The workers did not answer {served.request} in {served.timeout:g} s.", lines, None)
        if found is None:
            raise ProjectDied(f"The master of the workers ended, {ending(child.returncode)}.", lines, None)
        about = problem(found, served, redact)
        if about:
            raise ProjectDied(about, lines, None)
        return found


def first_on_path(target: BootTarget) -> Path:
    """The directory from which the project is imported."""
    return Path(target.entry.target).resolve().parent if target.entry.how is How.SCRIPT else target.directory


def read_result(path: Path) -> dict[str, Any] | None:
    """What the program has written; None where it has not come so far."""
    try:
        found: dict[str, Any] = marshal.loads(path.read_bytes())
    except (OSError, EOFError, ValueError, TypeError):
        return None
    return found


def problem(found: Mapping[str, Any], served: Served, redact: Any) -> str:
    """Why a start shows nothing, as a sentence; "" where it does."""
    if found["failure"]:
        return f"The project could not be loaded before the workers: {describe(found['failure'], served, redact)}."
    for worker in found["workers"]:
        if "ended" in worker:
            return f"A worker ended before it had answered GET {served.request}, {ending(worker['ended'])}."
        if worker["failure"]:
            return f"A worker failed with GET {served.request}: {describe(worker['failure'], served, redact)}."
        if "Pss" not in worker:
            return SILENT
    return ""


def describe(failure: tuple[str, str, str, int], served: Served, redact: Any) -> str:
    """OperationalError: no such table: shop_item (shop/views.py:12)"""
    kind, text, file, line = failure
    first = redact(text).strip().partition("\n")[0].rstrip(".")
    where = f" ({short_file(relative_file(file, served.target.directory))}:{line})" if file else ""
    return f"{kind}{': ' if first else ''}{first}{where}"


def ending(code: int | None) -> str:
    if code is not None and code < 0:
        return f"killed by {signal_name(-code)}"
    return f"with exit code {code}"


def check_path(path: str) -> str:
    """The path of a request. Raises UsageError where it is none."""
    if not path.startswith("/") or any(char.isspace() for char in path):
        raise UsageError(f"--request {path}: write a path that begins with /, such as /healthz/.")
    return path
