"""
What the project did when it was booted with its fixes made, as a profile holds it. Plain values.

Durations are integer nanoseconds (…_ns).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django_startup.profile.parts import Fix


class Style(StrEnum):
    """
    Where an import goes.

    Attributes:
        FUNCTION: Into the functions that use it, and under TYPE_CHECKING where only annotations do.
        LAZY: It stays, as "lazy import …", which Python 3.15 and later can read.
        LAZY_MODULES: It stays, and __lazy_modules__ above the imports names it: lazy from Python 3.15 on.
    """

    FUNCTION = "function"
    LAZY = "lazy"
    LAZY_MODULES = "lazy-modules"


@dataclass(frozen=True, slots=True)
class RefusedFix:
    """
    A fix that was worked out and turned out to be none.

    Attributes:
        fix: What would have been changed.
        reason: What happened when it was tried, or why it could not be, as a sentence without a full stop.
        tried: Whether it was tried.
    """

    fix: Fix
    reason: str
    tried: bool = True

    @property
    def sentence(self) -> str:
        """Why its lines stay, without a full stop."""
        return f"{'tried, and not possible' if self.tried else 'it cannot be tried'}: {self.reason}"


FIRST_USE = "first-use"
TESTS = "tests"


@dataclass(frozen=True, slots=True)
class Trial:
    """
    The boots with the fixes made, in copies of the files that only these boots saw.

    Attributes:
        boots: How many boots it took; 0 where nothing was tried.
        saving_ns: By how much the start was shorter with all fixes made that are shown as tried.
        error_ns: By how much more or less that may be.
        rungs: How far the project came with them, in this order: the target, checks, wsgi, asgi; first-use where the
            deferred imports were made behind the target, and worked; tests where the project's own passed.
        refused: The fixes that are none.
        style: Where the imports went.
    """

    boots: int = 0
    saving_ns: int = 0
    error_ns: int = 0
    rungs: tuple[str, ...] = ()
    refused: tuple[RefusedFix, ...] = ()
    style: Style = Style.FUNCTION

    @property
    def saves(self) -> bool:
        """Whether the start was shorter by more than the boots differ by."""
        return self.saving_ns > max(0, self.error_ns)
