"""
Which packages a process has loaded, without reading the metadata of everything that is installed.

A group is what has one importable name in a directory of packages: requests, google.cloud.storage, yaml. Only groups
that are not known yet are looked up in the metadata, which then says that yaml belongs to PyYAML.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from types import ModuleType

from django_startup.probe.attributes import attributes
from django_startup.text import SITE_DIRECTORIES

NAMESPACE = ""  # has no file of its own: what lies below decides


def loaded_files(modules: Mapping[str, object]) -> dict[str, str]:
    """The file of each module in sys.modules, "" for none, without running any code of what lies there."""
    files: dict[str, str] = {}
    for name, module in modules.items():
        names = module.__dict__ if type(module) is ModuleType else attributes(module)
        file = names.get("__file__")
        if type(name) is str and names:  # there are things that are no modules
            files[name] = file if type(file) is str else ""
    return files


def package_directories(path: Iterable[str]) -> tuple[str, ...]:
    """The directories of a search path in which distributions are installed, with a separator at their end."""
    found = []
    for root in dict.fromkeys(directory.rstrip(os.sep) for directory in path):
        if os.path.basename(root) in SITE_DIRECTORIES or holds_metadata(root):
            found.append(root + os.sep)
    return tuple(found)


def holds_metadata(root: str) -> bool:
    """Whether pip has installed something into a directory of any name."""
    try:
        return any(name.endswith(".dist-info") for name in os.listdir(root or "."))
    except OSError:
        return False


class Groups:
    """
    The groups of a process.

    files: those of its modules. directories: the directories of packages. A project that is itself installed is known
    by its settings module and is in no group.
    """

    def __init__(self, files: Mapping[str, str], directories: tuple[str, ...], settings: str = "") -> None:
        self.files = files
        self.directories = directories
        self.known: dict[str, str | None] = {"django_startup": None}
        project = self.of(settings)
        if project is not None:
            self.known[project] = None
        for name in files:  # most of them lie below a top-level name that is known already
            end = name.find(".")
            if end < 0 or self.known.get(name[:end], NAMESPACE) == NAMESPACE:
                self.of(name)
        self.loaded = {group for group in self.known.values() if group is not None and group != NAMESPACE}

    def of(self, name: str) -> str | None:
        """The group of a module; None for the standard library and the project."""
        end = -1
        while True:
            end = name.find(".", end + 1)
            prefix = name if end < 0 else name[:end]
            try:
                group = self.known[prefix]
            except KeyError:
                file = self.files.get(prefix, NAMESPACE)
                group = NAMESPACE if not file else prefix if file.startswith(self.directories) else None
                self.known[prefix] = group
            if group != NAMESPACE:
                return group
            if end < 0:
                return None


def distribution_names(groups: Iterable[str], files: Mapping[str, str], path: Iterable[str]) -> dict[str, str]:
    """The distribution that each group is of, by the metadata on the search path."""
    from django_startup.measure.observations import LoadedModule
    from django_startup.profile.owners import OwnerKind, Owners

    modules = tuple(LoadedModule(group, files[group], files[group]) for group in groups)
    owners = Owners(modules, path=path)
    named = {module.name: owners.of(module.name) for module in modules}
    return {
        group: owner.name if owner.kind in (OwnerKind.PACKAGE, OwnerKind.DJANGO) else group
        for group, owner in named.items()
    }
