"""
Tries the fixes of a profile: the project is booted with them made, in files that only these boots see.

A fix is one only if the project boots with it as far as it did, to its target and behind that to the system checks and
to its applications, registers and does what it did, and no longer loads what the fix promised to keep out. What fails
is searched for in halves, and is shown with its reason. What is left is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from django_startup.exceptions import BootError
from django_startup.imports.holders import RanCode
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.moves import made_lazy
from django_startup.lab.attempt import Attempt, Failure
from django_startup.lab.beside import Side, boot_sides
from django_startup.lab.candidates import Candidate, Sources, find_candidates
from django_startup.lab.pairs import LONG_ENOUGH, saving_of_threes
from django_startup.lab.saving import Saving, saving_between
from django_startup.lab.source_text import Uneditable
from django_startup.measure.boot import BootKind, boot
from django_startup.measure.clocks import own_time
from django_startup.measure.ending import Outcome
from django_startup.measure.instructions import NOTHING_SPECIAL, Instructions
from django_startup.measure.limits import BEYOND
from django_startup.measure.recording import Recording
from django_startup.measure.side_by_side import shared_processor
from django_startup.measure.target import BootTarget
from django_startup.profile.assemble import boot_times, make_profile
from django_startup.profile.boot_minimums import BootMinimums
from django_startup.profile.parts import Door, Fix
from django_startup.profile.profile import StartupProfile
from django_startup.profile.reasons import Reason
from django_startup.profile.trial import RefusedFix, Style, Trial

MOST_BOOTS = 9  # that look for what fails
MEASURED_BOOTS = 3
NO_MORE = f"{MOST_BOOTS} boots were not enough to try it"


class Trials:
    """The boots that try the fixes of one profile of target, made by a style; timeout is in seconds for each."""

    def __init__(
        self,
        target: BootTarget,
        profile: StartupProfile,
        *,
        timeout: float,
        on_boot: Callable[[int, int], None],
        style: Style = Style.FUNCTION,
    ) -> None:
        self.target = target
        self.profile = profile
        self.timeout = timeout
        self.on_boot = on_boot
        self.sources = Sources(style, RanCode(profile.ran, target.directory).by_path())
        self.most_boots = MOST_BOOTS
        self.most_threes = 1  # of boots that measure
        self.recording: Recording  # of the last attempt
        self.boots = 0
        self.refused: list[RefusedFix] = []
        self.run_queue_known = False
        self.proved: list[tuple[list[Candidate], tuple[str, ...]]] = []  # what worked, and how far the boot came

    def run(self) -> StartupProfile:
        """The profile with what the trial has shown: fixes that were tried, and those that are none."""
        directory = self.target.directory
        found = list(find_candidates(Inquiry(self.profile, directory), directory, self.sources))
        self.refused += [refused for refused in found if isinstance(refused, RefusedFix)]
        works = self.prove([candidate for candidate in found if isinstance(candidate, Candidate)])
        saving = self.measure(works) if works else Saving()
        rungs = next((rungs for candidates, rungs in self.proved if candidates == works), ())
        trial = Trial(self.boots, saving.saving_ns, saving.error_ns, rungs, tuple(self.refused), self.sources.style)
        tried = [candidate.fix for candidate in works]
        gone = [refused.fix for refused in self.refused]

        def left(fixes: tuple[Fix, ...]) -> tuple[Fix, ...]:
            return tuple(
                replace(self.reworded(fix), tried=fix in tried, proof=rungs if fix in tried else ())
                for fix in fixes
                if fix not in gone
            )

        advice = replace(self.profile.advice, smaller=left(self.profile.advice.smaller))
        profile = replace(self.profile, fixes=left(self.profile.fixes), advice=advice, trial=trial)
        return with_kept_doors(profile)

    def reworded(self, fix: Fix) -> Fix:
        """A fix with the sentence of its style."""
        return made_lazy(fix) if self.sources.style is not Style.FUNCTION else fix

    def prove(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Those that work, all of them together."""
        if not candidates:
            return []
        if self.boots >= self.most_boots:
            self.refuse(candidates, Failure(NO_MORE, tried=False))
            return []
        failure = self.attempt(candidates)
        if failure is None:
            return list(candidates)
        if len(candidates) == 1:
            self.refuse(candidates, failure)
            return []
        if self.boots >= self.most_boots:
            count = f"one of {len(candidates)}, and no more boots tell which"
            self.refuse(candidates, replace(failure, reason=f"{count}: {failure.reason}"))
            return []
        if failure.suspects:
            self.refuse(failure.suspects, failure)
            return self.prove([candidate for candidate in candidates if candidate not in failure.suspects])
        first, second = map(self.prove, split(candidates, failure))
        if not first or not second:
            return first or second
        failure = Failure(NO_MORE, tried=False) if self.boots >= self.most_boots else self.attempt([*first, *second])
        if failure is None:
            return [*first, *second]
        self.refuse(second, failure)
        return first

    def refuse(self, candidates: Sequence[Candidate], failure: Failure) -> None:
        self.refused += [RefusedFix(candidate.fix, failure.reason, failure.tried) for candidate in candidates]

    def attempt(self, candidates: Sequence[Candidate]) -> Failure | None:
        """One boot with candidates made; None where it was as it had to be."""
        try:
            overlay = self.edited(candidates)
            instructions = self.instructed(candidates)
            self.recording = self.boot(BootKind.EVIDENCE, overlay, 1 + MEASURED_BOOTS, instructions)
        except Uneditable as error:
            return Failure(str(error), tried=False)
        except SyntaxError as error:
            return Failure(f"its changed file could not be compiled ({error.msg})", tried=False)
        self.run_queue_known = self.recording.run_queue_known
        return self.judged(candidates, overlay)

    def instructed(self, candidates: Sequence[Candidate]) -> Instructions:
        """What an evidence boot with candidates made is told."""
        deferred = tuple(statement for candidate in candidates for statement in candidate.deferred)
        return Instructions(beyond=BEYOND, rungs=self.profile.reached, deferred=deferred, all_changes=True)

    def side(self, candidates: Sequence[Candidate]) -> Side:
        """What a boot that measures candidates sees and is told."""
        return Side(self.edited(candidates))

    def edited(self, candidates: Sequence[Candidate]) -> dict[str, bytes]:
        """The files with candidates made, by their real paths. Raises Uneditable."""
        return self.sources.edited(candidates)

    def judged(self, candidates: Sequence[Candidate], overlay: dict[str, bytes]) -> Failure | None:
        """Whether the last boot, with candidates made, was as it had to be: None where it was."""
        attempt = Attempt(self.target, self.profile, candidates, self.recording, self.timeout)
        failure = attempt.failure(overlay)
        if failure is None:
            self.proved.append(([*candidates], attempt.rungs))
        return failure

    def boot(
        self,
        kind: BootKind,
        overlay: Mapping[str, bytes],
        left: int,
        instructions: Instructions = NOTHING_SPECIAL,
    ) -> Recording:
        """Boot with an overlay; left is how many boots there will be from this one on if all goes well."""
        self.on_boot(self.boots, self.boots + left)
        self.boots += 1
        return boot(self.target, kind, timeout=self.timeout, overlay=overlay, instructions=instructions)

    def measure(self, works: Sequence[Candidate]) -> Saving:
        """
        By how much a start with some candidates made is shorter: two such boots beside one without, on one processor,
        most_threes times unless fewer tell it exactly, or take long;
        where waiting cannot be told there, or two boots must not run at a time, boots with them, compared with those of
        the profile.
        """
        side = self.side(works)
        processor = shared_processor() if self.run_queue_known and self.target.may_run_twice else None
        if processor is None:
            return self.measure_alone(side)
        sides = [side, side.without, side]
        threes: list[tuple[Recording, Recording, Recording]] = []
        saving = Saving()
        began = own_time.monotonic()
        while len(threes) < self.most_threes and not (threes and saving.is_exact):
            if threes and own_time.monotonic() - began > LONG_ENOUGH:
                break
            self.on_boot(self.boots, self.boots + MEASURED_BOOTS)
            self.boots += MEASURED_BOOTS
            try:
                one, without, other = boot_sides(self.target, sides, timeout=self.timeout, processor=processor)
            except BootError:
                return saving
            threes.append((one, without, other))
            saving = saving_of_threes(threes, self.profile.total)
        return saving

    def measure_alone(self, side: Side) -> Saving:
        """The same by boots with it, one after the other, the machine's drift taken out."""
        minimums = BootMinimums()
        times = []
        for left in range(MEASURED_BOOTS, 0, -1):
            recording = self.boot(BootKind.RECORDED, side.overlay, left, side.instructions)
            if recording.ending is not None and recording.ending.outcome is Outcome.REACHED:
                minimums.add(recording)
                times.append(boot_times(BootKind.RECORDED, recording))
        if not times:
            return Saving()
        return saving_between(self.profile, make_profile(self.target, minimums, times))


