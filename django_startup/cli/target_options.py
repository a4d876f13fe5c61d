"""Options that say what to boot, which both commands have."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django_startup.cli import completion
from django_startup.cli.exclusions import Exclusion, check_exclusions
from django_startup.cli.pytest_options import add_pytest_option, is_pytest, pytest_target
from django_startup.exceptions import UsageError
from django_startup.measure.limits import TIMEOUT
from django_startup.measure.target import (
    BootTarget,
    Until,
    find_entry,
    initial_environment,
    running_entry,
    usual_arguments,
)
from django_startup.text import quoted, whole_number

EXCLUSIONS = (Exclusion("command", ("until", "seen_as")),)
MOST = 1_000_000  # boots, rows: more than anybody wants
NO_RELOADER = "--noreload"  # the reloader would run the project in another process


def add_target_options(parser: argparse.ArgumentParser) -> None:
    """The options that boot_target() reads."""
    group = parser.add_argument_group(
        "what is booted", "A command after -- is booted instead, until it ends or begins to serve."
    )
    targets = [str(until) for until in Until if until is not Until.COMMAND]
    text = f"how far to boot: {', '.join(targets)} (default: urls)"
    group.add_argument("--until", choices=targets, metavar="TARGET", help=text)
    group.add_argument("--entry", metavar="PATH", help="the entry script, or '-m MODULE' (default: manage.py)")
    group.add_argument(
        "--as",
        dest="seen_as",
        metavar="NAME",
        help="the command that the project finds in sys.argv (default: check, as in manage.py check)",
    )
    add_pytest_option(group)
    completion.add_completion_option(group)
    group.add_argument(
        "--timeout", type=seconds, metavar="SECONDS", help=f"time limit for one boot (default: {TIMEOUT:.0f})"
    )


def seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"{quoted(text)} is not a number of seconds above 0")
    return value


def at_least(least: int) -> Callable[[str], int]:
    """A type for options: a whole number from least on."""

    def number(text: str) -> int:
        value = whole_number(text)
        if value is None or value < least:
            raise argparse.ArgumentTypeError(f"{quoted(text)} is not a whole number from {least} on")
        if value > MOST:
            raise argparse.ArgumentTypeError(f"{quoted(text)} is too much")
        return value

    return number


def file_path(text: str) -> Path:
    """A type for options: a path, which must not be empty, since that would be the working directory."""
    if not text:
        raise argparse.ArgumentTypeError("the value is empty")
    return Path(text)


def boot_target(options: Mapping[str, Any], *, on_command_line: bool) -> BootTarget:
    """The boot target that the options name. Raises UsageError."""
    directory = working_directory()
    running = running_entry() if on_command_line else None
    environment = initial_environment() if running else None
    check_exclusions(completion.EXCLUSIONS, options)
    if is_pytest(options):
        return pytest_target(options, directory, environment)
    check_exclusions(EXCLUSIONS, options)
    command = tuple(options["command"])
    if command[:1] == ("runserver",) and not {"--help", NO_RELOADER} & {*command}:
        command += (NO_RELOADER,)
    entry = find_entry(options["entry"], directory, running=running)
    seen_as = words(options["seen_as"]) if options["seen_as"] is not None else usual_arguments(entry)
    target = BootTarget(
        entry=entry,
        until=Until.COMMAND if command else Until(options["until"] or Until.URLS),
        command=command,
        seen_as=seen_as,
        options=tuple(f"--{name}={options[name]}" for name in ("settings", "pythonpath") if options.get(name)),
        directory=directory,
        environment=environment,
    )
    return completion.completing(target, options)


def working_directory() -> Path:
    """The directory in which the command runs. Raises UsageError where it has been removed."""
    try:
        return Path.cwd()
    except OSError as error:
        raise UsageError(f"The working directory cannot be used: {error.strerror}.") from error


def words(text: str) -> tuple[str, ...]:
    """The words of --as, as a shell would split them. Raises UsageError."""
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise UsageError(f"--as {text}: {error}.") from error
