"""What the commands share: options that name a boot, the consoles they write to, the files they leave."""

from __future__ import annotations

import argparse
import contextlib
import os
import shlex
import signal
import sys
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
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


def check_output(path: Path, suffixes: tuple[str, ...] = ("",), *, option: str = "-o") -> None:
    """Raise UsageError where path cannot be written to or its suffix names no format, before anything is measured."""
    if not path.name.endswith(suffixes):
        raise UsageError(f"{option} {path}: the suffix chooses the format, one of {' '.join(suffixes)}.")
    if not path.parent.is_dir():
        raise UsageError(f"{option} {path}: there is no folder {path.parent}.")
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise UsageError(f"{option} {path} cannot be written.")


def read_formats(texts: Iterable[str], known: Collection[str]) -> Iterator[tuple[str, Path | None]]:
    """The FORMAT[=PATH] that were asked for; those that can be used before UsageError for one that cannot."""
    for text in texts:
        name, equals, path = text.partition("=")
        if name not in known or (equals and not path):
            raise UsageError(f"--format {text}: one of {', '.join(known)}, with =PATH into a file.")
        if path:
            check_output(Path(path), option=f"--format {name}")
        yield name, Path(path) if path else None


def asked_formats(arguments: Sequence[str], known: Collection[str]) -> list[tuple[str, Path | None]]:
    """The formats on a command line that may be wrong in other respects, as far as they can be used."""
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    parser.add_argument("--format", action="append", default=[])
    formats: list[tuple[str, Path | None]] = []
    with contextlib.suppress(argparse.ArgumentError, UsageError):
        found, _ = parser.parse_known_args([argument for argument in arguments if argument != "--"])
        formats += read_formats(found.format, known)
    return formats


def append_to_summary(markdown: str) -> None:
    """Add to the page that GitHub shows of a job."""
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if name:
        try:
            with Path(name).open("a", encoding="utf-8") as file:
                file.write(markdown)
        except OSError as error:
            raise UsageError(f"GITHUB_STEP_SUMMARY: {name} cannot be written: {error.strerror}.") from error


def write_output(path: Path, content: str | bytes) -> None:
    """Write a text or bytes to path, whole or not at all. Raises UsageError."""
    data = content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")
    try:
        with deferred():
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            written = Path(name)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                written.chmod(0o666 & ~umask())
                written.replace(path)
            except BaseException:
                written.unlink()
                raise
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error


def umask() -> int:
    value = os.umask(0o022)
    os.umask(value)
    return value
