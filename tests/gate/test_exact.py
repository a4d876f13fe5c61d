from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from inline_snapshot import snapshot

from django_startup.gate.budgets import Budget, BudgetCheck, Verdict
from django_startup.gate.evidence import GateEvidence
from django_startup.gate.exact import judge_exactly
from django_startup.gate.kinds import BudgetKind
from django_startup.imports.inquiry import Inquiry
from tests.support.budgets import make_baseline
from tests.support.profiles import make_profile


def judge(
    *budgets: Budget, rss: int | None = 100, cold: int = 0, bytecode: int = 100, calls: int = 100
) -> list[BudgetCheck]:
    profile = make_profile()
    profile = replace(profile, total=replace(profile.total, rss_bytes=rss))
    evidence = GateEvidence.__new__(GateEvidence)
    evidence.profile, evidence.inquiry, evidence.cold = profile, Inquiry(profile, Path()), cold
    evidence.baseline = make_baseline(calls=calls, bytecode=bytecode)
    return list(judge_exactly(budgets, evidence))


def test_at_the_limit_is_within() -> None:
    limits = {BudgetKind.CALLS: 100, BudgetKind.MODULES: 1234, BudgetKind.MEMORY: 100, BudgetKind.BYTECODE: 100}
    for change, verdict in ((0, Verdict.WITHIN), (-1, Verdict.OVER)):
        checks = judge(*(Budget(kind, fail=limit + change) for kind, limit in limits.items()))
        assert [(check.value, check.verdict) for check in checks] == [(limit, verdict) for limit in limits.values()]


def test_a_pair_of_limits() -> None:
    (check,) = judge(Budget(BudgetKind.CALLS, fail=200, warn=99))
    assert check.verdict is Verdict.WARN


def test_calls_that_were_not_all_counted() -> None:
    (check,) = judge(Budget(BudgetKind.CALLS, fail=200), calls=0)
    assert (check.verdict, check.value) == (Verdict.UNSURE, None)
    assert check.text == snapshot("counting was interrupted: the project, or a tool in it, called sys.setprofile()")


def test_memory_that_the_system_does_not_tell() -> None:
    (check,) = judge(Budget(BudgetKind.MEMORY, fail=100), rss=None)
    assert (check.verdict, check.value) == (Verdict.UNSURE, None)
    assert check.text == snapshot("this system does not report the memory of a process")


def test_bytecode_that_is_not_there() -> None:
    (check,) = judge(Budget(BudgetKind.BYTECODE, fail=100), bytecode=0, cold=65)
    assert (check.verdict, check.value) == (Verdict.UNSURE, None)
    assert check.text == snapshot("the bytecode of 65 modules cannot be written")


def test_side_effects_of_one_kind() -> None:
    over, within = judge(Budget(BudgetKind.SIDE_EFFECTS, "sql", 1), Budget(BudgetKind.SIDE_EFFECTS, "sql", 2))
    assert (over.verdict, over.value, within.verdict, within.places) == (Verdict.OVER, 2, Verdict.WITHIN, ())
    assert [(place.file, place.line, place.text) for place in over.places] == [
        ("billing/apps.py", 12, "SELECT 1 (ready() of billing)")
    ] * 2


def test_cold_bytecode() -> None:
    (check,) = judge(Budget(BudgetKind.COLD_BYTECODE), cold=3)
    assert (check.verdict, check.text) == (Verdict.OVER, "the bytecode of 3 modules cannot be written")


def test_timed_budgets_are_not_judged() -> None:
    assert judge(Budget(BudgetKind.MAX), Budget(BudgetKind.READY, "billing"), Budget(BudgetKind.BASELINE, "time")) == []
