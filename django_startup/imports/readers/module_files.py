"""Which file of the project a dotted name is about. One file may be importable by several names."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable, Sequence

from django_startup.imports.readers.project_files import ProjectFiles

Reached = tuple[str, list[str]]


class ModuleFiles:
    """
    The modules that a project's files are. A module is known by its key: the path of its file without the suffix, of
    its directory where it is a package.

    loaded are the names and files of the project's own modules that a boot loaded: they tell which directories are
    searched for modules. directories are searched too, and so is the directory of whoever imports.
    """

    def __init__(self, found: ProjectFiles, loaded: Iterable[tuple[str, str]], directories: Iterable[str]) -> None:
        self.links = found.links
        self.files = {module_key(file): file for file in sorted(found.files)}  # a package counts more
        self.packages: set[str] = set()
        for file in found.files:
            directory = os.path.dirname(file)
            while directory not in self.packages and directory != os.path.dirname(directory):
                self.packages.add(directory)
                directory = os.path.dirname(directory)
        self.by_name: dict[str, str] = {}
        roots = dict.fromkeys(os.path.realpath(directory) for directory in directories)
        for name, file in loaded:
            key = module_key(os.path.realpath(file))
            ending = os.sep + name.replace(".", os.sep)
            if key.endswith(ending):
                roots[key.removesuffix(ending)] = None
            else:
                self.by_name[name] = key
        self.roots = tuple(roots)
        self.tops = {os.path.basename(key) for keys in (self.files, self.packages) for key in keys}
        self.tops |= {os.path.basename(link) for link in self.links} | {name.partition(".")[0] for name in self.by_name}
        self.paths: dict[tuple[str, str], Sequence[Reached]] = {}
        self.outermost: dict[str, str] = {}

    def path(self, dotted: str, directory: str) -> Sequence[Reached]:
        """
        The modules on the way through a dotted name, as a file in a directory would import it, each with what is read
        of it.

        shop.services.load: shop of which services.load is read, and shop.services of which load is. Leading dots are
        those of a relative import.
        """
        if dotted[0] == ".":
            bare = dotted.lstrip(".")
            for _ in range(len(dotted) - len(bare) - 1):
                directory = os.path.dirname(directory)
            found: Sequence[Reached] = [(directory, [])]
            for name in bare.split(".") if bare else ():
                found = self.extended(found, name)
            return found
        if dotted.partition(".")[0] not in self.tops:
            return ()
        return self.absolute(dotted, self.beside(directory))

    def absolute(self, dotted: str, beside: str) -> Sequence[Reached]:
        head, dot, name = dotted.rpartition(".")
        if not dot:
            roots = (*self.roots, beside) if beside else self.roots
            children = [self.child(root, name) for root in roots]
            found: Sequence[Reached] = [(child, []) for child in children if child is not None]
        else:
            before = self.paths.get((head, beside))
            if before is None:
                before = self.paths[head, beside] = self.absolute(head, beside)
            found = self.extended(before, name)
        return [*found, (self.by_name[dotted], [])] if dotted in self.by_name else found

    def extended(self, found: Sequence[Reached], name: str) -> list[Reached]:
        """One name further on the way."""
        further: list[Reached] = []
        for key, rest in found:
            further.append((key, [*rest, name]))
            child = None if rest else self.child(key, name)
            if child is not None:
                further.append((child, []))
        return further

    def beside(self, directory: str) -> str:
        """Where a script or a test in a directory finds modules beside the common ones; "" for nowhere else."""
        found = self.outermost.get(directory)
        if found is None:
            found = directory
            while self.files.get(found, "").endswith("__init__.py"):
                found = os.path.dirname(found)
            found = self.outermost[directory] = "" if found in self.roots else found
        return found

    def child(self, directory: str, name: str) -> str | None:
        """The module of a name in a directory."""
        key = f"{directory}{os.sep}{name}"
        key = self.links.get(key, key)
        return key if key in self.files or key in self.packages else None

    def ending_with(self, ending: str, file: str) -> list[str]:
        """The files that a path in a string may be about, seen from a file: in its directory, else anywhere."""
        pattern = os.path.normpath(os.path.join(os.path.dirname(file), ending))
        beside = [key for key, other in self.files.items() if fnmatch.fnmatchcase(other, pattern)]
        end = os.path.join(os.sep, os.path.normpath(ending.lstrip("./")))
        return beside or [key for key, other in self.files.items() if other.endswith(end)]


def module_key(file: str) -> str:
    directory, name = os.path.split(file)
    return directory if name == "__init__.py" else os.path.splitext(file)[0]
