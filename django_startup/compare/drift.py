"""How much faster or slower a machine was, told by the modules that two profiles have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django_startup.measure.averages import median
from django_startup.profile.owners import THIRD_PARTY
from django_startup.profile.profile import StartupProfile
from django_startup.thresholds import DRIFT_MODULE_NS, DRIFT_MODULES, DRIFT_SHARE


class Drift(NamedTuple):
    """
    How the times of modules that did not change differ.

    Attributes:
        factor: By which they took longer: the median.
        scatter: How far a typical one lies from it, as a share.
        modules: How many they are.
    """

    factor: float
    scatter: float
    modules: int

    @property
    def is_worth_a_word(self) -> bool:
        return abs(self.factor - 1) >= DRIFT_SHARE

    def corrected_ns(self, time_ns: int, waiting_ns: int) -> int:
        """What a time of before would be at the speed of now, in nanoseconds. Waiting does not change with that."""
        return round((time_ns - waiting_ns) * self.factor) + waiting_ns


def find_drift(before: StartupProfile, after: StartupProfile) -> Drift:
    """
    The drift from one profile to the next.

    It is 1 where too few modules are left to tell, and where the Python is another one, which is to be told itself.
    """
    if before.environment.python != after.environment.python:
        return Drift(1.0, 0.0, 0)
    old = dict(unchanging(before))
    ratios = [self_ns / old[key] for key, self_ns in unchanging(after) if key in old]
    if len(ratios) < DRIFT_MODULES:
        return Drift(1.0, 0.0, len(ratios))
    factor = median(ratios)
    return Drift(factor, median(abs(ratio / factor - 1) for ratio in ratios), len(ratios))


def unchanging(profile: StartupProfile) -> Iterator[tuple[tuple[str, str], int]]:
    """Name and version of the modules that are not the project's, with their self times."""
    versions = {package.name: package.version for package in profile.packages}
    for module in profile.modules:
        if module.owner.kind in THIRD_PARTY and module.self_ns >= DRIFT_MODULE_NS and module.thread is None:
            yield (module.name, versions.get(module.owner.name, "")), module.self_ns
