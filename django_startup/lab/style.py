"""By which style fixes are written for a project: the one that is asked for, or that of its oldest Python."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

from django_startup.exceptions import UsageError
from django_startup.files import read_file
from django_startup.profile.trial import Style
from django_startup.pyproject import find_pyproject

LAZY_SINCE = (3, 15)
# A lower bound: ">=3.15", "~=3.15.1", "==3.15.*", ">3.14".
BOUND = re.compile(r"(>=|~=|===?|>)\s*v?(\d+)(?:\.(\d+))?")


def choose_style(wanted: str | None, directory: Path, version: tuple[int, ...] = sys.version_info[:2]) -> Style:
    """
    The style that is wanted; where none is, that of the project in directory.

    version is that of the Python that boots it. Raises UsageError for a style that this Python cannot try, or that not
    every Python of the project can read.
    """
    oldest = oldest_python(directory)
    is_lazy = oldest is not None and oldest >= LAZY_SINCE
    if wanted is None:
        return Style.LAZY if is_lazy and version >= LAZY_SINCE else Style.FUNCTION
    style = Style(wanted)
    if style is not Style.FUNCTION:
        needs_lazy(f"--style {style}", version)
    if style is Style.LAZY and oldest is not None and not is_lazy:
        declared = ".".join(map(str, oldest))
        raise UsageError(
            f"--style lazy: pyproject.toml allows Python {declared}, which cannot read lazy imports: "
            "use --style lazy-modules, or raise requires-python to >=3.15."
        )
    return style


def choose_lazy_style(wanted: str | None, directory: Path, version: tuple[int, ...] = sys.version_info[:2]) -> Style:
    """
    How imports of the project in directory are made lazy: as is wanted, else so that all Pythons of it can read them.

    Raises UsageError where that cannot be tried.
    """
    needs_lazy("--lazy", version)
    if wanted == Style.FUNCTION:
        raise UsageError("--style function moves imports and makes none lazy: with --lazy use lazy or lazy-modules.")
    oldest = oldest_python(directory)
    is_readable = oldest is None or oldest >= LAZY_SINCE
    return choose_style(wanted or (Style.LAZY if is_readable else Style.LAZY_MODULES), directory, version)


def needs_lazy(option: str, version: tuple[int, ...] = sys.version_info[:2]) -> None:
    """Raise UsageError where the Python that boots the project has no lazy imports."""
    if version < LAZY_SINCE:
        raise UsageError(
            f"{option} needs Python 3.15, which has lazy imports; this is Python {version[0]}.{version[1]}."
        )


def oldest_python(directory: Path) -> tuple[int, int] | None:
    """The oldest Python that the nearest pyproject.toml of directory allows; None where it does not say."""
    path = find_pyproject(directory)
    try:
        project = tomllib.loads(read_file(path).decode()).get("project") if path is not None else None
    except (OSError, ValueError, RecursionError):
        return None
    declared = project.get("requires-python") if isinstance(project, dict) else None
    bounds = [
        (int(major), int(minor or 0) + (operator == ">"))
        for operator, major, minor in BOUND.findall(declared if isinstance(declared, str) else "")
    ]
    return max(bounds, default=None)
