"""Which rules of ruff a project's settings select for a file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from django_startup.files import read_file

FILES = (".ruff.toml", "ruff.toml", "pyproject.toml")  # of one directory the first counts
MOST_EXTENDED = 10  # files that extend each other
DEFAULT = ("E4", "E7", "E9", "F")


def is_selected(rule: str, file: Path) -> bool:
    """Whether a rule applies to a file, as far as the nearest settings of ruff say so."""
    found = find_settings(file)
    if found is None:
        return False
    directory, table = found
    places = (table, table_of(table, "lint"))

    def codes(*names: str) -> list[str]:
        values = [place[name] for place in places for name in names if isinstance(place.get(name), list)]
        return [code for value in values for code in value if isinstance(code, str)]

    selected = specificity(rule, [*(codes("select") or DEFAULT), *codes("extend-select")])
    if selected <= specificity(rule, codes("ignore", "extend-ignore")):
        return False
    ignores = [table_of(place, name) for place in places for name in ("per-file-ignores", "extend-per-file-ignores")]
    return not any(
        matches(file, directory, pattern) and specificity(rule, map(str, ignored)) >= 0
        for table in ignores
        for pattern, ignored in table.items()
        if isinstance(ignored, list)
    )


def specificity(rule: str, codes: Iterable[str]) -> int:
    """The length of the longest of some codes that a rule begins with; ALL is the shortest; -1 for none."""
    return max(
        (0 if code == "ALL" else len(code) for code in codes if code == "ALL" or rule.startswith(code)), default=-1
    )


def matches(file: Path, directory: Path, pattern: str) -> bool:
    """Whether a pattern of per-file-ignores, of settings in a directory, is about a file."""
    negated = pattern.startswith("!")
    pattern = pattern.removeprefix("!")
    found = fnmatch(file.name, pattern) or fnmatch(str(file), str(directory / pattern))
    return found is not negated


def find_settings(file: Path) -> tuple[Path, dict[str, Any]] | None:
    """The nearest settings above a file, with those that they extend, and their directory; None for none."""
    for directory in file.parents:
        for name in FILES:
            table = read_table(directory / name)
            if table is not None:
                return directory, extended(directory, table)
    return None


def read_table(path: Path) -> dict[str, Any] | None:
    """The settings of ruff in a file; None where there are none that can be read."""
    try:
        table: Any = tomllib.loads(read_file(path).decode())
    except (OSError, ValueError, RecursionError):
        return None
    if path.name == "pyproject.toml":
        tool = table.get("tool")
        table = tool.get("ruff") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else None


def extended(directory: Path, table: dict[str, Any]) -> dict[str, Any]:
    """Settings together with those that they extend, which count where they say nothing."""
    for _ in range(MOST_EXTENDED):
        extends = table.get("extend")
        base = read_table(directory / extends) if isinstance(extends, str) else None
        if base is None:
            break
        directory = (directory / str(extends)).parent
        lint = {**table_of(base, "lint"), **table_of(table, "lint")}
        table = {**base, **table, "lint": lint, "extend": base.get("extend")}
    return table


def table_of(table: dict[str, Any], name: str) -> dict[str, Any]:
    found = table.get(name)
    return found if isinstance(found, dict) else {}
