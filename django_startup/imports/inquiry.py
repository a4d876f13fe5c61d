"""Questions about the imports of one profile: what leads into something, what it would save, how it comes in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from django_startup.imports.cut import UNCUTTABLE, smallest_cut
from django_startup.imports.deferral import Deferral, judge
from django_startup.imports.graph import ROOT, Edge, Statement
from django_startup.imports.savings import Savings
from django_startup.imports.source import imported_names, strings_in
from django_startup.imports.subjects import Subject, Subjects, owner_name
from django_startup.profile.owners import OWN
from django_startup.profile.parts import App, Door
from django_startup.profile.profile import StartupProfile

HEAVY = 1000  # what it costs to cut a statement that would have to be rewritten, where moving one costs 1


class Inquiry(Subjects):
    """Answers questions about profile; folder is the project's, where its files are read from."""

    def __init__(self, profile: StartupProfile, folder: Path) -> None:
        super().__init__(profile)
        self.folder = folder
        costs = {module.name: module.self_ns for module in profile.modules if module.thread is None}
        self.savings = Savings(self.graph, costs, {app.label: own_time(app) for app in profile.apps})
        self.checks = {check.name for check in profile.checks}
        self.verdicts: dict[Statement, Deferral] = {}
        imported = {self.graph.numbers[name] for name in self.modules if name in self.graph.numbers}
        self.preloaded = self.graph.successors[ROOT] - imported - self.app_nodes.keys()

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


def own_time(app: App) -> int:
    """What Django does with an app beside importing: as far as it is known, the work of its ready()."""
    return app.ready_own_ns
