"""What the commands share: options that name a boot, the consoles they write to, the files they leave."""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import shlex
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from django_startup.exceptions import UsageError
from django_startup.measure.interrupts import deferred
from django_startup.measure.limits import TIMEOUT
from django_startup.measure.target import BootTarget, Until, find_entry, initial_environment, running_entry

# Options of every management command that ours have no use for, or that go without saying.
SUPPRESSED = {"--version", "--verbosity", "--traceback", "--no-color", "--force-color"}


def add_target_options(parser: argparse.ArgumentParser) -> None:
    """The options that say what to boot, and how far, and how the command is called."""
    parser.usage = "%(prog)s [options] [-- COMMAND ...]"
    group = parser.add_argument_group("what is booted")
    group.add_argument("args", nargs="*", metavar="COMMAND", help="after --: a management command, run to its end")
    targets = [str(until) for until in Until if until is not Until.COMMAND]
    text = f"how far to boot: {', '.join(targets)} (default: urls)"
    group.add_argument("--until", choices=targets, metavar="TARGET", help=text)
    group.add_argument("--entry", metavar="PATH", help="the entry script, or '-m MODULE' (default: manage.py)")
    group.add_argument("--as", dest="seen_as", metavar="NAME", help="command in sys.argv (default: check)")
    group.add_argument(
        "--timeout", type=seconds, metavar="SECONDS", help=f"limit for one boot (default: {TIMEOUT:.0f})"
    )


def seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return value


def at_least(least: int) -> Callable[[str], int]:
    """A type for options: a whole number from least on."""

    def whole_number(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} on")
        return int(text)

    return whole_number


def boot_target(command: tuple[str, ...], options: dict[str, Any], *, on_command_line: bool) -> BootTarget:
    """The boot target that the options name. Raises UsageError."""
    if command and options["until"]:
        raise UsageError(
            f"--until {options['until']} has no use with -- {' '.join(command)}: a command ends by itself."
        )
    if command and options["seen_as"]:
        raise UsageError(f"--as {options['seen_as']} has no use with -- {' '.join(command)}: the project sees that.")
    folder = Path.cwd()
    running = running_entry() if on_command_line else None
    return BootTarget(
        entry=find_entry(options["entry"], folder, running=running),
        until=Until.COMMAND if command else Until(options["until"] or Until.URLS),
        command=command,
        seen_as=words(options["seen_as"] or "check"),
        options=tuple(f"--{name}={options[name]}" for name in ("settings", "pythonpath") if options.get(name)),
        folder=folder,
        environment=initial_environment() if running else None,
    )


def words(text: str) -> tuple[str, ...]:
    """The words of --as, as a shell would split them. Raises UsageError."""
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise UsageError(f"--as {text}: {error}.") from error


def console_policy() -> dict[str, Any]:
    """
    How every console of ours is made: a path in brackets is no markup, and DJANGO_COLORS=nocolor counts.

    A stream that cannot show a character shows a question mark instead of failing.
    """
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    policy: dict[str, Any] = {"markup": False, "highlight": False, "emoji": False}
    if os.environ.get("DJANGO_COLORS") == "nocolor":
        policy["no_color"] = True
    return policy


@contextlib.contextmanager
def ending_at_ctrl_c() -> Iterator[None]:
    """Let Ctrl-C end the program, with the shell's code and without a traceback."""
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


@contextlib.contextmanager
def without_collections() -> Iterator[None]:
    """
    Let no garbage collection run. What a report is made of is needed until it is written: with 20,000 modules, looking
    for garbage among it would take a quarter of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextlib.contextmanager
def progress() -> Iterator[Callable[[int, int], None]]:
    """
    A bar over the boots on standard error, only where that is a terminal.

    It is drawn between boots and not on a timer, which would take processor time from what is measured. No signal
    leaves the terminal without its cursor.
    """
    console = Console(stderr=True, **console_policy())
    if not console.is_terminal:
        yield lambda done, planned: None
        return
    columns = TextColumn("booting"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with deferred(), Progress(*columns, console=console, auto_refresh=False, transient=True) as bar:
        task = bar.add_task("boots", total=None)

        def on_boot(done: int, planned: int) -> None:
            bar.update(task, completed=done, total=planned, refresh=True)

        yield on_boot
