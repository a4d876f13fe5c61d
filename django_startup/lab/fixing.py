"""Writes fixes into the project's files: those that boots have shown to work, and that pass the tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from django_startup.exceptions import UsageError
from django_startup.lab.bisection import Bisection
from django_startup.lab.edits import Edit, edits_of, texts
from django_startup.lab.own_tests import OwnTests
from django_startup.lab.repository import check_committed
from django_startup.lab.trials import Trials
from django_startup.lab.wanted import Wanted, moving
from django_startup.lab.writing import Writing
from django_startup.measure.target import BootTarget
from django_startup.profile.parts import Fix
from django_startup.profile.profile import StartupProfile
from django_startup.profile.trial import TESTS, RefusedFix, Style

MOST_THREES = 5  # of boots that measure what is to be written
Progress = Callable[[], AbstractContextManager[Callable[[int, int], None]]]


@dataclass(frozen=True, slots=True)
class Fixed:
    """
    What came of it.

    Attributes:
        profile: The profile of the unchanged project; its fixes that were tried are those that are written.
        edits: The files that are changed, by name.
        left_out: What could move and is left where it is.
        small: What could move and saves too little to be written by itself.
        tests: The tests that passed on the changed files; None where none were run.
        changed: Those of the files that were changed while the tests ran, by their names.
        is_part: Whether more was tried than is written: what the trial has shown is about all of it.
    """

    profile: StartupProfile
    edits: tuple[Edit, ...]
    left_out: tuple[RefusedFix, ...]
    small: tuple[Fix, ...] = ()
    tests: OwnTests | None = None
    changed: tuple[str, ...] = ()
    is_part: bool = False

    @property
    def fixes(self) -> list[Fix]:
        return [fix for fix in moving(self.profile) if fix.tried]

    @property
    def proved(self) -> StartupProfile:
        """The profile; where tests have passed with its fixes, these are one more rung."""
        if self.tests is None:
            return self.profile

        def tested(fixes: tuple[Fix, ...]) -> tuple[Fix, ...]:
            return tuple(replace(fix, proof=(*fix.proof, TESTS)) if fix.tried else fix for fix in fixes)

        profile = self.profile
        advice = replace(profile.advice, smaller=tested(profile.advice.smaller))
        trial = replace(profile.trial, rungs=(*profile.trial.rungs, TESTS))
        return replace(profile, fixes=tested(profile.fixes), advice=advice, trial=trial)


class Fixing:
    """
    The fixes of a profile of target, made by a style, from the first trial until they are written.

    timeout is in seconds for each boot. progress gives what is called with the number of boots that are done and that
    there will be. booted_ns is when the project began to be booted, by time.time_ns().
    """

    def __init__(
        self,
        target: BootTarget,
        profile: StartupProfile,
        *,
        names: Sequence[str] = (),
        timeout: float,
        progress: Progress,
        booted_ns: int,
        style: Style = Style.FUNCTION,
    ) -> None:
        self.target = target
        self.timeout = timeout
        self.progress = progress
        self.booted_ns = booted_ns
        self.style = style
        self.wanted = Wanted(profile, target.directory, names, style)
        self.trials: Trials

    def prove(self, *, is_committed: bool = False) -> Fixed:
        """
        Try what is to be written, in boots that see it in place of what is on disk.

        is_committed: whether files with changes that are not committed are refused. Raises UsageError.
        """
        profile = self.wanted.choose()
        if is_committed:
            paths = {(self.target.directory / door.file).resolve() for fix in moving(profile) for door in fix.doors}
            check_committed(paths, self.target.directory)
        with self.progress() as on_boot:
            self.trials = Trials(self.target, profile, timeout=self.timeout, on_boot=on_boot, style=self.style)
            self.trials.most_threes = MOST_THREES
            fixed = Fixed(self.trials.run(), (), tuple(self.wanted.left_out), self.wanted.small)
        if not fixed.profile.trial.saves:
            return fixed
        return replace(fixed, edits=tuple(self.edits(fixed.fixes)))

    def edits(self, fixes: Sequence[Fix]) -> list[Edit]:
        edits = edits_of(fixes, self.target.directory, self.trials.sources)
        for edit in edits:
            if edit.path.stat().st_mtime_ns > self.booted_ns:
                raise UsageError(f"{edit.file} has changed since the project was booted. No file was changed.")
        return edits

    def write(self, tests: OwnTests | None = None, *, is_committed: bool = True) -> Fixed:
        """
        Write what works. With tests, those fixes that fail them are left where they are, and the rest is tried again.

        However this is left, the files are as they were or as they are to be.
        """
        passed: list[Edit] = []
        while True:
            fixed = self.prove(is_committed=is_committed)
            writing = Writing({edit.path: edit.before for edit in fixed.edits}, self.target.directory)
            if tests is None or not fixed.edits or list(fixed.edits) == passed:
                writing.write(texts(fixed.edits))
                return replace(fixed, tests=tests if fixed.edits else None)
            bisection = Bisection(tests, writing, self.edits)
            failed = bisection.run(fixed.fixes, keep=True)
            if failed is None:
                return replace(fixed, tests=tests, changed=tuple(map(writing.name, writing.strange())))
            passed = self.edits(bisection.halves(fixed.fixes, failed))
            for fix, reason in bisection.failing:
                self.wanted.leave(fix, reason)
