"""What is different between two starts of the same project, and whether it is more than noise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set
from itertools import pairwise
from typing import NamedTuple

from django_startup.banner.start import PackageStart, Start
from django_startup.thresholds import (
    START_FACTOR,
    START_FIRST_SHARE,
    START_LEAST_SHARE,
    START_MOST_SHARE,
    START_NS,
    START_STEPS,
)


class PackageChange(NamedTuple):
    """A distribution that is new or gone, with those that it imported."""

    name: str
    # The time of all of them; None where it is not known.
    self_ns: int | None
    others: tuple[str, ...]
    # FILE:LINE in the project that imported it.
    door: str


class StartChange(NamedTuple):
    """How a start differs from the last one."""

    # 0 where it is within the noise.
    difference_ns: int
    noise_ns: int
    new: tuple[PackageChange, ...]
    gone: tuple[PackageChange, ...]
    # A part and its own difference, if that explains the whole and the packages do not.
    cause: tuple[str, int] | None


def noise(times_ns: Sequence[int]) -> int:
    """
    By how much two starts differ without any reason: three times the usual step from one of the last starts to the next
    (their median), but at least 5 % and at most 25 % of the last; 20 % while there are too few. Never below 50 ms.
    """
    last = times_ns[-1]
    steps = sorted(abs(later - earlier) for earlier, later in pairwise(times_ns))
    if len(steps) < START_STEPS:
        usual = START_FIRST_SHARE * last
    else:
        usual = min(max(START_FACTOR * steps[(len(steps) - 1) // 2], START_LEAST_SHARE * last), START_MOST_SHARE * last)
    return max(START_NS, round(usual))


def compare_starts(now: Start, last: Start, times_ns: Sequence[int]) -> StartChange:
    """times_ns are those of the last starts, the last one's included."""
    noise_ns = noise(times_ns)
    difference = now.time_ns - last.time_ns
    if abs(difference) <= noise_ns:
        difference = 0
    new = changed(now.packages, last.packages)
    gone = changed(last.packages, now.packages)
    return StartChange(difference, noise_ns, new, gone, find_cause(now, last, difference, new, gone))


def changed(here: dict[str, PackageStart], there: dict[str, PackageStart]) -> tuple[PackageChange, ...]:
    """What is here and not there: each with those that it brought, the one that took longest first."""
    new = here.keys() - there.keys()
    together: dict[str, list[str]] = defaultdict(list)
    for name in new:
        together[first_of(name, here, new)].append(name)
    changes = []
    for name, members in together.items():
        members.sort(key=lambda member: (-(here[member].self_ns or 0), member))
        known = [self_ns for member in members if (self_ns := here[member].self_ns) is not None]
        others = tuple(member for member in members if member != name)
        changes.append(PackageChange(name, sum(known) if known else None, others, here[name].door))
    return tuple(sorted(changes, key=lambda change: (-(change.self_ns or 0), change.name)))


def first_of(name: str, packages: dict[str, PackageStart], new: Set[str]) -> str:
    """The one of the new packages by which another came in the end. It was there before, so this ends."""
    bringers = [outer for outer in packages[name].brought_by if outer in new]
    return first_of(bringers[-1], packages, new) if bringers else name


def find_cause(
    now: Start, last: Start, difference: int, new: Sequence[PackageChange], gone: Sequence[PackageChange]
) -> tuple[str, int] | None:
    """The part that makes out at least half of a difference which the packages that came and went leave open."""
    rest = difference - sum(change.self_ns or 0 for change in new) + sum(change.self_ns or 0 for change in gone)
    if not difference or abs(rest) * 2 < abs(difference) or (rest > 0) != (difference > 0):
        return None
    differences = {name: now.parts.get(name, 0) - last.parts.get(name, 0) for name in {*now.parts, *last.parts}}
    for name in now.packages.keys() & last.packages.keys():
        differences[name] = (now.packages[name].self_ns or 0) - (last.packages[name].self_ns or 0)
    sign = 1 if difference > 0 else -1
    name = max(differences, key=lambda name: (sign * differences[name], name), default="")
    if not name or sign * differences[name] * 2 < abs(difference):
        return None
    return name, differences[name]
