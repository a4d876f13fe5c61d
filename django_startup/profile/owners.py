"""
Who a module belongs to: an installed app of the project, the project itself, a distribution (PyPI package), Django, or
the standard library.

Decided by file: the lists of installed files (RECORD) say which distribution a file is of, which is right for namespace
packages too (google.cloud.storage is google-cloud-storage's, whoever else ships something under google). Names are
asked only where there is no file. Source directories and editable installs are the project's, and so is the
distribution that the settings come from: a project may be installed like any package.
"""

from __future__ import annotations

import csv
import functools
import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import Distribution, distributions

from django_startup.measure.recording import LoadedApp, LoadedModule, Recording
from django_startup.text import SITE_DIRECTORIES


class OwnerKind(StrEnum):
    """Kinds of owners; app is an installed app of the project."""

    APP = "app"
    PROJECT = "project"
    PACKAGE = "package"
    DJANGO = "django"
    STDLIB = "stdlib"


@dataclass(frozen=True, slots=True)
class Owner:
    """name is an app's label or a distribution's name, otherwise the same as the kind."""

    kind: OwnerKind
    name: str


PROJECT = Owner(OwnerKind.PROJECT, "project")
DJANGO = Owner(OwnerKind.DJANGO, "Django")
STDLIB = Owner(OwnerKind.STDLIB, "stdlib")
OWN = (OwnerKind.APP, OwnerKind.PROJECT)  # the project's to change
THIRD_PARTY = (OwnerKind.PACKAGE, OwnerKind.DJANGO, OwnerKind.STDLIB)


class Owners:
    """
    Answers for some modules.

    apps are the installed ones, path is the search path (sys.path), settings the dotted name of the settings module,
    django the version of Django; "" where they are not known.
    """

    def __init__(
        self,
        modules: Sequence[LoadedModule],
        *,
        apps: Iterable[LoadedApp] = (),
        path: Iterable[str] = (),
        settings: str = "",
        django: str = "",
    ) -> None:
        self.versions: dict[str, str] = {DJANGO.name: django}
        self.apps = {app.name: app for app in apps}
        self.owners: dict[str, Owner] = {}
        distributed = self.distributed(modules, path)
        settings_file = next((module.file for module in modules if module.name == settings), "")
        self.project = distributed.get(settings_file)
        nameless: list[LoadedModule] = []
        for module in modules:
            owner = self.by_file(module, distributed)
            if owner is None:
                nameless.append(module)
            else:
                self.owners[module.name] = owner
                for above in ancestors(module.name):
                    self.owners.setdefault(above, owner)
        for module in nameless:
            self.owners.setdefault(module.name, self.of(module.name))

    @classmethod
    def from_recording(cls, recording: Recording) -> Owners:
        """The owners of all modules that a boot loaded."""
        environment = recording.environment
        return cls(
            recording.modules,
            apps=recording.apps,
            path=environment.path,
            settings=environment.settings,
            django=environment.django,
        )

    def of(self, name: str, importer: str = "") -> Owner:
        """
        The owner of a module. One that was not loaded in the end belongs to the package that it would be in, else to
        whoever asked for it.
        """
        for candidate in (name, *ancestors(name)):
            if candidate in self.owners:
                return self.owners[candidate]
        if name.partition(".")[0] in sys.stdlib_module_names:
            return STDLIB
        return self.owners.get(importer, PROJECT)

    def app_of(self, name: str) -> LoadedApp | None:
        """The installed app, of whoever, that a module is part of."""
        for candidate in (name, *ancestors(name)):
            if candidate in self.apps:
                return self.apps[candidate]
        return None

    def version(self, distribution: str) -> str:
        """The version of a distribution; "" where it is not known."""
        return self.versions.get(distribution, "")

    def by_file(self, module: LoadedModule, distributed: dict[str, str]) -> Owner | None:
        top = module.name.partition(".")[0]
        if top == "django":
            return DJANGO
        if module.origin in ("built-in", "frozen"):
            return STDLIB
        if not module.file:
            return None
        distribution = distributed.get(module.file)
        if distribution is None:
            site = site_directory(module.file)
            if site is not None:
                first = os.path.relpath(module.file, site).split(os.sep)[0]
                return Owner(OwnerKind.PACKAGE, first.partition(".")[0])
            if is_stdlib(module.file):
                return STDLIB
        elif distribution != self.project:
            return Owner(OwnerKind.PACKAGE, distribution)
        app = self.app_of(module.name)
        return Owner(OwnerKind.APP, app.label) if app else PROJECT

    def distributed(self, modules: Iterable[LoadedModule], path: Iterable[str]) -> dict[str, str]:
        """Which distribution each module's file is of, by the distributions on the search path."""
        files = {module.file for module in modules if module.file}
        script = next((module.file for module in modules if module.name == "__main__"), "")
        found: dict[str, str] = {}
        for root in dict.fromkeys(path):
            start = len(root.rstrip(os.sep)) + 1
            inside = {file[start:].replace(os.sep, "/"): file for file in files if is_inside(file, root)}
            if not inside:
                continue
            if script and os.path.basename(root) in SITE_DIRECTORIES:  # a console script lies beside, in bin
                inside[os.path.relpath(script, root).replace(os.sep, "/")] = script
            tops = {path.partition("/")[0].removesuffix(".py") for path in inside}
            for distribution in distributions(path=[root]):
                hits = [inside[path] for path in installed_files(distribution, tops, inside) if path in inside]
                if hits:
                    name, version = identity(distribution)
                    self.versions.setdefault(name, version)
                    found.update(dict.fromkeys((file for file in hits if file not in found), name))
        return found


def installed_files(distribution: Distribution, tops: set[str], inside: Iterable[str]) -> Iterator[str]:
    """The files that a distribution installed, relative to its directory; by its top-level names without a list."""
    record = distribution.read_text("RECORD")
    if record is not None:
        for line in record.splitlines():
            yield next(csv.reader([line]), [""])[0] if line.startswith('"') else line.partition(",")[0]
        return
    top_level = set((distribution.read_text("top_level.txt") or "").split()) & tops
    for path in inside:
        if path.partition("/")[0].removesuffix(".py") in top_level:
            yield path


def identity(distribution: Distribution) -> tuple[str, str]:
    """Name and version, as far as its metadata is readable."""
    try:
        metadata = distribution.metadata.json
        return str(metadata.get("name") or "unnamed"), str(metadata.get("version") or "")
    except Exception:  # which one depends on the version of Python
        return "unnamed", ""


def ancestors(name: str) -> Iterator[str]:
    """The packages around a dotted name, the nearest first."""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def is_inside(file: str, directory: str) -> bool:
    return file.startswith(directory.rstrip(os.sep) + os.sep)


def site_directory(file: str) -> str | None:
    """The site-packages or dist-packages directory that a file lies in."""
    parts = file.split(os.sep)
    for number in range(len(parts) - 2, 0, -1):
        if parts[number] in SITE_DIRECTORIES:
            return os.sep.join(parts[: number + 1])
    return None


def is_stdlib(file: str) -> bool:
    return any(is_inside(file, directory) for directory in stdlib_directories())


@functools.cache
def stdlib_directories() -> frozenset[str]:
    directories = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    return frozenset(directories | {os.path.realpath(directory) for directory in directories})
