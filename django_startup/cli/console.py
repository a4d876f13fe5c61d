"""How a command talks to a terminal: its consoles, its progress bar, and Ctrl-C."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from django_startup.measure.interrupts import deferred
from django_startup.text import printable

COLUMNS, LEAST_COLUMNS, MOST_DIGITS = 80, 20, 5


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
    columns = os.environ.get("COLUMNS", "")
    # In few nothing can be written, and none has so many.
    if columns.isdecimal() and (len(columns) > MOST_DIGITS or int(columns) < LEAST_COLUMNS):
        policy["width"] = COLUMNS
    return policy


@contextlib.contextmanager
def ending_at_ctrl_c() -> Iterator[None]:
    """Let Ctrl-C end the program, with the shell's code and without a traceback."""
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


@contextlib.contextmanager
def without_collections(*, for_good: bool = False) -> Iterator[None]:
    """
    Let no garbage collection run. What a report is made of is needed until it is written: with 20,000 modules, looking
    for garbage among it would take a quarter of the time. for_good: the process ends with this, so that nobody has to
    look through it afterwards either.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if for_good:
            gc.freeze()
        elif was_enabled:
            gc.enable()


def say(text: str) -> None:
    """Print what goes on on standard error, only where that is a terminal."""
    console = Console(stderr=True, **console_policy())
    if console.is_terminal:
        console.print(printable(text))


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
