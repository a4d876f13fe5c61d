"""What a start of workers has shown to be unsafe when a process is forked, or a snapshot of it taken."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django_startup.profile.owners import is_stdlib, site_directory
from django_startup.profile.workers import UnsafeKind, UnsafeState
from django_startup.text import relative_file

Frames = Iterable[tuple[str, int, str]]
# Whether forked workers suffer, and what is restored from a snapshot. Threads go on in a snapshot of a whole machine;
# Python seeds the random module anew in each process that is forked.
SUFFERING = {
    UnsafeKind.THREAD: (True, False),
    UnsafeKind.CONNECTION: (True, True),
    UnsafeKind.FILE: (True, False),
    UnsafeKind.SEED: (False, True),
    UnsafeKind.RANDOM: (True, True),
}


def find_unsafe(found: Mapping[str, Any], directory: Path, redact: Callable[[str], str]) -> tuple[UnsafeState, ...]:
    """The states that a start has found in the master, see probe/fork_state.py; directory is the project's."""
    generators = 0
    states = []
    for kind, name, file, frames in found["states"]:
        if kind == UnsafeKind.RANDOM:
            place = (file, assignment_line(Path(file), name.rpartition(".")[2]))
            is_same = draws_alike(found["workers"], generators)
            generators += 1
        else:
            place, is_same = chosen(frames, directory), True
        forks, snapshots = SUFFERING[UnsafeKind(kind)]
        where = relative_file(place[0], directory)
        states.append(UnsafeState(UnsafeKind(kind), redact(name), where, place[1], forks and is_same, snapshots))
    return tuple(states)


def draws_alike(workers: Iterable[Mapping[str, Any]], number: int) -> bool:
    """Whether the workers would get the same numbers from a generator."""
    states = [worker["draws"][number] for worker in workers]
    return len(set(states)) < len(states) or len(states) == 1


def chosen(frames: Frames, directory: Path) -> tuple[str, int]:
    """The place to look at: the innermost of the project, else of a package, else of any."""
    frames = tuple(frames)
    for is_right in (lambda file: is_own(file, directory), is_foreign, bool):
        for file, line, _ in frames:
            if is_right(file):
                return file, line
    return "", 0


def is_own(file: str, directory: Path) -> bool:
    return Path(file).is_relative_to(directory) and is_foreign(file) and site_directory(file) is None


def is_foreign(file: str) -> bool:
    """Whether a file is not Python's own."""
    return not is_stdlib(file) or site_directory(file) is not None


def assignment_line(path: Path, name: str) -> int:
    """The line of a module on which it first gives something this name; 0 where that cannot be told."""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return 0
    return min(assigned_lines(tree, name), default=0)


def assigned_lines(tree: ast.Module, name: str) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == name:
            yield node.lineno
