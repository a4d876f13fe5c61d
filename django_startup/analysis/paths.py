"""Where files lie, and how they are named: the project's relative to its folder."""

from __future__ import annotations

import functools
import os
import re
import sysconfig
from pathlib import Path

SITE_FOLDERS = ("site-packages", "dist-packages")
INSTALLED = re.compile(r"^.*[/\\](?:site-packages|dist-packages|python\d+\.\d+)[/\\]")


def relative_file(file: str, folder: Path) -> str:
    """A path inside folder relative to it; any other as it is."""
    return file.removeprefix(str(folder) + os.sep)


def short_file(file: str) -> str:
    """A path without what stands before an installed package or a standard library module: wagtail/apps.py."""
    return INSTALLED.sub("", file)


def is_inside(file: str, folder: str) -> bool:
    return file.startswith(folder.rstrip(os.sep) + os.sep)


def site_folder(file: str) -> str | None:
    """The site-packages or dist-packages folder that a file lies in."""
    parts = file.split(os.sep)
    for number in range(len(parts) - 2, 0, -1):
        if parts[number] in SITE_FOLDERS:
            return os.sep.join(parts[: number + 1])
    return None


def is_stdlib(file: str) -> bool:
    return any(is_inside(file, folder) for folder in stdlib_folders())


@functools.cache
def stdlib_folders() -> frozenset[str]:
    folders = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    return frozenset(folders | {os.path.realpath(folder) for folder in folders})
