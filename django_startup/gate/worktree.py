"""Another revision of the project in a directory of its own; the user's tree, index and branches stay untouched."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from django_startup.exceptions import UsageError
from django_startup.measure.interrupts import deferred, has_arrived
from django_startup.measure.target import BootTarget, How

# What git hands to its hooks (pre-commit among them) about the repository and index that it works on.
OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")
LOOK_S = 0.25  # between looks at whether a signal has arrived
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
        raise UsageError(f"--against {revision}: there is no such revision in {top}.") from error
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


def git(directory: Path, *arguments: str, interruptible: bool = False) -> str:
    """
    What a git command prints. Raises UsageError with its own words.

    No signal to the process group reaches it: half of what it does may be left. One that is interruptible is ended, and
    cleans up, when a signal has arrived here.
    """
    try:
        process = subprocess.Popen(
            ["git", *arguments],
            cwd=directory,
            env={name: value for name, value in os.environ.items() if name not in OF_A_HOOK},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="surrogateescape",
            start_new_session=True,
        )
    except OSError as error:
        raise UsageError(f"git cannot be run: {error.strerror}.") from error
    with process:
        while True:
            try:
                stdout, stderr = process.communicate(timeout=LOOK_S)
                break
            except subprocess.TimeoutExpired:
                if interruptible and has_arrived():
                    end(process)
    if process.returncode:
        why = stderr.strip().splitlines()
        raise UsageError(f"git {' '.join(arguments)}: {why[-1].rstrip('.') if why else 'it failed'}.")
    return stdout.strip()


def end(process: subprocess.Popen[str]) -> None:
    if sys.platform == "win32":  # pragma: no cover
        process.terminate()
    else:
        os.killpg(process.pid, signal.SIGTERM)
