"""Which of the side effects that a boot waits for are new."""

from __future__ import annotations

from dataclasses import replace

import pytest

from django_startup.gate.baseline import effect_item
from django_startup.gate.new_waits import longer_than, unknown_to
from django_startup.profile.effects import SideEffect
from tests.support.budgets import MS, make_baseline

QUERY = SideEffect("sql", "SELECT 1", "", "ready", "billing", None, "billing/apps.py", 5, "ready", 300 * MS)
SLEEP = replace(QUERY, kind="wait", detail="time.sleep(0.6)", line=6, time_ns=600 * MS)
OTHER = replace(SLEEP, detail="time.sleep(0.5)", line=7, time_ns=500 * MS)


def test_beside_another_revision_what_is_there_or_takes_longer() -> None:
    assert longer_than([QUERY, SLEEP, OTHER], [replace(QUERY, line=1, time_ns=299 * MS), SLEEP]) == [OTHER]
    assert longer_than([QUERY, SLEEP], [replace(QUERY, time_ns=200 * MS), SLEEP]) == [QUERY]
    assert longer_than([SLEEP, replace(SLEEP, line=8)], [SLEEP]) == [SLEEP, replace(SLEEP, line=8)]


@pytest.mark.parametrize(
    ("rows", "more_ms", "new"),
    [
        ([QUERY, SLEEP], 10, [SLEEP]),
        ([SLEEP, OTHER], 1100, [SLEEP, OTHER]),
        ([SLEEP, OTHER], 500, []),
        ([replace(QUERY, detail="SELECT 2"), SLEEP, OTHER], 500, [replace(QUERY, detail="SELECT 2")]),
    ],
)
def test_beside_a_baseline_what_can_be_no_other(rows: list[SideEffect], more_ms: int, new: list[SideEffect]) -> None:
    before = replace(make_baseline(), side_effects=(effect_item(QUERY),))
    assert unknown_to(before, rows, more_ms * MS) == new
