"""
Who a module belongs to: an installed app of the project, the project itself, a distribution (PyPI package), Django, or
the standard library.

Decided by file: the lists of installed files (RECORD) say which distribution a file is of, which is right for namespace
packages too (google.cloud.storage is google-cloud-storage's, whoever else ships something under google). Names are
asked only where there is no file. Source directories and editable installs are the project's, and so is the
distribution that the settings come from, or whose package they were put into: a project may be installed like any
package.

Nobody owns a namespace package that lies outside of the project, nor what is not there: a module that somebody tried to
import.
"""

from __future__ import annotations

import functools
import os
import sys
import sysconfig
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django_startup.measure.observations import LoadedApp, LoadedModule
from django_startup.measure.recording import Recording
from django_startup.profile.distributions import Distributed, is_inside
from django_startup.profile.unlisted import unlisted_modules
from django_startup.text import SITE_DIRECTORIES


class OwnerKind(StrEnum):
    """Kinds of owners; app is an installed app of the project."""

    APP = "app"
    PROJECT = "project"
    PACKAGE = "package"
    DJANGO = "django"
    STDLIB = "stdlib"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Owner:
    """name is an app's label or a distribution's name, otherwise the same as the kind."""

    kind: OwnerKind
    name: str


PROJECT = Owner(OwnerKind.PROJECT, "project")
DJANGO = Owner(OwnerKind.DJANGO, "Django")
STDLIB = Owner(OwnerKind.STDLIB, "stdlib")
NOBODY = Owner(OwnerKind.NOBODY, "nobody")
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
        self.apps = {app.name: app for app in apps}
        self.owners: dict[str, Owner] = {}
        self.distributed = Distributed(modules, path)
        self.versions = {**self.distributed.versions, DJANGO.name: django}
        self.settings = settings
        self.files = {module.name: module.file for module in modules}
        self.project = self.distribution_of(settings)
        nameless: list[LoadedModule] = []
        inside: dict[str, set[Owner]] = defaultdict(set)
        for module in modules:
            owner = NOBODY if module.file in self.distributed.shared else self.by_file(module)
            if owner is None:
                nameless.append(module)
            else:
                self.owners[module.name] = owner
                for above in ancestors(module.name):
                    inside[above].add(owner)
        for name in inside.keys() - self.owners.keys():
            self.owners[name] = owner_of_all(inside[name])
        for module in nameless:
            self.owners.setdefault(module.name, NOBODY if module.directories else self.of(module.name))

    @classmethod
    def from_recording(cls, recording: Recording) -> Owners:
        """The owners of all modules that a boot loaded, also where it was ended before it could list them."""
        modules, apps, path, settings, django = cls.decisive(recording)
        return cls(modules, apps=apps, path=path, settings=settings, django=django)

    @staticmethod
    def decisive(
        recording: Recording,
    ) -> tuple[Sequence[LoadedModule], Sequence[LoadedApp], Sequence[str], str, str]:
        """What decides on the owners in a boot: where it is the same in two, so are these."""
        environment = recording.environment
        modules = recording.modules or tuple(unlisted_modules(recording))
        return modules, recording.apps, environment.path or sys.path, environment.settings, environment.django

    def of(self, name: str, importer: str = "") -> Owner:
        """
        The owner of a module. One that is gone again belongs to the package that it was in, else to whoever asked for
        it.
        """
        found = self.by_name(name)
        return self.owners.get(importer, PROJECT) if found is None else found

    def of_missing(self, name: str) -> Owner:
        """The owner of a module that could not be imported: the package that it would be in, else nobody."""
        return self.by_name(name) or NOBODY

    def by_name(self, name: str) -> Owner | None:
        """The owner of a module, else of the package around it; None for a top-level name that nobody has."""
        for candidate in (name, *ancestors(name)):
            if candidate in self.owners:
                return self.owners[candidate]
        return STDLIB if name.partition(".")[0] in sys.stdlib_module_names else None

    def app_of(self, name: str) -> LoadedApp | None:
        """The installed app, of whoever, that a module is part of."""
        for candidate in (name, *ancestors(name)):
            if candidate in self.apps:
                return self.apps[candidate]
        return None

    def version(self, distribution: str) -> str:
        """The version of a distribution; "" where it is not known."""
        return self.versions.get(distribution, "")

    def by_file(self, module: LoadedModule) -> Owner | None:
        top = module.name.partition(".")[0]
        if top == "django":
            return DJANGO
        if module.origin in ("built-in", "frozen"):
            return STDLIB
        if not module.file:
            return None
        distribution = self.distribution_of(module.name)
        if distribution is None:
            site = site_directory(module.file)
            if site is not None and module.name != self.settings:
                first = os.path.relpath(module.file, site).split(os.sep)[0]
                return Owner(OwnerKind.PACKAGE, first.partition(".")[0])
            if is_stdlib(module.file) and module.name != self.settings:
                return STDLIB
        elif distribution != self.project:
            return Owner(OwnerKind.PACKAGE, distribution)
        app = self.app_of(module.name)
        return Owner(OwnerKind.APP, app.label) if app else PROJECT

    def distribution_of(self, name: str) -> str | None:
        """The distribution that installed a module's file, else the one whose package the file was put into."""
        file, by_file = self.files.get(name, ""), self.distributed.by_file
        if file in by_file:
            return by_file[file]
        for above in ancestors(name):
            around = self.files.get(above, "")
            is_regular = around in by_file and around not in self.distributed.shared
            if is_regular and is_inside(file, os.path.dirname(around)):
                return by_file[around]
        return None


def owner_of_all(owners: set[Owner]) -> Owner:
    """The owner of a namespace package, from those of the modules in it: nobody, unless all are the project's."""
    if any(owner.kind not in OWN for owner in owners):
        return NOBODY
    return next(iter(owners)) if len(owners) == 1 else PROJECT


def ancestors(name: str) -> Iterator[str]:
    """The packages around a dotted name, the nearest first."""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


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
