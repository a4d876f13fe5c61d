"""The project's own tests: a command of the shell that is run beside the boots, on files as they are written."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django_startup.exceptions import UsageError
from django_startup.lab.repository import changed_files
from django_startup.measure.child import running
from django_startup.measure.clocks import own_time
from django_startup.measure.ending import signal_name, tail
from django_startup.measure.interrupts import deferred
from django_startup.measure.redaction import make_redaction
from django_startup.measure.temporary import temporary_directory
from django_startup.text import quantity

TIMEOUT = 3600.0  # seconds for the tests of the unchanged project
SLOWER = 5  # times that the unchanged project took, and a minute: what takes longer then hangs
MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class FailedTests:
    """
    Tests that did not pass.

    Attributes:
        how: What the command did, as a sentence without a full stop: "pytest ends with exit code 1".
        lines: The last that it printed.
    """

    how: str
    lines: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The same, with the last line that it printed."""
        return f"{self.how} ({self.lines[-1].strip()})" if self.lines else self.how


class RedTests(UsageError):
    """Tests that do not pass, whatever is changed. lines are the last that they printed."""

    def __init__(self, sentence: str, lines: tuple[str, ...]) -> None:
        super().__init__(sentence)
        self.lines = lines


class OwnTests:
    """
    A command that runs the tests in directory, with the variables of environment (None: ours).

    on_run is called each time that they begin.

    Attributes:
        command: As the shell takes it.
        limit_s: How many seconds it may take.
        changed: The files under git that it changed itself when it ran on the unchanged project.
    """

    def __init__(
        self,
        command: str,
        directory: Path,
        *,
        environment: Mapping[str, str] | None,
        limit_s: float = TIMEOUT,
        on_run: Callable[[], None],
    ) -> None:
        self.command = command
        self.directory = directory
        self.environment = environment
        self.limit_s = limit_s
        self.on_run = on_run
        self.changed: tuple[str, ...] = ()

    def run_unchanged(self) -> None:
        """Run the tests before anything is changed, which sets the limit for later. Raises RedTests."""
        before = changed_files(self.directory)
        started = own_time.monotonic()
        failed = self.run()
        took = own_time.monotonic() - started
        if failed:
            raise RedTests(f"{failed.how} before anything is changed, so nothing was done.", failed.lines)
        after = changed_files(self.directory)
        self.changed = tuple(sorted(name for name in {*before, *after} if before.get(name) != after.get(name)))
        self.limit_s = min(self.limit_s, took * SLOWER + MINUTE)

    def run(self) -> FailedTests | None:
        """Run the tests; None where they pass. What they have started is ended with them. Raises UsageError."""
        self.on_run()
        with deferred(), temporary_directory() as directory:
            printed = directory / "printed"  # on both streams, in order
            with running(
                shell(self.command), printed, printed, directory=self.directory, environment=self.environment
            ) as child:
                in_time = child.wait(self.limit_s)
                child.end()
            returncode = child.returncode
            lines = tuple(map(make_redaction().message, tail(printed)))
        if not in_time:
            return FailedTests(f"{self.command} has not ended after {quantity(round(self.limit_s), 'second')}", lines)
        if returncode:
            how = f"is ended by {signal_name(-returncode)}" if returncode < 0 else f"ends with exit code {returncode}"
            return FailedTests(f"{self.command} {how}", lines)
        return None


def shell(command: str) -> list[str]:
    """What runs a command of the shell."""
    if sys.platform == "win32":  # pragma: no cover
        return [os.environ.get("COMSPEC", "cmd.exe"), "/c", command]
    else:
        return ["/bin/sh", "-c", command]
