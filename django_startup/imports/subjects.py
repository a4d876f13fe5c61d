"""What can be asked about: which modules of one profile are an app's, a package's, the project's."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django_startup.imports.graph import ROOT, graph_of
from django_startup.profile.owners import OWN, Owner, OwnerKind, ancestors, site_directory
from django_startup.profile.parts import Module, NamedInSettings
from django_startup.profile.profile import StartupProfile

INDISPENSABLE = ("ROOT_URLCONF", "WSGI_APPLICATION", "ASGI_APPLICATION")
KINDS = ("package", "app", "module")


@dataclass(frozen=True, slots=True)
class Subject:
    """
    What a question is about: a module with all that is in it, a package, or an app.

    Attributes:
        kind: package, app or module.
        name: The distribution's name, the app's label or the module's name.
        nodes: Its nodes in the import graph.
    """

    kind: str
    name: str
    nodes: frozenset[int]


SCRIPT = "__main__"  # the entry script


class Subjects:
    """
    The modules of a profile, by what they belong to. A node is a module's, or an app's, in its import graph.

    Attributes:
        profile: The profile.
        graph: Its import graph.
        modules: Its modules by name.
        app_names: The labels of the installed apps by their names.
        app_nodes: The same labels by node.
        preloaded: The nodes of modules that were loaded before the project, by site, .pth files and sitecustomize.
        named: Where the settings name a module, by its node.
        indispensable: The nodes of what no project is without and a setting names: the URLconf, the application.
        unseen: The nodes of modules that came in without an import that was seen, such as those that C code makes.
    """

    def __init__(self, profile: StartupProfile) -> None:
        self.profile = profile
        self.graph = graph_of(profile.graph)
        self.modules = {module.name: module for module in profile.modules}
        self.app_names = {app.name: app.label for app in profile.apps}
        self.app_nodes = {node: label for label, node in self.graph.apps.items()}
        self.preloaded = {
            node
            for name, node in self.graph.numbers.items()
            if name in self.modules and self.modules[name].phase == "interpreter"
        }
        self.named: dict[int, list[NamedInSettings]] = defaultdict(list)
        for row in profile.named:
            if row.module in self.graph.numbers:
                self.named[self.graph.numbers[row.module]].append(row)
        self.indispensable = {
            node for node, rows in self.named.items() if any(row.setting in INDISPENSABLE for row in rows)
        }

    @cached_property
    def unseen(self) -> frozenset[int]:
        known = ((self.modules.get(name), number) for name, number in self.graph.numbers.items())
        # What another thread has imported has no phase either.
        return frozenset(number for module, number in known if module and not module.phase and module.importer is None)

    def owner(self, node: int) -> Owner | None:
        """Whose module a node is; None for the root, an app, what nobody owns, what was loaded before the project."""
        module = self.modules.get(self.graph.names[node]) if node not in self.app_nodes else None
        return module.owner if module and module.owner.kind is not OwnerKind.NOBODY else None

    def is_own(self, node: int) -> bool:
        """Whether what stands at a node is the project's to change: its modules, its settings."""
        owner = self.owner(node)
        if owner is None:
            is_script = self.graph.names[node] == SCRIPT and self.is_script_own
            return node == ROOT or node in self.app_nodes or is_script
        return owner.kind in OWN

    @cached_property
    def is_script_own(self) -> bool:
        """Whether the entry script is the project's to change: not bin/celery, nor the __main__ of a package."""
        files = {
            statement.file
            for statements in self.graph.statements.values()
            for statement in statements
            if statement.module == SCRIPT
        }
        return not any(is_installed(file) for file in files)

    def is_module_own(self, name: str) -> bool:
        """Whether a module is the project's to change, whether it is in the graph or not."""
        if name == SCRIPT:
            return self.is_script_own
        return name in self.modules and self.modules[name].owner.kind in OWN

    def owner_kind(self, node: int) -> OwnerKind | None:
        owner = self.owner(node)
        return owner.kind if owner else None

    def app_of(self, name: str) -> str | None:
        """The label of the installed app that a module is part of."""
        return next((self.app_names[part] for part in (name, *ancestors(name)) if part in self.app_names), None)

    def find(self, name: str) -> list[Subject]:
        """What a name may mean, the likeliest first. It may begin with package:, app: or module: to say which."""
        kind, _, rest = name.partition(":")
        kinds, name = ((kind,), rest) if kind in KINDS and rest else (KINDS, name)
        return [subject for kind in kinds for subject in self.of_kind(kind, name) if subject.nodes]

    def of_kind(self, kind: str, name: str) -> Iterable[Subject]:
        """What a name means as the name of a package, an app or a module."""
        if kind == "package":
            packages = {normal(row.name): row.name for row in self.profile.packages}
            if normal(name) in packages:
                yield self.package(packages[normal(name)])
        elif kind == "app":
            if name in self.app_names.values():
                yield self.app(name)
        elif name in self.graph.numbers:
            yield self.module(name)

    def package(self, name: str) -> Subject:
        """A distribution, with the installed apps that it brings."""
        owners = Owner(OwnerKind.PACKAGE, name), Owner(OwnerKind.DJANGO, name)
        modules = {module for owner in owners for module in self.modules_by_owner[owner]} - self.shared
        nodes = {self.graph.numbers[module] for module in modules & self.graph.numbers.keys()}
        apps = {label for app, label in self.app_names.items() if app in modules}
        nodes |= {self.graph.apps[label] for label in apps & self.graph.apps.keys()}
        return Subject("package", name, frozenset(nodes))

    @cached_property
    def modules_by_owner(self) -> dict[Owner, list[str]]:
        names: dict[Owner, list[str]] = defaultdict(list)
        for module in self.profile.modules:
            names[module.owner].append(module.name)
        return names

    @cached_property
    def nodes_by_app(self) -> dict[str | None, list[int]]:
        nodes: dict[str | None, list[int]] = defaultdict(list)
        for name, node in self.graph.numbers.items():
            nodes[self.app_of(name)].append(node)
        return nodes

    def app(self, label: str) -> Subject:
        """An installed app with all modules in it, those of apps within it apart."""
        nodes = set(self.nodes_by_app[label])
        if label in self.graph.apps:
            nodes.add(self.graph.apps[label])
        return Subject("app", label, frozenset(nodes))

    def imported(self, subject: Subject) -> list[Module]:
        """The modules of a subject in the order in which they were imported."""
        numbers = self.graph.numbers
        return [module for module in self.profile.modules if numbers.get(module.name) in subject.nodes]

    def module(self, name: str) -> Subject:
        """A module with all that is in it."""
        return Subject("module", name, frozenset(self.graph.inside(name)))

    @cached_property
    def shared(self) -> set[str]:
        """The namespace packages with modules of several owners in them: no distribution's own."""
        owners: dict[str, set[Owner]] = defaultdict(set)
        for module in self.profile.modules:
            for above in ancestors(module.name):
                owners[above].add(module.owner)
        return {name for name, module in self.modules.items() if not module.file and len(owners[name]) > 1}


def owner_name(owner: Owner) -> str:
    """What people call an owner."""
    return "the standard library" if owner.kind is OwnerKind.STDLIB else owner.name


def normal(name: str) -> str:
    """A distribution's name as PyPI compares it."""
    return name.replace("_", "-").replace(".", "-").lower()


def is_installed(script: str) -> bool:
    """Whether an entry script was written by an installer: a console script, which has no suffix, or a package's."""
    return site_directory(script) is not None or (os.path.isabs(script) and not script.endswith(".py"))
