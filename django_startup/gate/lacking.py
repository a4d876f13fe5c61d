"""What a boot of the working tree uses and git does not track, so that a base lacks it."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from django_startup.gate.worktree import Revision, is_installed
from django_startup.measure.recording import Recording

SHOWN = 3  # names in a sentence


@dataclass(frozen=True, slots=True)
class Lacking:
    """
    What a base lacks, in paths as against-files has them.

    Attributes:
        files: files and directories that git does not track
        submodules: of which a git worktree has none
    """

    files: tuple[str, ...] = ()
    submodules: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.files or self.submodules)

    @property
    def names(self) -> str:
        names = (*self.files, *self.submodules)
        return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else "")

    @property
    def sentences(self) -> str:
        """What it lacks and why, and what to do."""
        names = (*self.files, *self.submodules)
        them = "it" if len(names) == 1 else "them"
        reasons = [f"git does not track {them}"] if self.files else []
        reasons += ["a git worktree leaves submodules empty"] if self.submodules else []
        listed = json.dumps(names, ensure_ascii=False)
        return (
            f"The base lacks {self.names}: {', and '.join(reasons)}. To copy {them}, write against-files = {listed} in "
            "[tool.django-startup.budget]."
        )


NOTHING = Lacking()


def missing_files(revision: Revision, recording: Recording) -> frozenset[str]:
    """
    Paths of what a boot of the working tree used that is missing in the other one, and not just new in git.

    To be asked before the base boots: what it opens may come to be, such as an empty database.
    """
    missing = {path for path in used(revision, recording) if not (revision.tree / path).exists()}
    if not missing:
        return frozenset()
    tracked = revision.tracked()
    return frozenset(missing - tracked - directories_of(tracked))


def not_needed(revision: Revision, missing: frozenset[str], now: Recording, base: Recording) -> frozenset[str]:
    """
    Of what is missing, that without which a base has booted just the same: what it took from the working tree, by an
    absolute path, and new modules that nobody has given to git yet, which are a part of the change.
    """
    if not missing:
        return missing
    modules = {path for module in now.modules if module.file and (path := revision.inside(module.file)) is not None}
    return missing & {*used(revision, base), *(modules & revision.untracked())}


def make_lacking(revision: Revision, missing: Collection[str]) -> Lacking:
    """What is missing: files, the directory around several of which git has nothing, submodules."""
    if not missing:
        return NOTHING
    tracked = revision.tracked()
    directories = directories_of(tracked)
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(missing):
        found[around(path, tracked, directories)].append(path)

    def named(path: str) -> str:
        return os.path.relpath(revision.top / path, revision.root)

    return Lacking(
        files=tuple(
            named(paths[0] if len(paths) == 1 else place) for place, paths in found.items() if place not in tracked
        ),
        submodules=tuple(named(place) for place in found if place in tracked),
    )


def directories_of(files: Iterable[str]) -> frozenset[str]:
    return frozenset(str(above) for path in files for above in PurePath(path).parents)


def around(path: str, tracked: Collection[str], directories: Collection[str]) -> str:
    """The submodule that a path is in, else the outermost directory around it of which git has nothing."""
    outermost = path
    for above in map(str, PurePath(path).parents):
        if above in tracked:
            return above
        if above not in directories:
            outermost = above
    return outermost


def used(revision: Revision, recording: Recording) -> Iterator[str]:
    """Paths in the working tree: of modules, of files that were read, of directories in which files were written."""
    files = [module.file for module in recording.modules if module.file]
    files += [opened.path for opened in recording.opened if not opened.writes]
    files = [file for file in files if Path(file).is_file()]
    files += [str(Path(opened.path).parent) for opened in recording.opened if opened.writes]
    for file in files:
        path = revision.inside(file)
        if path is not None and not is_installed(file, revision.top):
            yield path
