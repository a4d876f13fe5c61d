"""Boots with something beside boots without, in pairs that a machine which wanders slows alike."""

from __future__ import annotations

import math
from collections.abc import Callable
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
        waiting_ns: By how much less the boot with it waited.
    """

    ratio: float
    waiting_ns: int


def measure_pairs(make: Callable[[bool], tuple[Recording, Recording]], total: Total) -> Saving:
    """
    What is saved of a total, by pairs that make gives: a boot without and one with, which begin in the other order
    where it is asked to.
    """
    began = own_time.monotonic()
    pairs: list[Pair] = []
    while len(pairs) < MOST_PAIRS and (len(pairs) < FEWEST_PAIRS or own_time.monotonic() - began < LONG_ENOUGH):
        without, with_it = make(bool(len(pairs) % 2))
        pairs.append(Pair(with_it.cpu_ns / without.cpu_ns, without.waiting_ns - with_it.waiting_ns))
    return saving_of(pairs, total)


def saving_of(pairs: list[Pair], total: Total) -> Saving:
    """What is saved of a total's CPU time and waiting."""
    ratios, waits = [pair.ratio for pair in pairs], [pair.waiting_ns for pair in pairs]
    errors = total.cpu_ns * median_error(ratios), median_error(waits, 0.0)
    saving = total.cpu_ns * (1 - median(ratios)) + median(waits)
    return Saving(round(saving), round(math.hypot(*errors)))