def split(candidates: Sequence[Candidate], failure: Failure) -> tuple[Sequence[Candidate], Sequence[Candidate]]:
    """Those that all have failed together: without those that are near to it, and these; where none are, halves."""
    if failure.near:
        return [each for each in candidates if each not in failure.near], failure.near
    half = len(candidates) // 2
    return candidates[:half], candidates[half:]


def with_kept_doors(profile: StartupProfile) -> StartupProfile:
    """The profile with the doors of its packages that a trial has shown to stay."""
    stay = {(door.file, door.line): refused.sentence for refused in profile.trial.refused for door in refused.fix.doors}

    def kept(door: Door) -> Door:
        sentence = stay.get((door.file, door.line))
        return replace(door, deferrable=False, reason=sentence, kind=Reason.TRIED) if sentence else door

    packages = (replace(package, doors=tuple(map(kept, package.doors))) for package in profile.packages)
    return replace(profile, packages=tuple(packages))


def try_fixes(
    target: BootTarget,
    profile: StartupProfile,
    *,
    timeout: float,
    on_boot: Callable[[int, int], None],
    style: Style = Style.FUNCTION,
) -> StartupProfile:
    """
    Try the fixes of a profile of target that move imports, by a style. Its evidence boot has gone on behind its target.

    timeout is in seconds for each boot. on_boot is called with the number of boots that are done and the number that
    there will be if all goes well.
    """
    return Trials(target, profile, timeout=timeout, on_boot=on_boot, style=style).run()
