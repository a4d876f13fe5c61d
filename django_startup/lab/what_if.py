"""Answers to --what-if: each thing is taken away in boots of its own, then all of them together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from django_startup.exceptions import BootError
from django_startup.imports.collecting import Collections
from django_startup.imports.graph import ROOT
from django_startup.imports.inquiry import Inquiry
from django_startup.lab import differences
from django_startup.lab.attempt import Attempt
from django_startup.lab.beside import Side, boot_sides
from django_startup.lab.candidates import Sources
from django_startup.lab.hypothesis import Hypotheses, Hypothesis, together
from django_startup.lab.pairs import MOST_PAIRS, measure_pairs
from django_startup.lab.places import Places
from django_startup.lab.source_text import Uneditable
from django_startup.measure.boot import BootKind, boot
from django_startup.measure.ending import Outcome
from django_startup.measure.instructions import DeferredImport, Instructions
from django_startup.measure.limits import BEYOND
from django_startup.measure.recording import Recording
from django_startup.measure.side_by_side import shared_processor
from django_startup.measure.target import BootTarget
from django_startup.profile.failure import failure_sentence
from django_startup.profile.owners import OwnerKind
from django_startup.profile.profile import StartupProfile
from django_startup.profile.trial import FIRST_USE
from django_startup.profile.what_if import EditedLine, LostEntry, WhatIf, WhatIfs


def ask_what_if(
    target: BootTarget,
    profile: StartupProfile,
    names: Iterable[str],
    *,
    timeout: float,
    on_boot: Callable[[int, int], None],
) -> StartupProfile:
    """
    A profile of target with what a start would be like without some things. Its evidence boot has gone on behind its
    target.

    timeout is in seconds for each boot. on_boot is called with the number of boots that are done and the number that
    there will be. Raises UsageError where nothing has one of the names.
    """
    return replace(profile, what_if=Experiments(target, profile, timeout, on_boot).run(list(dict.fromkeys(names))))


class Change:
    """
    What is different in the boots of a hypothesis.

    Attributes:
        overlay: The files that they see.
        instructions: What they are told.
        lines: The lines of imports that move, by file.
    """

    def __init__(self, hypothesis: Hypothesis, hypotheses: Hypotheses, entries: dict[str, str]) -> None:
        self.lines: dict[Path, set[int]] = defaultdict(set)
        for statement in hypothesis.statements:
            self.lines[hypotheses.path(statement)].add(statement.line)
        sources = hypotheses.sources
        self.overlay = {str(path): sources.moved(path, lines) for path, lines in self.lines.items()}
        self.instructions = Instructions(
            without_apps=tuple(entries[label] for label in sorted(hypothesis.apps)), collects=hypothesis.collects
        )
        self.statements = {
            statement: sources.statements(statement.module, hypotheses.path(statement), statement.line)
            for statement in sorted(hypothesis.statements)
        }

    @property
    def deferred(self) -> tuple[DeferredImport, ...]:
        return tuple(self.statements.values())


class Experiments:
    """The boots that answer what is asked about one profile of target."""

    def __init__(
        self, target: BootTarget, profile: StartupProfile, timeout: float, on_boot: Callable[[int, int], None]
    ) -> None:
        self.target = target
        self.profile = profile
        self.timeout = timeout
        self.on_boot = on_boot
        self.boots = 0
        self.planned = 0
        self.inquiry = Inquiry(profile, target.directory)
        sources = Sources(ran=self.inquiry.verdicts.ran_code.by_path())
        self.hypotheses = Hypotheses(self.inquiry, target.directory, sources)
        self.places = Places(profile, target.directory)
        self.entries = {app.label: app.entry or app.name for app in profile.apps}

    def run(self, names: Sequence[str]) -> WhatIfs:
        asked = [self.hypotheses.find(name) for name in names]
        possible = [hypothesis for hypothesis in asked if not hypothesis.problem]
        each = 1 + 2 * MOST_PAIRS
        self.planned = each * (len(possible) + (len(possible) > 1))
        alone = [self.answer(hypothesis) for hypothesis in asked]
        worked = [one for one, answer in zip(asked, alone, strict=True) if answer.measured]
        all_together = None
        if len(worked) > 1:
            all_together = self.answer(together(worked))
        self.inquiry.verdicts.keep()
        return WhatIfs(tuple(alone), all_together, self.boots)

    def answer(self, hypothesis: Hypothesis) -> WhatIf:
        """Estimate and measurement."""
        answer = WhatIf(
            name=hypothesis.name,
            how=hypothesis.how,
            problem=hypothesis.problem,
            estimate_ns=self.estimate(hypothesis),
            before_ns=self.profile.total.time_ns,
        )
        if hypothesis.problem:
            return answer
        try:
            change = Change(hypothesis, self.hypotheses, self.entries)
            instructions = replace(
                change.instructions, beyond=BEYOND, rungs=self.profile.reached, deferred=change.deferred
            )
            recording = self.boot(BootKind.EVIDENCE, change.overlay, instructions)
        except Uneditable as error:
            return replace(answer, problem=str(error))
        except SyntaxError as error:
            return replace(answer, problem=f"a changed file could not be compiled ({error.msg})")
        problem = self.problem(hypothesis, change, recording)
        if problem:
            return replace(answer, problem=problem)
        answer = self.seen(answer, hypothesis, change, recording)
        try:
            saving = measure_pairs(lambda reverse: self.pair(change, reverse, recording), self.profile.total)
        except BootError as error:
            return replace(answer, problem=str(error).rstrip("."))
        return replace(answer, measured=True, saving_ns=saving.saving_ns, error_ns=saving.error_ns)

    def estimate(self, hypothesis: Hypothesis) -> int:
        """What the graph says, with the garbage collections that go with it."""
        savings, graph = self.inquiry.savings, self.inquiry.subjects.graph
        closed = [
            edge
            for statement in hypothesis.statements
            for edge in savings.edges_by[statement]
            if graph.statements[edge] <= hypothesis.statements
        ]
        closed += [(ROOT, graph.apps[label]) for label in hypothesis.apps if label in graph.apps]
        lost = savings.lost(closed=closed, removed=hypothesis.nodes)
        collections = (
            Collections(self.profile, graph).share_ns(lost) if hypothesis.collects else self.profile.gc.pause_ns
        )
        return savings.total(lost) + collections

    def problem(self, hypothesis: Hypothesis, change: Change, recording: Recording) -> str:
        """Why a boot is no answer, as a sentence without a full stop; "" where it is one."""
        if recording.ending is None or recording.ending.outcome is not Outcome.REACHED:
            return failure_sentence(self.target, recording, self.timeout).rstrip(".")
        unseen = self.attempt(recording).unseen(change.overlay)
        if unseen:
            return unseen.reason
        stays = sorted(hypothesis.apps & {app.label for app in recording.apps})
        return f"the app {stays[0]} is installed all the same" if stays else ""

    def attempt(self, recording: Recording) -> Attempt:
        return Attempt(self.target, self.profile, [], recording, self.timeout)

    def seen(self, answer: WhatIf, hypothesis: Hypothesis, change: Change, recording: Recording) -> WhatIf:
        """What the evidence boot has shown."""
        attempt = self.attempt(recording)
        late = differences.late(recording.late)
        lost = [
            LostEntry(entry.registry, entry.title, *self.places.of(entry), entry in late)
            for entry in differences.lost(self.profile.registries, attempt.evidence.registries)
        ]
        loaded = attempt.loaded.keys()
        before = next((boot.modules for boot in self.profile.boots if boot.kind == "evidence"), len(loaded))
        found = [text for _, text in differences.missed_rungs(self.profile.rungs, attempt.evidence.rungs)]
        failed = [*differences.failed_imports(recording, self.target.directory)]
        found += [
            f"importing it at the first use fails: {problem} ({attempt.shown(file)}:{line})"
            for (file, line), problem in failed
        ]
        found += [f"does more at start: {text}" for text in attempt.more_effects]
        return replace(
            answer,
            modules=before - len(loaded),
            memory_bytes=self.memory(attempt),
            packages=tuple(self.packages_without(loaded)),
            edited=tuple(
                EditedLine(statement.file, statement.line, deferred.statement)
                for statement, deferred in change.statements.items()
            ),
            rungs=tuple(rung for rung in attempt.rungs if rung != FIRST_USE or not failed),
            differences=tuple(found),
            lost=tuple(lost),
        )

    def memory(self, attempt: Attempt) -> int | None:
        """How much less memory the phases have added than in the evidence boot of the profile."""
        before = [phase.rss_bytes for phase in self.profile.phases if phase.rss_bytes is not None]
        after = attempt.evidence.phase_bytes
        return sum(before) - sum(after.values()) if before and after else None

    def packages_without(self, loaded: Iterable[str]) -> list[str]:
        """The packages none of whose modules are there any more."""
        left = set(loaded)
        modules: dict[str, set[str]] = defaultdict(set)
        for module in self.profile.modules:
            if module.owner.kind is OwnerKind.PACKAGE and module.loaded:
                modules[module.owner.name].add(module.name)
        order = [package.name for package in self.profile.packages]
        return [name for name in order if modules[name] and not modules[name] & left]

    def boot(self, kind: BootKind, overlay: dict[str, bytes], instructions: Instructions) -> Recording:
        self.count(1)
        return boot(self.target, kind, timeout=self.timeout, overlay=overlay, instructions=instructions)

    def count(self, boots: int) -> None:
        self.on_boot(self.boots, max(self.planned, self.boots + boots))
        self.boots += boots

    def pair(self, change: Change, reverse: bool, evidence: Recording) -> tuple[Recording, Recording]:
        """A boot without and one with it, on one processor where waiting can be told there, too. Raises BootError."""
        self.count(2)
        is_shareable = evidence.run_queue_known and self.target.may_run_twice
        processor = shared_processor() if is_shareable else None
        side = Side(change.overlay, change.instructions)
        sides = [side.without, side][:: -1 if reverse else 1]
        recordings = boot_sides(self.target, sides, timeout=self.timeout, processor=processor)
        one, other = recordings[:: -1 if reverse else 1]
        return one, other
