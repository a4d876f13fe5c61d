"""
Which modules need not be loaded at start, whoever imports them: the largest set found by boots (Python 3.15).

The first boot makes every import lazy. What it loses names modules that must be loaded: they, and what is on the way to
them from modules that are loaded, are imported as ever. So is what is loaded all the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from django_startup.imports.evidence import Evidence
from django_startup.imports.graph import ROOT, Statement
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.subjects import SCRIPT
from django_startup.lab import differences
from django_startup.lab.attempt import Failure
from django_startup.lab.beside import Side
from django_startup.lab.candidates import Candidate
from django_startup.lab.lazy_filter import EVERYTHING, shortened, source_of
from django_startup.lab.trials import Trials
from django_startup.measure.ending import Outcome
from django_startup.measure.instructions import DeferredImport, Instructions
from django_startup.measure.target import BootTarget
from django_startup.profile.failure import failure_sentence
from django_startup.profile.lazy import LazySet
from django_startup.profile.parts import Fix
from django_startup.profile.profile import StartupProfile
from django_startup.text import relative_file

ALL_USED = "the start uses every module that it loads"
HERE = "sys"  # any module that is there at the end of a boot


class LazyPackages(Trials):
    """The boots of one profile of target with modules lazy; timeout is in seconds for each."""

    def __init__(
        self,
        target: BootTarget,
        profile: StartupProfile,
        inquiry: Inquiry,
        *,
        timeout: float,
        on_boot: Callable[[int, int], None],
    ) -> None:
        super().__init__(target, profile, timeout=timeout, on_boot=on_boot)
        self.graph = inquiry.subjects.graph
        self.at_start = {module.name for module in profile.modules if module.loaded}
        self.candidates = [candidate_of(module.name, module.file) for module in profile.modules if module.loaded]
        self.loaded: set[str] = set()  # by the last boot that worked
        self.besides: set[str] = set()  # lazy as it is
        self.siblings: dict[Statement, set[int]] = defaultdict(set)
        for (_, target_node), statements in self.graph.statements.items():
            for statement in statements:
                self.siblings[statement].add(target_node)
        self.all_modules: int | None = None
        self.all_losses: tuple[str, ...] = ()

    def look(self) -> LazySet:
        works = self.prove(self.candidates)
        while works:
            left = [candidate for candidate in works if name_of(candidate) not in self.loaded]
            if len(left) == len(works):
                break
            works = self.prove(left)
        if not works:
            return LazySet(reason=self.refused[-1].reason if self.refused else ALL_USED)
        saving = self.measure(works)
        rungs = next(rungs for candidates, rungs in reversed(self.proved) if candidates == works)
        return LazySet(
            names=tuple(self.names(works)),
            modules=len(self.at_start - self.loaded),
            saving_ns=saving.saving_ns,
            error_ns=saving.error_ns,
            rungs=rungs,
        )

    def names(self, candidates: Iterable[Candidate]) -> Iterator[str]:
        return shortened({*map(name_of, candidates), *self.besides}, self.at_start | self.besides)

    def text(self, candidates: Sequence[Candidate]) -> str:
        """What makes candidates lazy."""
        if len(candidates) == len(self.candidates):
            return EVERYTHING
        return source_of(self.names(candidates))

    def instructed(self, candidates: Sequence[Candidate]) -> Instructions:
        names = set(map(name_of, candidates))
        first = [candidate for candidate in candidates if self.is_at_the_border(name_of(candidate), names)]
        return replace(super().instructed(first), first=self.text(candidates))

    def is_at_the_border(self, name: str, names: set[str]) -> bool:
        """Whether a module is imported by one that is not in names itself, which would be where it is first used."""
        node = self.graph.numbers.get(name, ROOT)
        return any(self.graph.names[other] not in names for other in self.graph.predecessors[node])

    def side(self, candidates: Sequence[Candidate]) -> Side:
        return Side(instructions=Instructions(first=self.text(candidates)))

    def edited(self, candidates: Sequence[Candidate]) -> dict[str, bytes]:
        return {}

    def attempt(self, candidates: Sequence[Candidate]) -> Failure | None:
        """As for any fix; what is lazy as it is must be among the names, or it would not be lazy any more."""
        known = len(self.besides)
        failure = super().attempt(candidates)
        is_known = len(self.besides) == known or self.boots >= self.most_boots
        return failure if failure or is_known else super().attempt(candidates)

    def judged(self, candidates: Sequence[Candidate], overlay: dict[str, bytes]) -> Failure | None:
        """As for any fix; what is loaded, what would be missed and what is on the way there cannot be lazy."""
        failure = super().judged(candidates, overlay)
        loaded = {module.name for module in self.recording.modules}
        if len(candidates) == len(self.candidates):
            self.note_everything(loaded)
        else:
            self.besides |= loaded - self.at_start - {SCRIPT}
        if failure is None:
            self.loaded = loaded
            return None
        stay = loaded | (self.needed(loaded, set(map(name_of, candidates))) or self.failing())
        suspects = tuple(each for each in candidates if name_of(each) in stay or each in failure.suspects)
        return replace(failure, suspects=suspects)

    def note_everything(self, loaded: set[str]) -> None:
        """What the boot with every import lazy has shown."""
        ending = self.recording.ending
        if ending is None or ending.outcome is not Outcome.REACHED:
            self.all_losses = (failure_sentence(self.target, self.recording, self.timeout).rstrip("."),)
            return
        registries = Evidence.from_recording(self.recording, self.target.directory).registries
        self.all_modules = len(self.at_start - loaded)
        self.all_losses = tuple(entry.title for entry in differences.lost(self.profile.registries, registries))

    def needed(self, loaded: set[str], lazy: set[str]) -> set[str]:
        """
        The modules that what would be missed comes from, with those on the way to them from what is loaded; where that
        way has not led there, with all that can lead to them.
        """
        found: set[str] = set()
        for module in sorted(differences.missed_makers(self.profile, self.recording, self.target.directory)):
            end = self.graph.numbers.get(module)
            if end is None:
                continue
            way = self.way(end, loaded)
            found |= way if way & lazy else {self.graph.names[node] for node in self.graph.leading_to([end])}
        return found

    def way(self, end: int, loaded: set[str]) -> set[str]:
        """The modules on the shortest way to a node from one that is loaded, with what the same statements import."""
        after: dict[int, int] = {end: end}
        waiting = [end]
        found = {self.graph.names[end]}
        for node in waiting:  # grows while it is walked
            if node == ROOT or self.graph.names[node] in loaded:
                while node != end:
                    edge = node, after[node]
                    nodes = {edge[1]}.union(*(self.siblings[each] for each in self.graph.statements.get(edge, ())))
                    found |= {self.graph.names[each] for each in nodes}
                    node = after[node]
                break
            for other in sorted(self.graph.predecessors[node]):
                if other not in after:
                    after[other] = node
                    waiting.append(other)
        return found

    def failing(self) -> set[str]:
        """What the module imports, and itself, in whose file a boot has failed; nothing where that is not known."""
        file = relative_file(self.recording.failure.file, self.target.directory)
        modules = [module.name for module in self.profile.modules if file and module.file == file]
        nodes = [self.graph.numbers[name] for name in modules if name in self.graph.numbers]
        imported = {self.graph.names[other] for node in nodes for other in self.graph.successors[node]}
        return imported | {self.graph.names[node] for node in nodes}


def candidate_of(name: str, file: str) -> Candidate:
    """A module as something that is tried; at the end of the boot it is imported, as whoever uses it first would."""
    path = Path(file)
    deferred = DeferredImport(HERE, file, 1, f"__import__({name!r})")
    return Candidate(Fix("lazy", name, name, (), 0, 0), {path: frozenset({1})}, frozenset(), (deferred,))


def name_of(candidate: Candidate) -> str:
    return candidate.fix.subject
