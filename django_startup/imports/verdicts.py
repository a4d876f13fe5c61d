"""
Why an import can move, or why it cannot: what the text of its file says (deferral.py), then what the boot has shown.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from django_startup.imports.boot_checks import CHECKS
from django_startup.imports.cycles import Cycles
from django_startup.imports.deferral import Deferral, judge, used_only_in
from django_startup.imports.evaluators import Evaluators
from django_startup.imports.finding import Finding
from django_startup.imports.graph import Statement
from django_startup.imports.holders import RanCode, named
from django_startup.imports.readers.reads import How
from django_startup.imports.readers.search import Reader, Readers, search
from django_startup.imports.readers.sentences import sentence
from django_startup.imports.savings import Savings
from django_startup.imports.subjects import Subjects
from django_startup.imports.uses import Scope
from django_startup.profile.effects import Change, EvaluatedAnnotation, RanFunction
from django_startup.profile.owners import OWN
from django_startup.profile.reasons import Reason

# Before Python 3.12 list, set and dictionary comprehensions have code objects of their own.
COMPREHENSION = re.compile(r"(?:\.<locals>)?\.?<(?:list|set|dict)comp>")


class Verdicts:
    """
    The verdicts on the imports of one profile.

    Attributes:
        subjects: The modules and the import graph of the profile.
        savings: What the boot would do without if some statements were gone.
        directory: The project's, where its files are read from.
    """

    def __init__(self, subjects: Subjects, savings: Savings, directory: Path) -> None:
        self.subjects = subjects
        self.savings = savings
        self.directory = directory
        self.known: dict[Statement, Deferral] = {}
        self.asked: dict[tuple[str, frozenset[str]], tuple[Reader, ...]] = {}
        self.leaning: dict[Statement, tuple[Reader, ...]] = {}

    def of(self, statement: Statement) -> Deferral:
        """The verdict on an import. One that its text lets move stays all the same where a check of CHECKS says so."""
        if statement not in self.known:
            verdict = judge(self.directory / statement.file, statement.line)
            if verdict.deferrable:
                found = self.keeps(statement, verdict)
                if found:
                    verdict = verdict.because(found)
                else:
                    readers = self.read_by(statement, verdict.names, loaded=False)
                    verdict = replace(
                        self.placed(statement, verdict),
                        readers=tuple(sentence(reader, self.directory) for reader in readers),
                    )
            self.known[statement] = verdict
        return self.known[statement]

    def placed(self, statement: Statement, verdict: Deferral) -> Deferral:
        """A verdict that names the functions that can hold the import: not those around them that run at start."""
        if verdict.kind is not Reason.USED_IN_FUNCTIONS:
            return verdict
        ran = self.ran_code.of(statement.file)
        functions = tuple(dict.fromkeys(named(use, ran) for use in verdict.uses))
        reason = used_only_in(functions, in_annotations=bool(verdict.annotations))
        return replace(verdict, functions=functions, reason=reason)

    def keeps(self, statement: Statement, written: Deferral) -> Finding | None:
        """What the boot has shown that keeps an import where it is; None for nothing."""
        return next(filter(None, (check(self, statement, written) for check in CHECKS)), None)

    @cached_property
    def ran_code(self) -> RanCode:
        return RanCode(self.subjects.profile.ran, self.directory)

    @cached_property
    def cycles(self) -> Cycles:
        return Cycles(self.subjects)

    @cached_property
    def readers(self) -> Readers:
        """Who reads what in the project's files, those too that the boot did not load."""
        settings = self.subjects.profile.target.settings
        file = next((file for name, file in self.own_files if name == settings), None)
        return search(os.path.abspath(self.directory), self.own_files, file)

    @cached_property
    def evaluators(self) -> Evaluators:
        return Evaluators(self.readers, self.directory)

    @cached_property
    def own_files(self) -> list[tuple[str, str]]:
        """The names and files of the project's modules that the boot has loaded."""
        loaded = [module for module in self.subjects.profile.modules if module.loaded and module.file]
        return [
            (module.name, os.path.realpath(self.directory / module.file))
            for module in loaded
            if module.owner.kind in OWN
        ]

    @cached_property
    def loaded_files(self) -> frozenset[str]:
        return frozenset(file for _, file in self.own_files)

    def read_by(self, statement: Statement, names: Collection[str], *, loaded: bool) -> list[Reader]:
        """Who reads names that an import binds, in code that the boot has loaded, or in other code."""
        files = self.loaded_files
        asked = str(self.directory / statement.file), frozenset(names)
        if asked not in self.asked:
            self.asked[asked] = self.readers.of(*asked)
        if statement not in self.leaning:
            self.leaning[statement] = tuple(self.leaning_on(statement))
        found = (*self.asked[asked], *self.leaning[statement])
        return [reader for reader in found if (reader.file in files and reader.how is not How.TYPING) is loaded]

    def leaning_on(self, statement: Statement) -> Iterator[Reader]:
        """Who uses modules that only an import brings in, of packages that stay, without importing them."""
        lost = self.savings.lost_without([statement])
        names = {self.subjects.graph.names[node] for node in lost}
        for name in sorted(names):
            package = name.rpartition(".")[0]
            if package and package not in names:
                yield from self.readers.leaning_on(name, str(self.directory / statement.file))

    def keep(self) -> None:
        """Keep what was found out about the project's files for the next time."""
        if "readers" in vars(self):
            self.readers.facts.keep()

    def loss(self, nodes: Iterable[int]) -> str:
        """What one of nodes does to others, which the boot would do without, as a sentence; "" for nothing."""
        names = dict.fromkeys(self.subjects.graph.names[node] for node in nodes)
        for name in names:
            if name in self.registered:
                return f"{name} registers {self.registered[name]}"
        for name in names:
            for change in self.changes.get(name, ()):
                # A part of another package that the boot would do without is imported later, by the rest of it.
                package = change.of.partition(".")[0]
                stays = change.of if package == name.partition(".")[0] else package
                if stays not in names:
                    return f"{name} changes {change.name}"
        return ""

    @cached_property
    def changes(self) -> dict[str, list[Change]]:
        """What each module changes in others, by its name."""
        found: dict[str, list[Change]] = defaultdict(list)
        for change in self.subjects.profile.changes:
            found[change.by].append(change)
        return found

    @cached_property
    def ran(self) -> dict[tuple[str, str], list[RanFunction]]:
        """The functions that ran, by file and qualified name; a comprehension's are the function's around it."""
        found: dict[tuple[str, str], list[RanFunction]] = defaultdict(list)
        for function in self.subjects.profile.ran.functions:
            found[function.file, COMPREHENSION.sub("", function.name)].append(function)
        return found

    @cached_property
    def evaluated(self) -> dict[tuple[str, str], list[EvaluatedAnnotation]]:
        """The names that annotations were evaluated for, by file and name."""
        found: dict[tuple[str, str], list[EvaluatedAnnotation]] = defaultdict(list)
        for evaluated in self.subjects.profile.evaluated:
            found[evaluated.file, evaluated.name].append(evaluated)
        return found

    @cached_property
    def annotation_functions(self) -> dict[str, list[RanFunction]]:
        """From Python 3.14 on: the functions that evaluate annotations, of those that ran, by file."""
        found: dict[str, list[RanFunction]] = defaultdict(list)
        for ran in self.subjects.profile.ran.functions:
            if ran.name.rpartition(".")[2] == "__annotate__":
                found[ran.file].append(ran)
        return found

    def ran_at(self, file: str, scope: Scope, line: int) -> RanFunction | None:
        """What ran of some code, if it came to a line; None where it did not."""
        for ran in self.ran.get((file, scope.name), ()):
            is_this = ran.first_line == scope.first_line or COMPREHENSION.search(ran.name)
            if is_this and ran.reaches(line):
                return ran
        return None

    @cached_property
    def registered(self) -> dict[str, str]:
        """
        What each module registers, by its name: one example for a sentence.

        Not template tags, whose libraries Django loads by itself.
        """
        registries = self.subjects.profile.registries
        found: dict[str, str] = {}
        kinds = {
            "the model": registries.models,
            "the receiver": registries.receivers,
            "the system check": registries.checks,
            "the admin class": registries.admin,
            "the task": registries.celery_tasks,
        }
        for kind, entries in kinds.items():
            for entry in entries:
                found.setdefault(entry.registrar, f"{kind} {entry.name}")
        return found
