"""
Tries the fixes of a profile: the project is booted with them made, in files that only these boots see.

A fix is one only if the project boots with it, registers what it did, and no longer loads what the fix promised to keep
out. What fails is searched for in halves, and is shown with its reason. What is left is measured.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django_startup.compare.comparison import Registration, compare, registrations
from django_startup.imports.evidence import make_registries
from django_startup.imports.inquiry import Inquiry
from django_startup.lab.candidates import Candidate, Sources, find_candidates
from django_startup.lab.source_text import Uneditable
from django_startup.measure.boot import BootKind, boot
from django_startup.measure.ending import Outcome
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget
from django_startup.profile.assemble import boot_times, make_profile
from django_startup.profile.boot_minimums import BootMinimums
from django_startup.profile.effects import Registries, UnreadableRegistry
from django_startup.profile.failure import failure_sentence
from django_startup.profile.parts import Door, Fix
from django_startup.profile.profile import StartupProfile
from django_startup.profile.reasons import Reason
from django_startup.profile.trial import RefusedFix, Trial
from django_startup.text import relative_file, short_file

MOST_BOOTS = 9  # that look for what fails
MEASURED_BOOTS = 3
NAMED = 3  # registrations in a sentence


@dataclass(frozen=True, slots=True)
class Failure:
    """
    Why a boot with fixes made was not what it had to be.

    Attributes:
        reason: A sentence without a full stop.
        suspects: The candidates that it can be traced to; empty where it may be any.
        tried: Whether there was a boot that tried them.
    """

    reason: str
    suspects: tuple[Candidate, ...] = ()
    tried: bool = True


class Trials:
    """The boots that try the fixes of one profile of target; timeout is in seconds for each."""

    def __init__(
        self, target: BootTarget, profile: StartupProfile, *, timeout: float, on_boot: Callable[[int, int], None]
    ) -> None:
        self.target = target
        self.profile = profile
        self.timeout = timeout
        self.on_boot = on_boot
        self.sources = Sources()
        self.boots = 0
        self.refused: list[RefusedFix] = []

    def run(self) -> StartupProfile:
        """The profile with what the trial has shown: fixes that were tried, and those that are none."""
        directory = self.target.directory
        found = list(find_candidates(Inquiry(self.profile, directory), directory, self.sources))
        self.refused += [refused for refused in found if isinstance(refused, RefusedFix)]
        works = self.prove([candidate for candidate in found if isinstance(candidate, Candidate)])
        saving_ns = self.measure(works) if works else 0
        trial = Trial(self.boots, saving_ns, tuple(self.refused))
        tried = [candidate.fix for candidate in works]
        gone = [refused.fix for refused in self.refused]

        def left(fixes: tuple[Fix, ...]) -> tuple[Fix, ...]:
            return tuple(replace(fix, tried=fix in tried) for fix in fixes if fix not in gone)

        advice = replace(self.profile.advice, smaller=left(self.profile.advice.smaller))
        profile = replace(self.profile, fixes=left(self.profile.fixes), advice=advice, trial=trial)
        return with_kept_doors(profile)

    def prove(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Those that work, all of them together."""
        if not candidates:
            return []
        failure = self.attempt(candidates)
        if failure is None:
            return list(candidates)
        if len(candidates) == 1:
            self.refuse(candidates, failure)
            return []
        if self.boots >= MOST_BOOTS:
            count = f"one of {len(candidates)}, and no more boots tell which"
            self.refuse(candidates, replace(failure, reason=f"{count}: {failure.reason}"))
            return []
        if failure.suspects:
            self.refuse(failure.suspects, failure)
            return self.prove([candidate for candidate in candidates if candidate not in failure.suspects])
        half = len(candidates) // 2
        first, second = self.prove(candidates[:half]), self.prove(candidates[half:])
        if not first or not second:
            return first or second
        failure = self.attempt([*first, *second])
        if failure is None:
            return [*first, *second]
        self.refuse(second, failure)
        return first

    def refuse(self, candidates: Sequence[Candidate], failure: Failure) -> None:
        self.refused += [RefusedFix(candidate.fix, failure.reason, failure.tried) for candidate in candidates]

    def attempt(self, candidates: Sequence[Candidate]) -> Failure | None:
        """One boot with candidates made; None where it was as it had to be."""
        try:
            overlay = self.sources.edited(candidates)
        except Uneditable as error:
            return Failure(str(error), tried=False)
        recording = self.boot(BootKind.EVIDENCE, overlay, 1 + MEASURED_BOOTS)
        if recording.ending is None or recording.ending.outcome is not Outcome.REACHED:
            return Failure(failure_sentence(self.target, recording, self.timeout).rstrip("."))
        return (
            self.unseen(candidates, overlay, recording)
            or self.registered(candidates, recording)
            or self.still_there(candidates, recording)
        )

    def unseen(self, candidates: Sequence[Candidate], overlay: Collection[str], recording: Recording) -> Failure | None:
        """A file whose module the boot has loaded without the changes: it was there already, or came in another way."""
        loaded = {os.path.realpath(module.file) for module in recording.modules if module.file}
        for file in sorted(loaded.intersection(overlay).difference(recording.overlaid)):
            suspects = tuple(candidate for candidate in candidates if Path(file) in candidate.lines)
            return Failure(f"{short_file(self.relative(file))} is not loaded by an import", suspects, tried=False)
        return None

    def relative(self, file: str) -> str:
        return relative_file(file, self.target.directory)

    def boot(self, kind: BootKind, overlay: dict[str, bytes], left: int) -> Recording:
        """Boot with an overlay; left is how many boots there will be from this one on if all goes well."""
        self.on_boot(self.boots, self.boots + left)
        self.boots += 1
        return boot(self.target, kind, timeout=self.timeout, overlay=overlay)

    def registered(self, candidates: Sequence[Candidate], recording: Recording) -> Failure | None:
        """What is registered no longer when the target is reached, or besides."""
        for registry, reason in recording.unreadable.items():
            if registry in Registries.__dataclass_fields__:
                return Failure(UnreadableRegistry(registry, reason).sentence)
        before, after = self.profile.registries, make_registries(recording)
        was, becomes = registrations(before, ()), registrations(after, ())
        lost = [entry for entry in was if entry not in becomes]
        if lost:
            makers = {entry.registrar for entry in getattr(before, lost[0].registry) if entry.name == lost[0].name}
            suspects = tuple(candidate for candidate in candidates if candidate.promised & makers)
            return Failure(f"{listed(lost)} would not be registered at start", suspects)
        gained = [entry for entry in becomes if entry not in was]
        return Failure(f"{listed(gained)} would be registered besides") if gained else None

    def still_there(self, candidates: Sequence[Candidate], recording: Recording) -> Failure | None:
        """Something that loads, all the same, most of what a candidate promised to keep out."""
        loaded = {module.name for module in recording.modules}
        costs = {module.name: module.self_ns for module in self.profile.modules}
        for candidate in candidates:
            left = [name for name in candidate.promised & loaded if name in costs]
            if 2 * sum(costs[name] for name in left) > candidate.fix.saving_ns:
                first = min(left, key=lambda name: (-costs[name], name))
                return Failure(f"{first} is loaded all the same{self.importer(recording, left)}", (candidate,))
        return None

    def importer(self, recording: Recording, modules: Sequence[str]) -> str:
        """The line that imports the first of some modules."""
        for span in recording.spans:
            if span.kind == "import" and span.name in modules and span.importer is not None:
                return f", by {short_file(self.relative(span.importer.file))}:{span.importer.line}"
        return ""

    def measure(self, works: Sequence[Candidate]) -> int:
        """By how many nanoseconds a start with some candidates made is shorter, the machine's drift taken out."""
        minimums = BootMinimums()
        times = []
        overlay = self.sources.edited(works)
        for left in range(MEASURED_BOOTS, 0, -1):
            recording = self.boot(BootKind.RECORDED, overlay, left)
            if recording.ending is not None and recording.ending.outcome is Outcome.REACHED:
                minimums.add(recording)
                times.append(boot_times(BootKind.RECORDED, recording))
        if not times:
            return 0
        after = make_profile(self.target, minimums, times)
        return -compare(self.profile, after).difference_ns


