"""Files that git does not track and a base needs all the same: those that against-files names are copied."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterable
from pathlib import Path

from django_startup.exceptions import UsageError

NOT_COPIED = shutil.ignore_patterns(".git", "__pycache__")


def carry(files: Iterable[Path], top: Path, tree: Path, tracked: Collection[str]) -> None:
    """
    Copy files and directories of a working tree into the other tree, as far as they are there and git does not track
    them: of the others the base has its own. tracked are paths relative to top, which is a real path.

    Raises UsageError for what is not in the working tree, or cannot be copied.
    """

    def copy(source: str, target: str) -> str:
        # A database or a file of settings: what a link leads to.
        is_tracked = os.path.relpath(source, top) in tracked
        return target if is_tracked or Path(target).exists() else shutil.copy2(source, target)

    for file in files:
        path = file.parent.resolve() / file.name
        if not path.is_relative_to(top) or path == top:
            raise UsageError(f"against-files: {file} is not in the repository {top}.")
        target = tree / path.relative_to(top)
        try:
            if path.is_dir():
                shutil.copytree(path, target, ignore=NOT_COPIED, copy_function=copy, dirs_exist_ok=True)
            elif path.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                copy(str(path), str(target))
        except OSError as error:
            why = error.strerror or "some of it cannot be read"
            raise UsageError(f"against-files: {path.relative_to(top)} cannot be copied: {why}.") from error
