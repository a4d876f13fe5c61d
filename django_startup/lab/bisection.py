"""Fixes written for a run of the tests, and the search in halves for those that fail them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django_startup.lab.edits import Edit, texts
from django_startup.lab.own_tests import FailedTests, OwnTests
from django_startup.lab.writing import Writing
from django_startup.measure.interrupts import deferred
from django_startup.profile.parts import Fix

MOST_RUNS = 9  # that look for what fails


class Bisection:
    """
    Runs of tests, with fixes made that edits tells the files of.

    Attributes:
        runs: How many there were.
        failing: Fixes that the tests fail with, each with a sentence without a full stop.
    """

    def __init__(self, tests: OwnTests, writing: Writing, edits: Callable[[Sequence[Fix]], list[Edit]]) -> None:
        self.tests = tests
        self.writing = writing
        self.edits = edits
        self.runs = 0
        self.failing: list[tuple[Fix, str]] = []

    def run(self, fixes: Sequence[Fix], *, keep: bool = False) -> FailedTests | None:
        """The tests with fixes written; None where they pass. Only then, and to keep them, the files stay so."""
        self.runs += 1
        with deferred():
            try:
                self.writing.write(texts(self.edits(fixes)))
                failed = self.tests.run()
            except BaseException:
                self.writing.put_back()
                raise
            if failed or not keep:
                self.writing.put_back()
            return failed

    def halves(self, fixes: Sequence[Fix], failed: FailedTests) -> list[Fix]:
        """Those of some fixes that pass together; all of them have failed."""
        if len(fixes) == 1:
            return self.leave(fixes, "with it", failed)
        if self.runs >= MOST_RUNS:
            return self.leave(fixes, f"with one of {len(fixes)}, and no more runs tell which", failed)
        middle = len(fixes) // 2
        first, second = (self.passing(half) for half in (fixes[:middle], fixes[middle:]))
        if not first or not second:
            return first or second
        together = [*first, *second]
        why = failed if len(together) == len(fixes) else self.run(together)
        if why is None:
            return together
        self.leave(second, "with it and the others", why)
        return first

    def passing(self, fixes: Sequence[Fix]) -> list[Fix]:
        failed = self.run(fixes)
        return list(fixes) if failed is None else self.halves(fixes, failed)

    def leave(self, fixes: Sequence[Fix], when: str, failed: FailedTests) -> list[Fix]:
        self.failing += [(fix, f"{when}, {failed.sentence}") for fix in fixes]
        return []
