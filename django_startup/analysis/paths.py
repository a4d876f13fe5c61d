"""How files are named: the project's relative to its folder, in profiles and in what people read."""

from __future__ import annotations

import os
import re
from pathlib import Path

SITE_FOLDERS = ("site-packages", "dist-packages")
INSTALLED = re.compile(r"^.*[/\\](?:site-packages|dist-packages|python\d+\.\d+)[/\\]")


def relative_file(file: str, folder: Path) -> str:
    """A path inside folder relative to it; any other as it is."""
    return file.removeprefix(str(folder) + os.sep)


def short_file(file: str) -> str:
    """A path without what stands before an installed package or a standard library module: wagtail/apps.py."""
    return INSTALLED.sub("", file)
