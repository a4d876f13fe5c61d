"""Where a project's pyproject.toml is."""

from __future__ import annotations

from pathlib import Path


def find_pyproject(folder: Path) -> Path | None:
    """The nearest pyproject.toml of folder or above it."""
    for place in (folder, *folder.parents):
        path = place / "pyproject.toml"
        if path.is_file():
            return path
    return None
