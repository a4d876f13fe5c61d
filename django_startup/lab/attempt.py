"""One boot with fixes made: whether it was as it had to be, and if not, which of them is to blame."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django_startup.imports.evidence import Evidence
from django_startup.lab import differences
from django_startup.lab.blame import blame
from django_startup.lab.candidates import Candidate
from django_startup.measure.ending import Outcome
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget
from django_startup.profile.failure import failure_sentence
from django_startup.profile.profile import StartupProfile
from django_startup.profile.trial import FIRST_USE
from django_startup.text import relative_file, short_file


@dataclass(frozen=True, slots=True)
class Failure:
    """
    Why a boot with fixes made was not what it had to be.

    Attributes:
        reason: A sentence without a full stop.
        suspects: The candidates that it can be traced to; empty where it may be any.
        tried: Whether there was a boot that tried them.
        near: The candidates to try by themselves first: they change what an exception speaks of; empty for none.
    """

    reason: str
    suspects: tuple[Candidate, ...] = ()
    tried: bool = True
    near: tuple[Candidate, ...] = ()


class Attempt:
    """What an evidence boot of target with candidates made recorded, beside the profile of the boots without them."""

    def __init__(
        self,
        target: BootTarget,
        profile: StartupProfile,
        candidates: Sequence[Candidate],
        recording: Recording,
        timeout: float,
    ) -> None:
        self.target = target
        self.profile = profile
        self.candidates = candidates
        self.recording = recording
        self.timeout = timeout

    @cached_property
    def evidence(self) -> Evidence:
        return Evidence.from_recording(self.recording, self.target.directory)

    @cached_property
    def loaded(self) -> dict[str, str]:
        """The files of the modules that are there, by their names."""
        return {module.name: module.file for module in self.recording.modules}

    def failure(self, overlay: Collection[str]) -> Failure | None:
        """What was not as it had to be; None where all was. overlay are the files that were changed."""
        ending = self.recording.ending
        if ending is None or ending.outcome is not Outcome.REACHED:
            sentence = failure_sentence(self.target, self.recording, self.timeout).rstrip(".")
            return self.raised(sentence, self.recording.failure.text, self.recording.failure.file)
        checks: tuple[Callable[[], Failure | None], ...] = (
            lambda: self.unseen(overlay),
            self.registered,
            self.still_there,
            self.side_effects,
            self.state,
            self.missed,
            self.first_use,
        )
        return next(filter(None, (check() for check in checks)), None)

    @property
    def rungs(self) -> tuple[str, ...]:
        """How far the boot came, as Trial.rungs has it."""
        until = str(self.target.until)
        reached = {*self.profile.reached} - {until}
        behind = (rung.name for rung in self.evidence.rungs if rung.name in reached)
        return (until, *behind, *([FIRST_USE] if self.recording.deferred else []))

    def unseen(self, overlay: Collection[str]) -> Failure | None:
        """A file whose module the boot has loaded without the changes: it was there already, or came in another way."""
        loaded = {os.path.realpath(file) for file in self.loaded.values() if file}
        for file in sorted(loaded.intersection(overlay).difference(self.recording.overlaid)):
            suspects = tuple(candidate for candidate in self.candidates if Path(file) in candidate.lines)
            return Failure(f"{self.shown(file)} is not loaded by an import", suspects, tried=False)
        return None

    def shown(self, file: str) -> str:
        return short_file(relative_file(file, self.target.directory))

    def registered(self) -> Failure | None:
        """What is registered no longer when the target is reached, or besides."""
        reason = differences.unreadable(self.recording)
        if reason:
            return Failure(reason)
        before, after = self.profile.registries, self.evidence.registries
        lost = differences.lost(before, after)
        late = differences.late(self.recording.late)
        if lost:
            makers = {entry.registrar for entry in getattr(before, lost[0].registry) if entry.name == lost[0].name}
            suspects = tuple(candidate for candidate in self.candidates if candidate.promised & makers)
            if all(entry in late for entry in lost):
                return Failure(differences.at_first_use(lost), suspects or self.movers(late[entry] for entry in lost))
            return Failure(f"{differences.titles(lost)} would not be registered at start", suspects)
        gained = differences.lost(after, before)
        return Failure(f"{differences.titles(gained)} would be registered besides") if gained else None

    def movers(self, places: Iterable[tuple[str, int]]) -> tuple[Candidate, ...]:
        """The candidates that move an import on one of some lines."""
        known = {(Path(file), line) for file, line in places}
        return tuple(
            candidate
            for candidate in self.candidates
            if any((file, line) in known for file, lines in candidate.lines.items() for line in lines)
        )

    def still_there(self) -> Failure | None:
        """Something that loads, all the same, most of what a candidate promised to keep out."""
        costs = {module.name: module.self_ns for module in self.profile.modules}
        for candidate in self.candidates:
            left = [name for name in candidate.promised & self.loaded.keys() if name in costs]
            if 2 * sum(costs[name] for name in left) > candidate.fix.saving_ns:
                first = min(left, key=lambda name: (-costs[name], name))
                return Failure(f"{first} is loaded all the same{self.importer(left)}", (candidate,))
        return None

    def importer(self, modules: Sequence[str]) -> str:
        """The line that imports the first of some modules."""
        for span in self.recording.spans:
            if span.kind == "import" and span.name in modules and span.importer is not None:
                return f", by {self.shown(span.importer.file)}:{span.importer.line}"
        return ""

    def side_effects(self) -> Failure | None:
        """What the boot does besides."""
        more = self.more_effects
        return Failure(f"it would do more at start: {differences.listed(more)}") if more else None

    @property
    def more_effects(self) -> list[str]:
        return differences.more_effects(self.profile.side_effects, self.evidence.side_effects)

    def state(self) -> Failure | None:
        """What is not changed any more in modules that stay."""
        for change in differences.lost_changes(self.profile, self.evidence, self.loaded):
            suspects = tuple(candidate for candidate in self.candidates if change.by in candidate.promised)
            return Failure(f"{change.by} would not change {change.name} at start", suspects)
        return None

    def missed(self) -> Failure | None:
        """A rung behind the target that is not reached any more, or where the system checks say something else."""
        for name, sentence in differences.missed_rungs(self.profile.rungs, self.evidence.rungs):
            rung = self.recording.rungs.get(name)
            return self.raised(sentence, rung.text, rung.file) if rung else Failure(sentence)
        return None

    def raised(self, sentence: str, text: str, file: str) -> Failure:
        """A failure that an exception with a text, raised in a file, has made."""
        files = {module.name: str(self.target.directory / module.file) for module in self.profile.modules}
        named, near = blame(text, file, self.candidates, files)
        return Failure(sentence, named, near=near)

    def first_use(self) -> Failure | None:
        """Deferred imports that fail behind the target, or register something only there."""
        for place, problem in differences.failed_imports(self.recording, self.target.directory):
            return Failure(f"importing it at the first use fails: {problem}", self.movers([place]))
        late = differences.late(self.recording.late)
        return Failure(differences.at_first_use(late), self.movers(late.values())) if late else None
