"""
Tries the fixes of a profile: the project is booted with them made, in files that only these boots see.

A fix is one only if the project boots with it, registers what it did, and no longer loads what the fix promised to keep
out. What fails is searched for in halves, and is shown with its reason. What is left is measured.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

from django_startup.compare.drift import find_drift
from django_startup.imports.evidence import make_registries
from django_startup.imports.inquiry import Inquiry
from django_startup.lab.candidates import Candidate, edit, find_candidates
from django_startup.lab.source_text import Uneditable
from django_startup.measure.boot import BootKind, boot
from django_startup.measure.ending import Outcome
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget
from django_startup.profile.assemble import boot_times, make_profile
from django_startup.profile.boot_minimums import BootMinimums
from django_startup.profile.effects import Registries, RegistryEntry
from django_startup.profile.failure import failure_sentence
from django_startup.profile.parts import Door, Fix
from django_startup.profile.profile import StartupProfile
from django_startup.profile.reasons import Reason
from django_startup.profile.trial import RefusedFix, Trial
from django_startup.text import relative_file, short_file

MOST_BOOTS = 9  # that look for what fails
MEASURED_BOOTS = 3
NAMED = 3  # registrations in a sentence
NAMES = {
    "models": "model",
    "receivers": "receiver",
    "checks": "system check",
    "admin": "admin class",
    "url_names": "route",
    "template_tags": "template tag",
    "celery_tasks": "task",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """
    Why a boot with fixes made was not what it had to be.

    Attributes:
        reason: A sentence without a full stop.
        suspects: The candidates that it can be traced to; empty where it may be any.
    """

    reason: str
    suspects: tuple[Candidate, ...] = ()


class Trials:
    """The boots that try the fixes of one profile of target; timeout is in seconds for each."""

    def __init__(
        self, target: BootTarget, profile: StartupProfile, *, timeout: float, on_boot: Callable[[int, int], None]
    ) -> None:
        self.target = target
        self.profile = profile
        self.timeout = timeout
        self.on_boot = on_boot
        self.boots = 0
        self.refused: list[RefusedFix] = []

    def run(self) -> StartupProfile:
        """The profile with what the trial has shown: fixes that were tried, and those that are none."""
        found = list(find_candidates(Inquiry(self.profile, self.target.directory), self.target.directory))
        self.refused += [refused for refused in found if isinstance(refused, RefusedFix)]
        works = self.prove([candidate for candidate in found if isinstance(candidate, Candidate)])
        trial = Trial(
            problem="" if found else "there is nothing to try",
            estimate_ns=sum(candidate.fix.saving_ns for candidate in works),
            saving_ns=self.measure(works) if works else 0,
            boots=self.boots,
            refused=tuple(self.refused),
        )
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
        if len(candidates) == 1 or self.boots >= MOST_BOOTS:
            self.refuse(candidates, failure)
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
        self.refused += [RefusedFix(candidate.fix, failure.reason) for candidate in candidates]

    def attempt(self, candidates: Sequence[Candidate]) -> Failure | None:
        """One boot with candidates made; None where it was as it had to be."""
        try:
            overlay = edit(candidates)
        except Uneditable as error:
            return Failure(f"not tried: {error}")
        recording = self.boot(BootKind.EVIDENCE, overlay)
        if recording.ending is None or recording.ending.outcome is not Outcome.REACHED:
            return Failure(failure_sentence(self.target, recording, self.timeout).rstrip("."))
        return (
            self.unseen(candidates, overlay, recording)
            or self.missing(candidates, recording)
            or self.still_there(candidates, recording)
        )

    def unseen(self, candidates: Sequence[Candidate], overlay: Collection[str], recording: Recording) -> Failure | None:
        """A file whose module the boot has loaded without the changes: it was there already, or came in another way."""
        loaded = {os.path.realpath(module.file) for module in recording.modules if module.file}
        for file in sorted(loaded.intersection(overlay).difference(recording.overlaid)):
            suspects = tuple(candidate for candidate in candidates if Path(file) in candidate.lines)
            return Failure(f"not tried: {short_file(self.relative(file))} is not loaded by an import", suspects)
        return None

    def relative(self, file: str) -> str:
        return relative_file(file, self.target.directory)

    def boot(self, kind: BootKind, overlay: dict[str, bytes]) -> Recording:
        self.on_boot(self.boots, self.boots + MEASURED_BOOTS + 1)
        self.boots += 1
        return boot(self.target, kind, timeout=self.timeout, overlay=overlay)

    def missing(self, candidates: Sequence[Candidate], recording: Recording) -> Failure | None:
        """What is registered no longer when the target is reached."""
        before, after = self.profile.registries, make_registries(recording)
        for field in fields(Registries):
            left = Counter((entry.name, entry.of) for entry in getattr(after, field.name))
            gone: list[RegistryEntry] = []
            for entry in getattr(before, field.name):
                left[entry.name, entry.of] -= 1
                if left[entry.name, entry.of] < 0:
                    gone.append(entry)
            if gone:
                modules = {entry.module for entry in gone}
                suspects = tuple(candidate for candidate in candidates if candidate.promised & modules)
                return Failure(f"{counted(gone, NAMES[field.name])} at start", suspects)
        return None

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
        overlay = edit(works)
        for _ in range(MEASURED_BOOTS):
            recording = self.boot(BootKind.RECORDED, overlay)
            if recording.ending is not None and recording.ending.outcome is Outcome.REACHED:
                minimums.add(recording)
                times.append(boot_times(BootKind.RECORDED, recording))
        if not times:
            return 0
        after = make_profile(self.target, minimums, times)
        return round(self.profile.total.time_ns - after.total.time_ns / find_drift(self.profile, after).factor)


def with_kept_doors(profile: StartupProfile) -> StartupProfile:
    """The profile with the doors of its packages that a trial has shown to stay."""
    stay = {(door.file, door.line): refused.sentence for refused in profile.trial.refused for door in refused.fix.doors}

    def kept(door: Door) -> Door:
        sentence = stay.get((door.file, door.line))
        return replace(door, deferrable=False, reason=sentence, kind=Reason.TRIED) if sentence else door

    packages = (replace(package, doors=tuple(map(kept, package.doors))) for package in profile.packages)
    return replace(profile, packages=tuple(packages))


def counted(entries: Sequence[RegistryEntry], kind: str) -> str:
    """The receivers on_save and on_delete would not be registered"""
    names = list(dict.fromkeys(entry.name for entry in entries))
    shown = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED:,} more" if len(names) > NAMED else "")
    return f"the {kind}{'s' if len(names) > 1 else ''} {shown} would not be registered"


def try_fixes(
    target: BootTarget, profile: StartupProfile, *, timeout: float, on_boot: Callable[[int, int], None]
) -> StartupProfile:
    """
    Try the fixes of a profile of target that move imports.

    timeout is in seconds for each boot. on_boot is called with the number of boots that are done and the number that
    there will be if all goes well.
    """
    return Trials(target, profile, timeout=timeout, on_boot=on_boot).run()
