"""Boots with something beside boots without, in pairs that a machine which wanders slows alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from django_startup.lab.saving import Saving
from django_startup.measure.averages import median, median_error
from django_startup.measure.clocks import own_time
from django_startup.measure.recording import Recording
from django_startup.profile.boots import Total
from django_startup.thresholds import LEAST_PAIRS

MOST_PAIRS = LEAST_PAIRS
FEWEST_PAIRS = 3  # where boots take long
LONG_ENOUGH = 30.0  # seconds


class Pair(NamedTuple):
    """
    A boot without and a boot with something.

    Attributes:
        ratio: The CPU time with over that without.
        without_ns: The waiting without.
        with_ns: The waiting with it.
    """

    ratio: float
    without_ns: int
    with_ns: int


def measure_pairs(make: Callable[[bool], tuple[Recording, Recording]], total: Total) -> Saving:
    """
    What is saved of a total, by pairs that make gives: a boot without and one with, which begin in the other order
    where it is asked to.
    """
    began = own_time.monotonic()
    pairs: list[Pair] = []
    while len(pairs) < MOST_PAIRS and (len(pairs) < FEWEST_PAIRS or own_time.monotonic() - began < LONG_ENOUGH):
        without, with_it = make(bool(len(pairs) % 2))
        pairs.append(pair_of(without, with_it))
    return saving_of(pairs, total)


def pair_of(without: Recording, with_it: Recording) -> Pair:
    return Pair(with_it.cpu_ns / without.cpu_ns, without.waiting_ns, with_it.waiting_ns)


def saving_of(pairs: Sequence[Pair], total: Total) -> Saving:
    """
    What is saved of a total: of its CPU time what pairs say together, of its waiting what even the least of all boots
    without waited for and one with it did not. A busy machine adds to waiting, most where processes are waited for.
    """
    ratios = [pair.ratio for pair in pairs]
    without_ns = min(total.waiting_ns, *(pair.without_ns for pair in pairs))
    waiting_ns = max(0, without_ns - min(pair.with_ns for pair in pairs))
    saving_ns = total.cpu_ns * (1 - median(ratios)) + waiting_ns
    return Saving(round(saving_ns), round(total.cpu_ns * median_error(ratios)))


def saving_of_threes(threes: Sequence[tuple[Recording, Recording, Recording]], total: Total) -> Saving:
    """
    What is saved of a total, by two boots with something and one without between them, all at the same time; once or
    more often.

    The one without is half of both pairs, so that they do not differ by what it was off.
    """
    found = saving_of([pair_of(without, each) for one, without, other in threes for each in (one, other)], total)
    return Saving(found.saving_ns, round(found.error_ns * math.sqrt(3)))
