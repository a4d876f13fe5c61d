"""[tool.django-startup] in pyproject.toml: found, read and checked for its form, also where the project cannot boot."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django_startup.exceptions import UsageError
from django_startup.files import read_file

TOOL = "tool.django-startup"
SECTIONS = ("budget",)


@dataclass(frozen=True, slots=True)
class Settings:
    """The tables of [tool.django-startup], and the file that they are from (None: there is none)."""

    path: Path | None = None
    budget: dict[str, Any] | None = None


def read_settings(directory: Path) -> Settings:
    """The settings in the nearest pyproject.toml of directory or above it. Raises UsageError for unusable ones."""
    path = find_pyproject(directory)
    return Settings() if path is None else read_pyproject(path)


def read_pyproject(path: Path) -> Settings:
    try:
        document = tomllib.loads(read_file(path).decode())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not TOML: {error}.") from error
    tool = document.get("tool")
    section = tool.get("django-startup") if isinstance(tool, dict) else None
    if section is None:
        return Settings(path)
    table = expect_table(section, f"[{TOOL}]")
    check_keys(table, SECTIONS, f"[{TOOL}]")
    budget = table.get("budget")
    return Settings(path, None if budget is None else expect_table(budget, f"[{TOOL}.budget]"))


def expect_table(value: Any, where: str) -> dict[str, Any]:
    """value, which must be a table."""
    if not isinstance(value, dict):
        raise UsageError(f"{where} must be a table, not {value!r}.")
    return value


def check_keys(table: dict[str, Any], known: Iterable[str], where: str) -> None:
    """Raise UsageError for a key that is not known, with the one that was probably meant."""
    known = tuple(known)
    for key in table:
        if key not in known:
            similar = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {similar[0]}?" if similar else f"known are {', '.join(known)}."
            raise UsageError(f"{where} has an unknown key {key!r}; {hint}")


def find_pyproject(directory: Path) -> Path | None:
    """The nearest pyproject.toml of directory or above it."""
    for place in (directory, *directory.parents):
        path = place / "pyproject.toml"
        if path.is_file():
            return path
    return None
