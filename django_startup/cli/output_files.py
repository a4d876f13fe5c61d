"""The files that a command was asked to write: which, in which formats, and whether they can be written."""

from __future__ import annotations

import argparse
import contextlib
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from django_startup.cli.command_line import split_command
from django_startup.exceptions import UsageError
from django_startup.files import append_file


def check_output(path: Path, suffixes: tuple[str, ...] = ("",), *, option: str = "-o") -> None:
    """Raise UsageError where path cannot be written to or its suffix names no format, before anything is measured."""
    if not path.name.endswith(suffixes):
        raise UsageError(f"{option} {path}: the suffix chooses the format, one of {' '.join(suffixes)}.")
    if not path.parent.is_dir():
        raise UsageError(f"{option} {path}: there is no directory {path.parent}.")
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise UsageError(f"{option} {path} cannot be written.")


def read_formats(texts: Iterable[str], known: Collection[str]) -> Iterator[tuple[str, Path | None]]:
    """The FORMAT[=PATH] that were asked for; those that can be used before UsageError for one that cannot."""
    for text in texts:
        name, equals, path = text.partition("=")
        if name not in known or (equals and not path):
            raise UsageError(f"--format {text}: write one of {', '.join(known)}, or FORMAT=PATH.")
        if path:
            check_output(Path(path), option=f"--format {name}")
        yield name, Path(path) if path else None


def asked_formats(arguments: Sequence[str], known: Collection[str]) -> list[tuple[str, Path | None]]:
    """The formats on a command line that may be wrong in other respects, as far as they can be used."""
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    parser.add_argument("--format", action="append", default=[])
    formats: list[tuple[str, Path | None]] = []
    with contextlib.suppress(argparse.ArgumentError, UsageError):
        found, _ = parser.parse_known_args(split_command(arguments)[0])
        formats += read_formats(found.format, known)
    return formats


def append_to_summary(markdown: str) -> None:
    """Add to the page that GitHub shows of a job."""
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if name:
        try:
            append_file(Path(name), markdown)
        except UsageError as error:
            raise UsageError(f"GITHUB_STEP_SUMMARY: {error}") from error
