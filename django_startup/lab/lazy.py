"""
Which imports of a project can be lazy (Python 3.15): the largest set with which it is the same, found by boots.

The first boot makes all lazy. What it loses names modules that must be loaded at start: on the way to each of them in
the import graph imports stay as they are. What is loaded all the same gains nothing and stays, too. The rest is tried
once more, and measured.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from django_startup.imports.evidence import Evidence
from django_startup.imports.graph import ROOT, ImportGraph
from django_startup.imports.inquiry import Inquiry
from django_startup.lab import differences
from django_startup.lab.attempt import Failure
from django_startup.lab.candidates import Candidate
from django_startup.lab.declarations import Declaration, find_declarations
from django_startup.lab.saving import Saving
from django_startup.lab.trials import Trials
from django_startup.measure.boot import BootKind, boot
from django_startup.measure.ending import Outcome
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget
from django_startup.profile.failure import failure_sentence
from django_startup.profile.lazy import LazyImport, LazyImports, LazyKind
from django_startup.profile.profile import StartupProfile
from django_startup.profile.trial import Style
from django_startup.text import relative_file, short_file

ALL = {"PYTHON_LAZY_IMPORTS": "all"}


def look_for_lazy(
    target: BootTarget,
    profile: StartupProfile,
    *,
    timeout: float,
    on_boot: Callable[[int, int], None],
    style: Style = Style.LAZY,
) -> StartupProfile:
    """
    A profile of target with the imports of the project that can be lazy, by a style that makes them so. Its evidence
    boot has gone on behind its target, under a Python that has lazy imports.

    timeout is in seconds for each boot. on_boot is called with the number of boots that are done and the number that
    there will be if all goes well.
    """
    inquiry = Inquiry(profile, target.directory)
    declarations = list(find_declarations(inquiry, target))
    trials = LazyTrials(target, profile, inquiry, declarations, timeout=timeout, on_boot=on_boot, style=style)
    return replace(profile, lazy=trials.look())


class LazyTrials(Trials):
    """The boots of one profile of target with declarations lazy; timeout is in seconds for each."""

    def __init__(
        self,
        target: BootTarget,
        profile: StartupProfile,
        inquiry: Inquiry,
        declarations: Sequence[Declaration],
        *,
        timeout: float,
        on_boot: Callable[[int, int], None],
        style: Style = Style.LAZY,
    ) -> None:
        super().__init__(target, profile, timeout=timeout, on_boot=on_boot, style=style)
        self.inquiry = inquiry
        self.declarations = declarations
        self.sources.modules.update({each.path: each.module for each in declarations})
        self.loaded: dict[tuple[str, ...], tuple[set[str], dict[str, str]]] = {}

    def look(self) -> LazyImports:
        works = self.prove([each.candidate for each in self.declarations])
        forced: dict[str, str] = {}
        while True:  # each time there are fewer
            more = {subject: by for subject, by in self.forced(works).items() if subject not in forced}
            forced |= more
            left = [candidate for candidate in works if candidate.fix.subject not in forced]
            if not more or len(left) == len(works):
                break
            works = self.prove(left)
        saving = self.measure(works) if works else Saving()
        modules, _ = self.loaded.get(key(works), (self.at_start, {}))
        rungs = next((rungs for candidates, rungs in self.proved if candidates == works), ())
        boots_of_all, losses = self.everything()
        return LazyImports(
            asked=True,
            imports=tuple(self.rows(works, forced)),
            boots=self.boots,
            saving_ns=saving.saving_ns,
            error_ns=saving.error_ns,
            modules=len(self.at_start - modules),
            rungs=rungs,
            all_modules=boots_of_all,
            all_losses=tuple(losses),
            style=self.sources.style,
        )

    @property
    def at_start(self) -> set[str]:
        """The modules that the start loads as it is."""
        return {module.name for module in self.profile.modules if module.loaded}

    def judged(self, candidates: Sequence[Candidate], overlay: dict[str, bytes]) -> Failure | None:
        """As for any fix; an import on the way to each module that would be missed is to blame."""
        failure = super().judged(candidates, overlay)
        if failure is None:
            self.loaded[key(candidates)] = loaded_by(self.recording, self.target)
            return None
        suspects = [*failure.suspects, *self.on_the_way(self.missed(), candidates)]
        return replace(failure, suspects=tuple(each for each in candidates if each in suspects))

    def missed(self) -> set[str]:
        """The modules that the last boot should have loaded: they register or change what is missing."""
        evidence = Evidence.from_recording(self.recording, self.target.directory)
        loaded = {module.name: "" for module in self.recording.modules}
        before = self.profile.registries
        lost = {(entry.registry, entry.name) for entry in differences.lost(before, evidence.registries)}
        entries = ((name, entry) for name in before.__dataclass_fields__ for entry in getattr(before, name))
        makers = {entry.registrar for name, entry in entries if (name, entry.name) in lost}
        changes = {change.by for change in differences.lost_changes(self.profile, evidence, loaded)}
        return (makers | changes) - loaded.keys()

    def on_the_way(self, modules: Iterable[str], candidates: Sequence[Candidate]) -> list[Candidate]:
        """Of candidates those on the shortest ways to some modules."""
        graph = self.inquiry.subjects.graph
        by_line = {(each.statement.file, each.statement.line): each.candidate for each in self.declarations}
        found: list[Candidate] = []
        for module in sorted(modules):
            for edge in way_to(graph, graph.numbers.get(module, ROOT)):
                lines = sorted((line.file, line.line) for line in graph.statements.get(edge, ()))
                found += [by_line[line] for line in lines if line in by_line][:1]
        return [candidate for candidate in candidates if candidate in found]

    def forced(self, works: Sequence[Candidate]) -> dict[str, str]:
        """Those of some lazy imports whose modules are there all the same, each with the line that loads them."""
        loaded, importers = self.loaded.get(key(works), (set(), {}))
        subjects = {candidate.fix.subject for candidate in works}
        return {
            each.candidate.fix.subject: importers.get(each.names[-1], "")
            for each in self.declarations
            if each.candidate.fix.subject in subjects and loaded.issuperset(each.names)
        }

    def rows(self, works: Sequence[Candidate], forced: dict[str, str]) -> Iterable[LazyImport]:
        refused = {refused.fix: refused for refused in self.refused}
        order = sorted(self.declarations, key=lambda each: (each.statement.file, each.line))
        savings = self.inquiry.savings
        for each in order:
            fix = each.candidate.fix
            row = LazyImport(each.module, each.statement.file, each.line, each.text, each.names[0], LazyKind.LAZY)
            if fix in refused:
                kind = LazyKind.NEEDED if refused[fix].tried else LazyKind.UNKNOWN
                yield replace(row, kind=kind, reason=refused[fix].reason)
            elif fix.subject in forced:
                by = forced[fix.subject]
                yield replace(row, kind=LazyKind.FORCED, reason=f"forced by {by}" if by else "loaded all the same")
            else:
                yield replace(row, saving_ns=savings.total(savings.lost_without({each.statement})))

    def everything(self) -> tuple[int | None, list[str]]:
        """How many modules are gone with all imports lazy, those of packages too, and what is lost with them."""
        self.on_boot(self.boots, self.boots + 1)
        self.boots += 1
        environment = {**(os.environ if self.target.environment is None else self.target.environment), **ALL}
        target = replace(self.target, environment=environment)
        recording = boot(target, BootKind.EVIDENCE, timeout=self.timeout)
        if recording.ending is None or recording.ending.outcome is not Outcome.REACHED:
            return None, [failure_sentence(self.target, recording, self.timeout).rstrip(".")]
        evidence = Evidence.from_recording(recording, self.target.directory)
        lost = differences.lost(self.profile.registries, evidence.registries)
        gone = self.at_start - {module.name for module in recording.modules}
        return len(gone), [entry.title for entry in lost]


def loaded_by(recording: Recording, target: BootTarget) -> tuple[set[str], dict[str, str]]:
    """The modules that a boot has loaded, and the line that imported each first."""
    importers: dict[str, str] = {}
    for span in recording.spans:
        site = span.importer
        if span.kind == "import" and site is not None:
            importers.setdefault(span.name, f"{short_file(relative_file(site.file, target.directory))}:{site.line}")
    return {module.name for module in recording.modules}, importers


def way_to(graph: ImportGraph, node: int) -> list[tuple[int, int]]:
    """The edges of the shortest way from the root to a node; none to the root."""
    before: dict[int, int] = {ROOT: ROOT}
    waiting = [ROOT]
    for one in waiting:  # grows while it is walked
        for other in sorted(graph.successors[one]):
            if other not in before:
                before[other] = one
                waiting.append(other)
    edges = []
    while node != ROOT and node in before:
        edges.append((before[node], node))
        node = before[node]
    return edges


def key(candidates: Sequence[Candidate]) -> tuple[str, ...]:
    return tuple(candidate.fix.subject for candidate in candidates)
