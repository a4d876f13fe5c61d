"""What fixes save, as it was measured: boots with them beside those without."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from django_startup.compare.comparison import compare
from django_startup.measure.averages import median, median_error
from django_startup.profile.profile import StartupProfile
from django_startup.thresholds import EXACT_SHARE, LEAST_SIGMA


class Saving(NamedTuple):
    """
    By how much a start is shorter, in nanoseconds.

    Attributes:
        saving_ns: By so much.
        error_ns: By how much more or less that may be.
    """

    saving_ns: int = 0
    error_ns: int = 0

    @property
    def is_exact(self) -> bool:
        """Whether it may be off by little of what it is."""
        return self.error_ns <= self.saving_ns * EXACT_SHARE


def saving_between(before: StartupProfile, after: StartupProfile) -> Saving:
    """
    By how much the fastest boot of after is shorter, the machine's drift taken out as in any comparison of profiles;
    with what the boots of either differ by.
    """
    errors = (
        error_ns([boot.time_ns for boot in profile.boots if boot.kind == "recorded"]) for profile in (before, after)
    )
    return Saving(-compare(before, after).difference_ns, round(math.hypot(*errors)))


def error_ns(times: Sequence[int]) -> float:
    """How far the time of a boot may be off that was measured so often, at least once, in nanoseconds."""
    return median_error(times, LEAST_SIGMA * median(times))
