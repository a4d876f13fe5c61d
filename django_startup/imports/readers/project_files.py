"""The Python files of a project: those too that a boot does not load, such as tests, commands and scripts."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from django_startup.imports.source import is_script
from django_startup.profile.distributions import is_inside
from django_startup.profile.owners import site_directory
from django_startup.text import SITE_DIRECTORIES

MOST_BYTES = 1 << 20  # nobody wrote a larger file by hand
MOST_LEVELS = 3
SKIPPED = frozenset({"node_modules", "__pycache__", *SITE_DIRECTORIES})
PROJECT_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")
ENVIRONMENT_MARKS = ("pyvenv.cfg", "conda-meta")


class Stamp(NamedTuple):
    """What is different after every change of a file. Times in nanoseconds, size in bytes."""

    modified_ns: int
    changed_ns: int
    size: int


@dataclass(frozen=True, slots=True)
class ProjectFiles:
    """files has the stamp of each Python file by its real path, links where symbolic links to directories lead."""

    files: dict[str, Stamp] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)


def search_directories(directory: str, modules: Iterable[tuple[str, str]]) -> list[str]:
    """
    Where a project's files are: around its directory, and around its own modules (name and file) that lie elsewhere.

    Around means up to the directory of the repository or the distribution, which is where tests often are.
    """
    found = [project_around(os.path.realpath(directory))]
    for name, file in modules:
        real = os.path.realpath(file)
        if not any(is_inside(real, searched) for searched in found):
            found.append(directory_of_module(name, real))
    return [one for one in found if not any(is_inside(one, other) for other in found)]


def directory_of_module(name: str, file: str) -> str:
    """The directory to search for a module: around its topmost package; that package alone where it is installed."""
    directory = os.path.dirname(file)
    for _ in range(name.count(".") - (os.path.basename(file) != "__init__.py")):
        directory = os.path.dirname(directory)
    return directory if site_directory(file) else project_around(directory)


def project_around(directory: str) -> str:
    """The nearest directory, this one or one above it, that begins a project; this one where there is none."""
    home = os.path.expanduser("~")
    above = directory
    for _ in range(MOST_LEVELS + 1):
        if above in (home, os.path.dirname(above)):
            break
        if any(os.path.exists(os.path.join(above, mark)) for mark in PROJECT_MARKS):
            return above
        above = os.path.dirname(above)
    return directory


def find_files(directories: Iterable[str]) -> ProjectFiles:
    """The Python files in some directories and below, each real directory once. What cannot be read is left out."""
    found = ProjectFiles()
    waiting = [os.path.realpath(directory) for directory in directories]
    seen: set[str] = set()
    while waiting:
        directory = waiting.pop()
        if directory not in seen:
            seen.add(directory)
            waiting.extend(read_directory(directory, found))
    return found


def read_directory(directory: str, found: ProjectFiles) -> Iterator[str]:
    """Add the files of one directory to those found, and give the directories to go on with."""
    try:
        entries = list(os.scandir(directory))
    except OSError:
        return
    for entry in entries:
        try:
            status = entry.stat()
        except OSError:  # a link that leads nowhere or in a circle, a file that has just been deleted
            continue
        path = os.path.realpath(entry.path) if entry.is_symlink() else entry.path
        if stat.S_ISDIR(status.st_mode):
            if not is_skipped(path) and not (path != entry.path and site_directory(os.path.join(path, "x"))):
                if path != entry.path:
                    found.links[entry.path] = path
                yield path
        elif status.st_size <= MOST_BYTES and is_python(path, status):
            found.files[path] = Stamp(status.st_mtime_ns, status.st_ctime_ns, status.st_size)


def is_python(path: str, status: os.stat_result) -> bool:
    """Whether a file is one of Python. Scripts have names without a suffix, and can be run."""
    if path.endswith((".py", ".pyw")):
        return stat.S_ISREG(status.st_mode)
    executable = stat.S_ISREG(status.st_mode) and status.st_mode & stat.S_IXUSR
    return bool(executable) and "." not in os.path.basename(path) and is_script(Path(path))


def is_skipped(directory: str) -> bool:
    """Whether what a directory holds was not written for the project: environments, builds, installed packages."""
    name = os.path.basename(directory)
    if name.startswith(".") or name in SKIPPED:
        return True
    if name == "build" and not os.path.exists(os.path.join(directory, "__init__.py")):
        return True
    return any(os.path.exists(os.path.join(directory, mark)) for mark in ENVIRONMENT_MARKS)
