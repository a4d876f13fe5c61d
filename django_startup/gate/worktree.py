"""Another revision of the project in a directory of its own; the user's tree, index and branches stay untouched."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from django_startup.exceptions import UsageError
from django_startup.git import git
from django_startup.measure.interrupts import deferred
from django_startup.measure.target import BootTarget, How

SHALLOW = (
    ", which is a shallow clone: get all of it (fetch-depth: 0 for actions/checkout, GIT_DEPTH: 0 for GitLab, "
    "git fetch --unshallow elsewhere)."
)
NO_HOOKS = ("-c", f"core.hooksPath={os.devnull}")  # post-checkout runs for a worktree too


@contextlib.contextmanager
def target_at(revision: str, target: BootTarget) -> Iterator[BootTarget]:
    """
    The same target at a revision, in a git worktree in a temporary directory that is removed at the end.

    Raises UsageError where the project is in no repository or the revision is unknown.
    """
    try:
        top = Path(git(target.directory, "rev-parse", "--show-toplevel"))
    except UsageError as error:
        raise UsageError(f"--against {revision}: {error}") from error
    try:
        commit = git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except UsageError as error:
        shallow = git(top, "rev-parse", "--is-shallow-repository") == "true"
        why = f"there is no such revision in {top}{SHALLOW if shallow else '.'}"
        raise UsageError(f"--against {revision}: {why}") from error
    with deferred(), tempfile.TemporaryDirectory(prefix="django-startup-") as name:
        tree = Path(name).resolve() / "tree"
        try:
            add = ("worktree", "add", "--quiet", "--detach", str(tree), commit)
            git(top, *NO_HOOKS, *add, interruptible=True)
            yield moved(target, top, tree)
        finally:
            with contextlib.suppress(UsageError):  # twice forced: locked, where adding it was interrupted
                git(top, "worktree", "remove", "--force", "--force", str(tree))


def moved(target: BootTarget, top: Path, tree: Path) -> BootTarget:
    """The target with what lies in the repository taken from the other tree."""
    entry = target.entry
    path = Path(entry.target)
    if entry.how is How.SCRIPT and path.resolve().is_relative_to(top.resolve()):
        entry = replace(entry, target=str(tree / path.resolve().relative_to(top.resolve())))
    directory = tree / target.directory.resolve().relative_to(top.resolve())
    if not directory.is_dir() or (entry.how is How.SCRIPT and not Path(entry.target).is_file()):
        raise UsageError(f"{entry.label} is not in that revision, or not in the repository.")
    return replace(target, entry=entry, directory=directory)
