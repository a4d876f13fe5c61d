"""Questions about the imports of one profile: what leads into something, what it would save, how it comes in."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django_startup.analysis.cut import UNCUTTABLE, smallest_cut
from django_startup.analysis.deferral import Deferral, judge
from django_startup.analysis.importgraph import ROOT, Edge, Statement, graph_of
from django_startup.analysis.owners import Owner, OwnerKind, ancestors
from django_startup.analysis.profile import App, Door, StartupProfile
from django_startup.analysis.savings import Savings
from django_startup.analysis.source import read_source

OWN = (OwnerKind.APP, OwnerKind.PROJECT)
HEAVY = 1000  # what it costs to cut a statement that would have to be rewritten, where moving one costs 1


@dataclass(frozen=True, slots=True)
class Subject:
    """What a question is about: a module with all that is in it, a package, or an app. nodes are those of the graph."""

    kind: str
    name: str
    nodes: frozenset[int]


class Inquiry:
    """Answers questions about profile; folder is the project's, where its files are read from."""

    def __init__(self, profile: StartupProfile, folder: Path) -> None:
        self.profile = profile
        self.folder = folder
        self.graph = graph_of(profile.graph)
        self.modules = {module.name: module for module in profile.modules}
        costs = {module.name: module.self_ns for module in profile.modules if module.thread is None}
        self.savings = Savings(self.graph, costs, {app.label: own_time(app) for app in profile.apps})
        self.checks = {check.name for check in profile.checks}
        self.verdicts: dict[Statement, Deferral] = {}
        self.app_names = {app.name: app.label for app in profile.apps}
        self.app_nodes = {node: label for label, node in self.graph.apps.items()}
        imported = {self.graph.numbers[name] for name in self.modules if name in self.graph.numbers}
        self.preloaded = self.graph.successors[ROOT] - imported - self.app_nodes.keys()

    def owner(self, node: int) -> Owner | None:
        """Whose module a node is; None for the root, an app, and what was loaded before the project."""
        module = self.modules.get(self.graph.names[node]) if node not in self.app_nodes else None
        return module.owner if module else None

    def is_own(self, node: int) -> bool:
        """Whether what stands at a node is the project's to change: its modules, its settings."""
        owner = self.owner(node)
        if owner is None:
            return node == ROOT or node in self.app_nodes or self.graph.names[node] == "__main__"
        return owner.kind in OWN

    def owner_kind(self, node: int) -> OwnerKind | None:
        owner = self.owner(node)
        return owner.kind if owner else None

    def app_of(self, name: str) -> str | None:
        """The label of the installed app that a module is part of."""
        return next((self.app_names[part] for part in (name, *ancestors(name)) if part in self.app_names), None)

    def package(self, name: str) -> Subject:
        """A distribution, with the installed apps that it brings."""
        owners = Owner(OwnerKind.PACKAGE, name), Owner(OwnerKind.DJANGO, name)
        modules = {module.name for module in self.profile.modules if module.owner in owners} - self.shared
        nodes = {self.graph.numbers[module] for module in modules & self.graph.numbers.keys()}
        apps = {label for app, label in self.app_names.items() if app in modules}
        nodes |= {self.graph.apps[label] for label in apps & self.graph.apps.keys()}
        return Subject("package", name, frozenset(nodes))

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

    def module(self, name: str) -> Subject:
        """A module with all that is in it."""
        return Subject("module", name, frozenset(self.graph.inside(name)))

    def entrances(self, subject: Subject) -> dict[Edge, set[Statement]]:
        """The edges from outside into a subject, with their statements."""
        edges = {
            (before, node)
            for node in subject.nodes
            for before in self.graph.predecessors[node] - subject.nodes
            if not (before == ROOT and node in self.preloaded)
        }
        return {edge: self.graph.statements.get(edge, set()) for edge in sorted(edges)}

    def lost_without_doors(self, subject: Subject) -> list[int]:
        """The nodes that are gone when the project neither imports a subject nor names it in its settings."""
        return self.savings.lost(closed=[edge for edge in self.entrances(subject) if self.is_own(edge[0])])

    def needed_by(self, subject: Subject, lost: Iterable[int]) -> tuple[str, ...]:
        """The packages that import what is left of a subject without the project's doors."""
        gone = set(lost)
        needing: dict[str, None] = {}
        for before, node in self.entrances(subject):
            owner = self.owner(before)
            if node not in gone and before not in gone and owner is not None and owner.kind not in OWN:
                needing[owner_name(owner)] = None
        return tuple(needing)

    def doors(self, subject: Subject) -> tuple[Door, ...]:
        """The project's lines through which a subject comes in."""
        found: dict[tuple[str, int], Door] = {}
        for (before, node), statements in self.entrances(subject).items():
            if not self.is_own(before):
                continue
            for statement in statements:
                found.setdefault((statement.file, statement.line), self.door(statement))
            if not statements and before == ROOT and node in self.app_nodes:
                door = self.settings_door(self.app_nodes[node])
                found.setdefault((door.file, door.line), door)
        return tuple(found[place] for place in sorted(found))

    def doors_of_others(self, subject: Subject) -> tuple[Door, ...]:
        """The lines of packages through which a subject comes in: not the project's to change."""
        found: dict[tuple[str, int], Door] = {}
        for (before, _), statements in self.entrances(subject).items():
            owner = self.owner(before)
            if owner is None or self.is_own(before):
                continue
            for statement in statements:
                text = judge(self.folder / statement.file, statement.line).statement
                reason = f"in {owner_name(owner)}: not the project's to change"
                door = Door(statement.module, statement.file, statement.line, text, False, reason)
                found.setdefault((statement.file, statement.line), door)
        return tuple(found[place] for place in sorted(found))

    def door(self, statement: Statement) -> Door:
        verdict = self.verdict(statement)
        return Door(
            statement.module, statement.file, statement.line, verdict.statement, verdict.deferrable, verdict.reason
        )

    def lines(self, statements: Iterable[Statement]) -> tuple[Door, ...]:
        """Some statements as doors, each line once: a file may be imported under several names."""
        places = {(statement.file, statement.line): statement for statement in sorted(statements, reverse=True)}
        return tuple(self.door(places[place]) for place in sorted(places))

    def settings_door(self, label: str) -> Door:
        """The line of INSTALLED_APPS that names an app, as far as it can be found."""
        app = next(app for app in self.profile.apps if app.label == label)
        for module in self.profile.modules:
            if module.phase == "settings" and module.owner.kind in OWN:
                for line in strings_in(self.folder / module.file, app.name):
                    return Door(module.name, module.file, line, "", False, f"{app.name!r} in INSTALLED_APPS")
        return Door(self.profile.target.settings, "", 0, "", False, f"{app.name!r} in INSTALLED_APPS")

    def verdict(self, statement: Statement) -> Deferral:
        """Whether an import can move into functions: not one that others rely on, nor one that registers something."""
        if statement not in self.verdicts:
            self.verdicts[statement] = self.find_verdict(statement)
        return self.verdicts[statement]

    def find_verdict(self, statement: Statement) -> Deferral:
        verdict = judge(self.folder / statement.file, statement.line)
        if not verdict.deferrable:
            return verdict
        for function in verdict.functions:
            if f"{statement.module}.{function.removesuffix('()')}" in self.checks:
                return verdict.but(f"used in {function}, a system check that runs at start")
        for other in self.importers(statement.module):
            taken = sorted(imported_names(self.folder / other.file, other.line) & set(verdict.names))
            if taken:
                reason = f"re-exported: {other.file}:{other.line} imports {taken[0]} from here"
                return verdict.but(reason)
        loss = self.loss(self.savings.lost(closed=self.edges_of([statement])))
        return verdict.but(f"{loss}: importing it later would lose that") if loss else verdict

    def loss(self, nodes: Iterable[int]) -> str:
        """What one of nodes registers, which the boot would do without, as a sentence; "" for nothing."""
        for node in nodes:
            registered = self.registered.get(self.graph.names[node])
            if registered:
                return f"{self.graph.names[node]} registers {registered}"
        return ""

    def importers(self, module: str) -> Iterable[Statement]:
        """The project's statements that import a module."""
        node = self.graph.numbers.get(module, ROOT)
        for before in self.graph.predecessors[node]:
            if self.is_own(before):
                yield from self.graph.statements.get((before, node), ())

    @cached_property
    def by_statement(self) -> dict[Statement, list[tuple[Edge, set[Statement]]]]:
        """The edges that each statement makes, with all statements that make them."""
        edges: dict[Statement, list[tuple[Edge, set[Statement]]]] = defaultdict(list)
        for edge, statements in self.graph.statements.items():
            if edge not in self.graph.unwritten:
                for statement in statements:
                    edges[statement].append((edge, statements))
        return edges

    @cached_property
    def shared(self) -> set[str]:
        """The namespace packages with modules of several owners in them: no distribution's own."""
        owners: dict[str, set[Owner]] = defaultdict(set)
        for module in self.profile.modules:
            for above in ancestors(module.name):
                owners[above].add(module.owner)
        return {name for name, module in self.modules.items() if not module.file and len(owners[name]) > 1}

    @cached_property
    def registered(self) -> dict[str, str]:
        """What each module registers, by its name: one example for a sentence."""
        registries = self.profile.registries
        found: dict[str, str] = {}
        kinds = {
            "the model": registries.models,
            "the receiver": registries.receivers,
            "the system check": registries.checks,
            "the admin class": registries.admin,
            "the template tag": registries.template_tags,
            "the task": registries.celery_tasks,
        }
        for kind, entries in kinds.items():
            for entry in entries:
                found.setdefault(entry.module, f"{kind} {entry.name}")
        return found

    def smallest_set(self, subject: Subject) -> set[Statement] | None:
        """The fewest of the project's statements that keep a subject out, those that can move first; None for none."""

        def weigh(statement: Statement) -> int:
            if not self.is_own(self.graph.numbers[statement.module]):
                return UNCUTTABLE
            return 1 if self.verdict(statement).deferrable else HEAVY

        return smallest_cut(self.graph, subject.nodes, weigh)

    def edges_of(self, statements: Iterable[Statement]) -> list[Edge]:
        """The edges that are gone without some statements."""
        gone = set(statements)
        return [edge for statement in gone for edge, made_by in self.by_statement[statement] if made_by <= gone]


def owner_name(owner: Owner) -> str:
    """What people call an owner."""
    return "the standard library" if owner.kind is OwnerKind.STDLIB else owner.name


def own_time(app: App) -> int:
    """What Django does with an app beside importing: as far as it is known, the work of its ready()."""
    return app.ready_own_ns


def imported_names(path: Path, line: int) -> set[str]:
    """The names that the import at a line of a file takes from its module; with a star, all that the file uses."""
    tree = read_source(path).tree
    names: set[str] = set()
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.ImportFrom) and node.lineno <= line <= (node.end_lineno or 0):
            names |= {alias.name for alias in node.names}
    if tree and "*" in names:
        names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names


def strings_in(path: Path, text: str) -> Iterable[int]:
    """The lines of a file where a string stands that is text, or a dotted name that goes on from it."""
    tree = read_source(path).tree
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and f"{node.value}.".startswith(f"{text}."):
            yield node.lineno
