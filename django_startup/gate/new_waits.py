"""Which side effects a boot waits for that it did not wait for before, as far as that is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from django_startup.gate.baseline import Baseline, effect_item, waiting_margin
from django_startup.profile.causes import find_causes
from django_startup.profile.effects import SideEffect
from django_startup.thresholds import WORTH_NS


def longer_than(rows: Sequence[SideEffect], before: Iterable[SideEffect]) -> list[SideEffect]:
    """The side effects that were not there before, or took clearly less."""
    more_ns = times_by_item(rows)
    more_ns.subtract(times_by_item(before))
    return [row for row in rows if more_ns[effect_item(row)] >= WORTH_NS]


def unknown_to(before: Baseline, rows: Iterable[SideEffect], more_ns: int) -> list[SideEffect]:
    """
    The side effects that a baseline does not have. It has no waits: these are new where there is one, or where they
    come to no more than the growth of the waiting, in nanoseconds; else nobody knows which of them are.
    """
    rows = [row for row in rows if effect_item(row) not in before.side_effects]
    waits = [row for row in rows if not row.is_repeated]
    if len(find_causes(waits)) > 1 and sum(row.time_ns for row in waits) > more_ns + waiting_margin(more_ns):
        return [row for row in rows if row.is_repeated]
    return rows


def times_by_item(rows: Iterable[SideEffect]) -> Counter[str]:
    """How long side effects take, in nanoseconds, by what they are."""
    times: Counter[str] = Counter()
    for row in rows:
        times[effect_item(row)] += row.time_ns
    return times
