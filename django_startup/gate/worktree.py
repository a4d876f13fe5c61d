"""Another revision of the project in a folder of its own; the user's tree, index and branches stay untouched."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from django_startup.exceptions import UsageError
from django_startup.measure.boot import terminating
from django_startup.measure.target import BootTarget, How


@contextlib.contextmanager
def target_at(revision: str, target: BootTarget) -> Iterator[BootTarget]:
    """
    The same target at a revision, in a git worktree in a temporary folder that is removed at the end.

    Raises UsageError where the project is in no repository or the revision is unknown.
    """
    top = Path(git(target.folder, "rev-parse", "--show-toplevel"))
    commit = git(target.folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    with terminating(), tempfile.TemporaryDirectory(prefix="django-startup-") as name:
        tree = Path(name).resolve() / "tree"
        git(top, "worktree", "add", "--quiet", "--detach", str(tree), commit)
        try:
            yield moved(target, top, tree)
        finally:
            with contextlib.suppress(UsageError):
                git(top, "worktree", "remove", "--force", str(tree))


def moved(target: BootTarget, top: Path, tree: Path) -> BootTarget:
    """The target with what lies in the repository taken from the other tree."""
    entry = target.entry
    path = Path(entry.target)
    if entry.how is How.SCRIPT and path.resolve().is_relative_to(top.resolve()):
        entry = replace(entry, target=str(tree / path.resolve().relative_to(top.resolve())))
    folder = tree / target.folder.resolve().relative_to(top.resolve())
    if not folder.is_dir() or (entry.how is How.SCRIPT and not Path(entry.target).is_file()):
        raise UsageError(f"{entry.label} is not in that revision.")
    return replace(target, entry=entry, folder=folder)


def git(folder: Path, *arguments: str) -> str:
    """What a git command prints. Raises UsageError with its own words."""
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True)
    except OSError as error:
        raise UsageError(f"git cannot be run: {error.strerror}.") from error
    if done.returncode:
        why = done.stderr.strip().splitlines()
        raise UsageError(f"git {' '.join(arguments)}: {why[-1] if why else 'it knows no such revision'}.")
    return done.stdout.strip()
