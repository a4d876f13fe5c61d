"""
What the project did when it was booted with its fixes made, as a profile holds it. Plain values.

Durations are integer nanoseconds (…_ns).
"""

from __future__ import annotations

from dataclasses import dataclass

from django_startup.profile.parts import Fix

UNTRIED = "the fixes were not tried"


@dataclass(frozen=True, slots=True)
class RefusedFix:
    """
    A fix that was worked out and turned out to be none.

    Attributes:
        fix: What would have been changed.
        reason: What happened when it was tried, or why it could not be, as a sentence without a full stop.
    """

    fix: Fix
    reason: str

    @property
    def sentence(self) -> str:
        """Why its lines stay, without a full stop."""
        return f"tried, and not possible: {self.reason}"


@dataclass(frozen=True, slots=True)
class Trial:
    """
    The boots with the fixes made, in copies of the files that only these boots saw.

    Attributes:
        problem: Why nothing was tried, as a sentence without a full stop; empty where something was.
        boots: How many boots it took.
        saving_ns: By how much the start was shorter with all fixes made that are shown as tried; 0 for none.
        estimate_ns: What had been worked out for these.
        refused: The fixes that are none.
    """

    problem: str = UNTRIED
    boots: int = 0
    saving_ns: int = 0
    estimate_ns: int = 0
    refused: tuple[RefusedFix, ...] = ()
