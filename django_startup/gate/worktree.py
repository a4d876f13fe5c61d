"""Another revision of the project in a directory of its own; the user's tree, index and branches stay untouched."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from django_startup.exceptions import UsageError
from django_startup.gate.carried import carry
from django_startup.git import git
from django_startup.measure.interrupts import deferred
from django_startup.measure.target import BootTarget, How
from django_startup.measure.temporary import PREFIX, remove_abandoned, temporary_directory
from django_startup.profile.distributions import is_inside
from django_startup.text import SITE_DIRECTORIES

SHALLOW = (
    ", which is a shallow clone: get all of it (fetch-depth: 0 for actions/checkout, GIT_DEPTH: 0 for GitLab, "
    "git fetch --unshallow elsewhere)."
)
STAYING = ("HOME",)  # variables: a repository in it is no reason for another one
NO_HOOKS = ("-c", f"core.hooksPath={os.devnull}")  # post-checkout runs for a worktree too


@dataclass(frozen=True, slots=True)
class Revision:
    """
    A revision that is checked out beside the working tree.

    Attributes:
        name: as the user wrote it
        top: the directory of the working tree
        tree: the directory in which it is checked out
        root: the directory that against-files is relative to
        target: what is booted of it
        other_submodules: paths of those that it has at another commit, and that were copied from the working tree
    """

    name: str
    top: Path
    tree: Path
    root: Path
    target: BootTarget
    other_submodules: tuple[str, ...] = ()

    def tracked(self) -> frozenset[str]:
        """The files of the working tree that git knows, and its submodules, relative to top."""
        return frozenset(git(self.top, "ls-files", "-z").split("\0"))

    def untracked(self) -> frozenset[str]:
        """The files of the working tree that git does not know and is not told to ignore, relative to top."""
        return frozenset(git(self.top, "ls-files", "--others", "--exclude-standard", "-z").split("\0"))

    def inside(self, file: str) -> str | None:
        """A file's path in the working tree; None for one that does not lie there, or lies in the other tree."""
        path = os.path.realpath(file)
        if is_inside(path, str(self.tree)) or not is_inside(path, str(self.top)):
            return None
        return os.path.relpath(path, self.top)


@contextlib.contextmanager
def checked_out(revision: str, target: BootTarget, root: Path, names: Collection[str]) -> Iterator[Revision]:
    """
    A revision with the same target, in a git worktree in a temporary directory that is removed at the end. names are
    what is copied there, paths that are relative to root.

    Raises UsageError where the project is in no repository, the revision is unknown, or something cannot be copied.
    """
    try:
        top = Path(git(target.directory, "rev-parse", "--show-toplevel")).resolve()
    except UsageError as error:
        raise UsageError(f"--against {revision}: {error}") from error
    commit = commit_of(revision, top)
    if not commit:
        shallow = git(top, "rev-parse", "--is-shallow-repository") == "true"
        raise UsageError(f"--against {revision}: there is no such revision in {top}{SHALLOW if shallow else '.'}")
    with deferred(), temporary_directory() as directory:
        forget_abandoned(top)
        tree = directory.resolve() / (top.name or "tree")  # where the repository is a package, it has that name
        try:
            add = ("worktree", "add", "--quiet", "--detach", str(tree), commit)
            git(top, *NO_HOOKS, *add, interruptible=True)
            found = Revision(revision, top, tree, root.resolve(), target)
            tracked = found.tracked() if names else frozenset()
            carry([root / name for name in names], top, tree, tracked)
            submodules = [path for name in names if (path := os.path.relpath(root.resolve() / name, top)) in tracked]
            others = tuple(path for path in submodules if is_another(path, top, commit))
            yield replace(found, target=moved(target, top, tree), other_submodules=others)
        finally:
            forget(tree, top)


def forget_abandoned(top: Path) -> None:
    """Let the repository forget the trees of processes that were killed. Their directories have gone."""
    for line in git(top, "worktree", "list", "--porcelain").splitlines():
        tree = Path(line.removeprefix("worktree "))
        if tree.parent.name.startswith(PREFIX):
            remove_abandoned(str(tree.parent.parent))
            if not tree.parent.exists():
                forget(tree, top)


def forget(tree: Path, top: Path) -> None:
    with contextlib.suppress(UsageError):  # twice forced: locked, where adding it was interrupted
        git(top, "worktree", "remove", "--force", "--force", str(tree))


def commit_of(revision: str, top: Path) -> str:
    """The commit that a revision stands for; "" for none, or for all but one, as ^main does."""
    try:
        commit = git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except UsageError:
        return ""
    return "" if commit.startswith("^") else commit


def is_another(path: str, top: Path, commit: str) -> bool:
    """Whether a submodule is at another commit in the working tree than a commit of the repository says."""
    if not (top / path).is_dir():
        return False
    try:
        return git(top / path, "rev-parse", "HEAD") != git(top, "rev-parse", f"{commit}:{path}")
    except UsageError:  # it has none there
        return True


def moved(target: BootTarget, top: Path, tree: Path) -> BootTarget:
    """The target with what lies in the repository taken from the other tree."""
    entry = target.entry
    there = moved_path(entry.target, top, tree) if entry.how is How.SCRIPT else None
    if there is not None:
        entry = replace(entry, target=there)
    directory = tree / target.directory.resolve().relative_to(top)
    is_own = entry.how is How.SCRIPT and there is None and is_in_repository(entry.target, top)
    if not directory.is_dir() or is_own:
        raise UsageError(f"{entry.label} is not in that revision, or not in the repository.")
    return replace(
        target,
        entry=entry,
        directory=directory,
        options=tuple(moved_option(option, top, tree) for option in target.options),
        environment=dict(moved_variables(os.environ if target.environment is None else target.environment, top, tree)),
        relocation=(top, tree),
    )


def is_in_repository(file: str, top: Path) -> bool:
    """Whether a script lies in the repository, and not in an environment that lies there too."""
    return Path(file).resolve().is_relative_to(top) and not is_installed(file, top)


def is_installed(file: str, top: Path) -> bool:
    """Whether a file in the repository is one of an environment that lies in the repository, too."""
    path = Path(os.path.realpath(file))
    environments = (Path(os.path.realpath(prefix)) for prefix in (sys.prefix, sys.base_prefix))
    if any(path.is_relative_to(directory) for directory in environments if directory.is_relative_to(top)):
        return True
    return any(part in SITE_DIRECTORIES for part in path.relative_to(top).parts)


def moved_path(path: str, top: Path, tree: Path) -> str | None:
    """Where an absolute path in the repository leads in the other tree; None for one that is not there."""
    if not Path(path).is_absolute():
        return None
    real = Path(os.path.realpath(path))  # of whatever somebody has put into a variable: it raises nothing
    there = str(tree / real.relative_to(top)) if real.is_relative_to(top) else None
    return there if there is not None and os.path.exists(there) else None  # noqa: PTH110


def moved_option(option: str, top: Path, tree: Path) -> str:
    """--pythonpath with another directory; any other as it is."""
    name, _, value = option.partition("=")
    there = moved_path(value, top, tree) if name == "--pythonpath" else None
    return option if there is None else f"{name}={there}"


def moved_variables(variables: Mapping[str, str], top: Path, tree: Path) -> Iterator[tuple[str, str]]:
    """Variables of the environment; those that are a path in the repository, and PYTHONPATH, lead to the other tree."""
    for name, value in variables.items():
        paths = value.split(os.pathsep) if name == "PYTHONPATH" else [value]
        there = [path if name in STAYING else moved_path(path, top, tree) or path for path in paths]
        yield name, os.pathsep.join(there)
