"""
A command as a program of its own: where its output goes, and what its exit code says.

An exit code of 1 is a verdict and nothing else: a crash of ours ends with 70, and so does no output that nobody reads.
"""

from __future__ import annotations

import contextlib
import errno
import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError

from django_startup.exceptions import Crash, OverLimit, UsageError
from django_startup.measure.redaction import make_redaction

LIMITS = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)  # that a shell or the system sets, wherever they are met
ISSUES = "https://github.com/django-startup/django-startup/issues"


class Output:
    """
    A standard stream. Where nobody reads it any more, or it was closed from the start, what is written to it is gone.

    name is said where it cannot be written for another reason, such as a full disk; without one that is ignored too.
    """

    def __init__(self, stream: TextIO | None, name: str = "") -> None:
        if stream is None:
            os.open(os.devnull, os.O_WRONLY)  # or the next file that is opened would stand for the stream
        self.stream: TextIO = stream or StringIO()
        self.name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def write(self, text: str) -> int:
        self.attempt(lambda: self.stream.write(text))
        return len(text)

    def flush(self) -> None:
        self.attempt(self.stream.flush)

    def attempt(self, function: Callable[[], object]) -> None:
        try:
            function()
        except OSError as error:
            self.discard()
            if self.name and not isinstance(error, BrokenPipeError):
                raise UsageError(f"{self.name} cannot be written: {error.strerror}.") from error

    def discard(self) -> None:
        """Let the rest go nowhere, also what the interpreter still has and would write at its end."""
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.stream.fileno())
            os.close(nowhere)


def run_program(command: BaseCommand, run: Callable[[], None]) -> int:
    """
    Call run, which runs command; returns the exit code. SystemExit and KeyboardInterrupt go through.

    A crash is reported on standard error, and its traceback is kept in a file.
    """
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Output(sys.stdout, "Standard output"), Output(sys.stderr)
    command.stdout._out, command.stderr._out = sys.stdout, sys.stderr  # type: ignore[attr-defined]
    try:
        run()
        sys.stdout.flush()
    except CommandError as error:
        command.stderr.write(f"{type(error).__name__}: {error}")
        return int(error.returncode)
    except UsageError as error:
        command.stderr.write(f"CommandError: {error}")
        return error.exit_code
    except Exception as error:
        if isinstance(error, OSError) and error.errno in LIMITS:
            command.stderr.write(f"CommandError: {OverLimit(error.strerror or str(error))}")
            return OverLimit.exit_code
        command.stderr.write(report_crash(error))
        return Crash.exit_code
    finally:
        with contextlib.suppress(UsageError):
            sys.stdout.flush()
        sys.stderr.flush()
        sys.stdout, sys.stderr = streams
    return 0


def report_crash(error: Exception) -> str:
    """Keep the traceback of a crash in a file, and return one line that asks to report it."""
    lines = [f"django-startup {version_of('django-startup')}, Django {version_of('Django')}\n"]
    lines += [f"Python {sys.version}, {platform.platform()}\n", f"{make_redaction().command(sys.argv)}\n"]
    # Line by line: a message may be the whole traceback of a measured process, and long texts are cut.
    told = "".join(traceback.format_exception(error)).splitlines(keepends=True)
    lines += [make_redaction().message(line) for line in told]
    try:
        handle, name = tempfile.mkstemp(prefix="django-startup-crash-", suffix=".txt", text=True)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.writelines(lines)
    except OSError:
        name = "above"
        sys.stderr.writelines(lines)
    else:
        name = f"in {Path(name)}"
    return f"{Crash(error)} Please report it at {ISSUES} with the traceback {name}."


def version_of(distribution: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return "?"
