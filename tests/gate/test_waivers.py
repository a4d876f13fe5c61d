from __future__ import annotations

import datetime

import pytest
from inline_snapshot import snapshot

from django_startup.gate.budgets import Verdict, Waiver
from django_startup.gate.kinds import BudgetKind
from django_startup.gate.waivers import make_waiver, unused, waived
from tests.support.budgets import make_check

TODAY = "2027-03-01"
FORBID = make_check(BudgetKind.FORBID, "pandas", value=1, text="pandas is imported")
KEPT = make_check(BudgetKind.FORBID, "pandas", value=0, verdict=Verdict.WITHIN, text="pandas is not imported")


def waiver(until: str = TODAY, item: str = "forbid pandas") -> Waiver:
    return Waiver(item, "#812", until)


def test_until_its_day() -> None:
    (check,) = waived([FORBID], [waiver()], TODAY)
    assert check.verdict is Verdict.WARN
    assert check.text == snapshot("pandas is imported; waived until 2027-03-01: #812")


def test_expired() -> None:
    (check,) = waived([FORBID], [waiver("2027-02-28")], TODAY)
    assert check.verdict is Verdict.OVER
    assert check.text == snapshot("pandas is imported; its waiver expired on 2027-02-28")


def test_a_check_without_text() -> None:
    (check,) = waived([make_check()], [waiver(item="max")], TODAY)
    assert check.text == snapshot("waived until 2027-03-01: #812")


def test_what_is_kept_or_about_something_else_stays() -> None:
    checks = [KEPT, make_check(BudgetKind.FORBID, "numpy"), make_check(verdict=Verdict.UNSURE)]
    assert list(waived(checks, [waiver(), waiver(item="max")], TODAY)) == checks


def test_no_longer_needed() -> None:
    (check,) = unused([KEPT], [waiver()], ())
    assert (check.verdict, check.budget.title) == (Verdict.OVER, "waiver forbid pandas")
    assert check.text == snapshot("forbid pandas is within budget, so its waiver is no longer needed: remove it")


def test_needed_or_not_judged() -> None:
    checks = list(waived([FORBID], [waiver()], TODAY))
    elsewhere = [waiver(item="max"), waiver(item="baseline new-packages"), waiver(item="ready billing")]
    assert list(unused(checks, [waiver(), *elsewhere], ["max", "ready *"])) == []


@pytest.mark.parametrize(
    ("item", "hint"), [("forbid panda", "did you mean 'forbid pandas'?"), ("phase settings", "remove its waiver")]
)
def test_a_budget_that_there_is_not(item: str, hint: str) -> None:
    (check,) = unused([FORBID], [waiver(item=item)], ["max"])
    assert (check.verdict, check.budget.title) == (Verdict.OVER, f"waiver {item}")
    assert check.text == f"there is no budget {item!r}: {hint}"


def test_ninety_days() -> None:
    today = datetime.date(2027, 3, 1)
    assert make_waiver("max", "x", None, today) == Waiver("max", "x", "2027-05-30")
    assert make_waiver("max", "x", "2027-03-01", today).until == "2027-03-01"
