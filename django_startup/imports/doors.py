"""Doors: the lines through which something comes in, and which of them must be closed to keep it out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from django_startup.imports.cut import smallest_cut
from django_startup.imports.deferral import judge
from django_startup.imports.graph import ROOT, Edge, Statement
from django_startup.imports.savings import Savings
from django_startup.imports.settings_lines import naming_lines
from django_startup.imports.subjects import Subject, Subjects, owner_name
from django_startup.imports.verdicts import Verdicts
from django_startup.profile.owners import OWN
from django_startup.profile.parts import Door
from django_startup.profile.reasons import Reason
from django_startup.profile.timeline import timeline_spans

Line = tuple[str, int]  # a file and a line
HEAVY = 1000  # what it costs to cut a statement that would have to be rewritten, where moving one costs 1


class Doors:
    """The doors of one profile; directory is the project's, where its files are read from."""

    def __init__(self, subjects: Subjects, savings: Savings, verdicts: Verdicts, directory: Path) -> None:
        self.subjects = subjects
        self.savings = savings
        self.verdicts = verdicts
        self.directory = directory
        self.cuts: dict[frozenset[int], set[Statement] | None] = {}

    def into(self, subject: Subject) -> tuple[Door, ...]:
        """The project's lines through which a subject comes in, those that the boot took first at the top."""
        return tuple(map(self.door, self.entries(subject)))

    def entries(self, subject: Subject) -> list[Statement | Door]:
        """The same lines, not judged yet: import statements, and as doors the lines of the settings."""
        found: dict[Line, Statement | Door] = {}
        for (before, node), statements in self.entrances(subject).items():
            if not self.subjects.is_own(before):
                continue
            for statement in statements:
                found.setdefault((statement.file, statement.line), statement)
            if not statements and before == ROOT:
                for door in self.settings_doors(node):
                    found.setdefault((door.file, door.line), door)
        return self.in_order(subject, found)

    def entries_of_others(self, subject: Subject) -> list[Statement | Door]:
        """The lines of packages through which a subject comes in: not the project's to change."""
        found: dict[Line, Statement | Door] = {}
        for (before, _), statements in self.entrances(subject).items():
            if self.subjects.owner(before) is not None and not self.subjects.is_own(before):
                for statement in statements:
                    found.setdefault((statement.file, statement.line), statement)
        return self.in_order(subject, found)

    def in_order(self, subject: Subject, found: Mapping[Line, Statement | Door]) -> list[Statement | Door]:
        """Lines through which a subject comes in, those that the boot took first at the top, then by file."""
        first = {
            (module.importer.file, module.importer.line): number
            for number, module in reversed(list(enumerate(self.subjects.imported(subject))))
            if module.importer is not None
        }
        return [found[line] for line in sorted(found, key=lambda line: (first.get(line, len(first)), line))]

    def door(self, entry: Statement | Door) -> Door:
        """An import statement as a door."""
        if isinstance(entry, Door):
            return entry
        number = self.subjects.graph.numbers[entry.module]
        owner = self.subjects.owner(number)
        if owner is not None and not self.subjects.is_own(number):
            text = judge(self.directory / entry.file, entry.line).statement
            reason = f"in {owner_name(owner)}, not in your project"
            return make_door(entry, text, Reason.CODE_OF_OTHERS, reason)
        verdict = self.verdicts.of(entry)
        if verdict.kind is Reason.IMPORTED_BY_NAME and (entry.file, entry.line) in self.asking:
            reason = f"makes Django load the URLconf, line {entry.line}: resolve URLs later, or use reverse_lazy()"
            return make_door(entry, "", Reason.ASKS_FOR_URLCONF, reason)
        door = make_door(entry, verdict.statement, verdict.kind, verdict.reason)
        return replace(door, readers=verdict.readers)

    @cached_property
    def asking(self) -> set[Line]:
        """The lines that made Django load the URLconf, by reverse() or the like, while it was set up."""
        spans = list(timeline_spans(self.subjects.profile.timeline))
        names = {self.subjects.graph.names[node] for node in self.subjects.indispensable}
        found = set()
        for span in spans:
            if span.kind == "import" and span.name in names and span.parent >= 0 and spans[span.parent].kind == "phase":
                site = self.subjects.modules[span.name].importer
                if site is not None:
                    found.add((site.file, site.line))
        return found

    def settings_doors(self, node: int) -> Iterator[Door]:
        """The lines of the settings that name what stands at a node; of an app also where none is found."""
        profile = self.subjects.profile
        if node in self.subjects.app_nodes:
            app = next(app for app in profile.apps if app.label == self.subjects.app_nodes[node])
            entry = app.entry or app.name
            reason = f"{entry!r} in INSTALLED_APPS"
            module, file, line = self.settings_line(entry, "INSTALLED_APPS") or (profile.target.settings, "", 0)
            yield Door(module, file, line, "", False, reason, Reason.INSTALLED_APP)
        for row in self.subjects.named.get(node, ()):
            found = self.settings_line(row.value, row.setting)
            if found:
                yield Door(*found, "", False, f"{row.value!r} in {row.setting}", Reason.NAMED_IN_SETTINGS)

    def settings_line(self, text: str, setting: str) -> tuple[str, str, int] | None:
        """Module, file and line where a setting has a string, as far as it can be found."""
        found = []
        for number, module in enumerate(self.subjects.profile.modules):
            if module.phase == "settings" and module.owner.kind in OWN:
                for rank, line in naming_lines(self.directory / module.file, text, setting):
                    found.append((rank, number, -line, module))
        if not found:
            return None
        _, _, line, module = min(found, key=lambda row: row[:3])  # of several in one file the last one stays
        return module.name, module.file, -line

    def lines(self, statements: Iterable[Statement]) -> tuple[Door, ...]:
        """Some statements as doors, each line once: a file may be imported under several names."""
        places = {(statement.file, statement.line): statement for statement in sorted(statements, reverse=True)}
        return tuple(self.door(places[place]) for place in sorted(places))

    def entrances(self, subject: Subject) -> dict[Edge, set[Statement]]:
        """The edges from outside into a subject, with their statements."""
        graph = self.subjects.graph
        edges = {
            (before, node)
            for node in subject.nodes
            for before in graph.predecessors[node] - subject.nodes
            if not (before == ROOT and node in self.subjects.preloaded)
        }
        return {edge: graph.statements.get(edge, set()) for edge in sorted(edges)}

    def lost_when_closed(self, subject: Subject) -> list[int]:
        """
        The nodes that are gone when the project neither imports a subject nor names it in its settings. What no project
        is without, its URLconf and its application, stays.
        """
        closed = [
            edge
            for edge in self.entrances(subject)
            if self.subjects.is_own(edge[0]) and not (edge[0] == ROOT and edge[1] in self.subjects.indispensable)
        ]
        return self.savings.lost(closed=closed)

    def taken_along(self, subject: Subject, lost: Iterable[int]) -> tuple[int, int]:
        """How many of the project's modules outside a subject are among those that are lost, and how many there are."""
        others = {node for node in self.subjects.graph.numbers.values() if self.subjects.is_own(node)} - subject.nodes
        return len(others.intersection(lost)), len(others)

    def needed_by(self, subject: Subject, lost: Iterable[int]) -> tuple[str, ...]:
        """The packages that import what is left of a subject without the project's doors."""
        gone = set(lost)
        needing: dict[str, None] = {}
        for before, node in self.entrances(subject):
            owner = self.subjects.owner(before)
            if node not in gone and before not in gone and owner is not None and owner.kind not in OWN:
                needing[owner_name(owner)] = None
        return tuple(needing)

    def fewest(self, subject: Subject) -> set[Statement] | None:
        """
        The fewest of the project's statements that keep a subject out, those that can move first; None for none.

        Modules of it that came in without an import are not asked for: no statement is known that brings them in.
        """

        def weigh(statement: Statement) -> int:
            return 1 if self.verdicts.of(statement).deferrable else HEAVY

        def is_cuttable(statement: Statement) -> bool:
            return self.subjects.is_own(self.subjects.graph.numbers[statement.module])

        if subject.nodes not in self.cuts:
            self.cuts[subject.nodes] = smallest_cut(
                self.subjects.graph, subject.nodes - self.subjects.unseen, weigh, is_cuttable
            )
        return self.cuts[subject.nodes]


def make_door(statement: Statement, text: str, kind: Reason, reason: str) -> Door:
    return Door(statement.module, statement.file, statement.line, text, kind.is_movable, reason, kind)
