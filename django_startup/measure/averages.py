"""
Mean and median. Not those of the module statistics: an app of a project may have that name, and nothing else that a
management command loads would need it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from django_startup.thresholds import LEAST_SIGMA, MAD_TO_SIGMA, MEDIAN_EFFICIENCY, ONE_SIDE_Z


def mean(values: Iterable[float]) -> float:
    """The mean of at least one value."""
    known = list(values)
    return sum(known) / len(known)


def median(values: Iterable[float]) -> float:
    """The median of at least one value; of an even number of values the mean of the two in the middle."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def median_error(values: Sequence[float], least_sigma: float = LEAST_SIGMA) -> float:
    """How far the median of more such values may lie from that of these: half of its interval of 90 %."""
    middle = median(values)
    spread = MAD_TO_SIGMA * median(abs(value - middle) for value in values)
    return ONE_SIDE_Z * MEDIAN_EFFICIENCY * max(spread, least_sigma) / math.sqrt(len(values))