def with_kept_doors(profile: StartupProfile) -> StartupProfile:
    """The profile with the doors of its packages that a trial has shown to stay."""
    stay = {(door.file, door.line): refused.sentence for refused in profile.trial.refused for door in refused.fix.doors}

    def kept(door: Door) -> Door:
        sentence = stay.get((door.file, door.line))
        return replace(door, deferrable=False, reason=sentence, kind=Reason.TRIED) if sentence else door

    packages = (replace(package, doors=tuple(map(kept, package.doors))) for package in profile.packages)
    return replace(profile, packages=tuple(packages))


def listed(entries: Sequence[Registration]) -> str:
    """receiver billing.signals.pay (post_save), model shop.Refund and 2 more"""
    more = f" and {len(entries) - NAMED:,} more" if len(entries) > NAMED else ""
    return ", ".join(entry.title for entry in entries[:NAMED]) + more


def try_fixes(
    target: BootTarget, profile: StartupProfile, *, timeout: float, on_boot: Callable[[int, int], None]
) -> StartupProfile:
    """
    Try the fixes of a profile of target that move imports.

    timeout is in seconds for each boot. on_boot is called with the number of boots that are done and the number that
    there will be if all goes well.
    """
    return Trials(target, profile, timeout=timeout, on_boot=on_boot).run()
