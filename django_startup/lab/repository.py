"""What git says of files that are to be changed: whether it can give them back as they were."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import Path

from django_startup.exceptions import UsageError
from django_startup.git import git
from django_startup.text import relative_file

LITERAL = "--literal-pathspecs"
MOST_NAMED = 3  # files


def check_repository(directory: Path) -> None:
    """Raise UsageError where a directory is in no git repository."""
    try:
        top_of(directory)
    except UsageError as error:
        sentence = f"--fix writes where git can take it back, and {directory} is in no repository"
        raise UsageError(f"{sentence} ({str(error).rstrip('.')}); --force writes all the same.") from error


def check_committed(files: Iterable[Path], directory: Path) -> None:
    """
    Raise UsageError for files, by their real paths, that have changes which are not committed, or are in no repository.

    directory is what files are named relative to.
    """
    by_top: dict[Path, list[str]] = defaultdict(list)
    for file in files:
        check_repository(file.parent)
        top = top_of(file.parent)
        by_top[top].append(str(file.relative_to(top)))
    for top, names in by_top.items():
        uncommitted = [name for name in sorted(names) if name in uncommitted_of(top, names)]
        if uncommitted:
            shown = [relative_file(str(top / name), directory) for name in uncommitted]
            has = "has changes that are" if len(shown) == 1 else "have changes that are"
            raise UsageError(f"{listed(shown)} {has} not committed: commit or stash them first. No file was changed.")


def uncommitted_of(top: Path, names: Collection[str]) -> set[str]:
    """Those of some files of a repository that are not as in its last commit."""
    try:
        listing = git(top, LITERAL, "ls-tree", "-r", "-z", "--name-only", "HEAD", "--", *names)
    except UsageError:  # there is no commit yet
        return set(names)
    committed = set(listing.split("\0"))
    changed = set(git(top, LITERAL, "diff", "-z", "--name-only", "HEAD", "--", *names).split("\0"))
    return {name for name in names if name not in committed or name in changed}


def changed_files(directory: Path) -> dict[str, tuple[int, int]]:
    """
    The files of the repository that directory is in which are not as in its last commit: when each was changed, in
    nanoseconds, and its size. Empty outside of a repository.
    """
    found = {}
    with contextlib.suppress(UsageError):
        top = top_of(directory)
        for name in filter(None, git(top, "diff", "-z", "--name-only", "HEAD").split("\0")):
            with contextlib.suppress(OSError):
                status = (top / name).stat()
                found[name] = status.st_mtime_ns, status.st_size
    return found


def top_of(directory: Path) -> Path:
    return Path(git(directory, "rev-parse", "--show-toplevel"))


def listed(names: Collection[str]) -> str:
    """shop/views.py, shop/urls.py, shop/forms.py and 2 more"""
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(list(names)[:MOST_NAMED]) + more
