"""
A sequential test of whether something became slower.

After each pair of runs, the median of the logarithms of all ratios is compared with the tolerance. As soon as the
tolerance lies outside the bounds of that median, that is the verdict.

The bounds were chosen on recorded boots under eight kinds of load: with 5 to 20 pairs and a tolerance of 5 %, unchanged
code fails in at most 1 of 100 runs, and code that is 10 % slower is found in at least 97.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django_startup.measure.averages import median, median_error
from django_startup.thresholds import LEAST_PAIRS, TOLERANCE


@dataclass(frozen=True, slots=True)
class Estimate:
    """
    By what factor the time changed.

    Attributes:
        factor: the median
        low: its lower bound
        high: its upper bound
        pairs: how many pairs of runs it is made of
    """

    factor: float
    low: float
    high: float
    pairs: int


def estimate(ratios: Sequence[float], baseline: float = 1.0) -> Estimate:
    """The change that ratios show against a baseline ratio; at least one ratio."""
    logs = [math.log(ratio / baseline) for ratio in ratios]
    middle = median(logs)
    half = median_error(logs)
    return Estimate(math.exp(middle), math.exp(middle - half), math.exp(middle + half), len(logs))


def is_slower(found: Estimate, tolerance: float = TOLERANCE) -> bool | None:
    """Whether the change is above the tolerance; None where that takes more pairs."""
    if found.pairs < LEAST_PAIRS:
        return None
    if found.high < 1 + tolerance:
        return False
    if found.low > 1 + tolerance:
        return True
    return None
