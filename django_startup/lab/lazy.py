"""
Which imports of a project can be lazy (Python 3.15): the largest set with which it is the same, found by boots.

The first boot makes all lazy. What it loses names modules that must be loaded at start: on the way to each of them in
the import graph imports stay as they are. What is loaded all the same gains nothing and stays, too. The rest is tried
once more, and measured.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from django_startup.imports.graph import ROOT, ImportGraph
from django_startup.imports.inquiry import Inquiry
from django_startup.lab import differences
from django_startup.lab.attempt import Failure
from django_startup.lab.candidates import Candidate
from django_startup.lab.declarations import Declaration, find_declarations
from django_startup.lab.lazy_packages import LazyPackages
from django_startup.lab.saving import Saving
from django_startup.lab.trials import Trials
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget
from django_startup.profile.lazy import LazyImport, LazyImports, LazyKind
from django_startup.profile.profile import StartupProfile
from django_startup.profile.trial import Style
from django_startup.text import quantity, relative_file, short_file


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
        self.loaded: dict[tuple[str, ...], tuple[set[str], dict[str, list[str]]]] = {}

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
        packages = LazyPackages(
            self.target, self.profile, self.inquiry, timeout=self.timeout, on_boot=self.on_more_boots
        )
        everywhere = packages.look()
        return LazyImports(
            asked=True,
            imports=tuple(self.rows(works, forced)),
            boots=self.boots + packages.boots,
            saving_ns=saving.saving_ns,
            error_ns=saving.error_ns,
            modules=len(self.at_start - modules),
            rungs=rungs,
            all_modules=packages.all_modules,
            all_losses=packages.all_losses,
            style=self.sources.style,
            everywhere=everywhere,
        )

    def on_more_boots(self, done: int, planned: int) -> None:
        self.on_boot(self.boots + done, self.boots + planned)

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
        missed = differences.missed_makers(self.profile, self.recording, self.target.directory)
        suspects = [*failure.suspects, *self.on_the_way(missed, candidates)]
        return replace(failure, suspects=tuple(each for each in candidates if each in suspects))

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
        """Those of some lazy imports whose modules are there all the same, each with the reason."""
        loaded, importers = self.loaded.get(key(works), (set(), {}))
        subjects = {candidate.fix.subject for candidate in works}
        return {
            each.candidate.fix.subject: loaded_by_lines(
                importers.get(each.names[-1], []), short_file(each.statement.file)
            )
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
                yield replace(row, kind=LazyKind.FORCED, reason=forced[fix.subject])
            else:
                yield replace(row, saving_ns=savings.total(savings.lost_without({each.statement})))


def loaded_by(recording: Recording, target: BootTarget) -> tuple[set[str], dict[str, list[str]]]:
    """The modules that a boot has loaded, and the lines that import or use each, the one that loaded it first."""
    users: dict[str, dict[str, None]] = defaultdict(dict)
    for span in recording.spans:
        site = span.importer
        if span.kind == "import" and site is not None:
            users[span.name][place(site.file, site.line, target)] = None
    for edge in recording.edges:
        users[edge.target][place(edge.file, edge.line, target)] = None
    return {module.name for module in recording.modules}, {name: list(lines) for name, lines in users.items()}


def place(file: str, line: int, target: BootTarget) -> str:
    return f"{short_file(relative_file(file, target.directory))}:{line}"


def loaded_by_lines(lines: Sequence[str], own: str) -> str:
    """
    Why a module is loaded though its import in the file own is lazy: forced by shop/urls.py:7, if a line of that file
    was the first to use it, else loaded all the same by django/apps/config.py:269 and 2 other lines.
    """
    if not lines:
        return "loaded all the same"
    how = "forced" if lines[0].rpartition(":")[0] == own else "loaded all the same"
    others = f" and {quantity(len(lines) - 1, 'other line')}" if len(lines) > 1 else ""
    return f"{how} by {lines[0]}{others}"


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
