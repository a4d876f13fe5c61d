"""
Mean and median. Not those of the module statistics: an app of a project may have that name, and nothing else that a
management command loads would need it.
"""

from __future__ import annotations

from collections.abc import Iterable


def mean(values: Iterable[float]) -> float:
    """The mean of at least one value."""
    known = list(values)
    return sum(known) / len(known)


def median(values: Iterable[float]) -> float:
    """The median of at least one value; of an even number of values the mean of the two in the middle."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
