"""A session of pytest as what is booted: --pytest, and --until first-test."""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django_startup.cli.exclusions import Exclusion, check_exclusions
from django_startup.exceptions import UsageError
from django_startup.measure.target import BootTarget, Entry, Until, named_entry, pytest_entry
from django_startup.text import printable

EXCLUSIONS = (
    Exclusion("pytest", ("seen_as",), "whose arguments stand after it or after --"),
    Exclusion("pytest", ("workers",), "which boots a session of tests"),
)
ALONE = ()  # what --pytest without ARGS is


def add_pytest_option(group: argparse._ArgumentGroup) -> None:
    text = "boot pytest, to its first test; its arguments in quotation marks, or after --: --pytest -- tests -x"
    group.add_argument("--pytest", nargs="?", const=ALONE, metavar="ARGS", help=text)


def is_pytest(options: Mapping[str, Any]) -> bool:
    """Whether pytest is what is booted."""
    return options.get("pytest") is not None or options["until"] == Until.FIRST_TEST


def pytest_target(options: Mapping[str, Any], directory: Path, environment: dict[str, str] | None) -> BootTarget:
    """The boot target of a session of pytest. Raises UsageError."""
    # Without --pytest, but with --until first-test, --as has the arguments of another entry.
    seen_as = None if options.get("pytest") is None else options["seen_as"]
    check_exclusions(EXCLUSIONS, {"pytest": ALONE, "seen_as": seen_as, "workers": options.get("workers")})
    given = options.get("pytest") or ""
    settings = [f"--ds={options['settings']}"] if options.get("settings") else []
    return BootTarget(
        entry=entry(options["entry"], directory),
        until=Until(options["until"] or Until.FIRST_TEST),
        seen_as=(*settings, *split(given or options["seen_as"] or ""), *options["command"]),
        directory=directory,
        environment=with_path(options.get("pythonpath"), environment),
    )


def entry(name: str | None, directory: Path) -> Entry:
    return pytest_entry() if name is None else named_entry(name, directory)


def with_path(path: str | None, environment: dict[str, str] | None) -> dict[str, str] | None:
    """An environment in which Python finds modules in one more directory."""
    if not path:
        return environment
    variables = dict(os.environ if environment is None else environment)
    variables["PYTHONPATH"] = os.pathsep.join(filter(None, (path, variables.get("PYTHONPATH"))))
    return variables


def split(text: str) -> list[str]:
    """Arguments as a shell would split them. Raises UsageError."""
    try:
        return shlex.split(text)
    except ValueError as error:
        raise UsageError(f"--pytest {text}: {error}.") from error


def about_argument(word: str, prog: str) -> str:
    """The refusal of a word that is an argument of pytest's, most likely."""
    call = f"{prog.strip()} --pytest -- {shlex.quote(printable(word))}"
    return f"{printable(word)} is not an option. What pytest is to take stands after --: {call}"
