from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from django_startup.gate import cold
from django_startup.gate.budgets import Budget, Verdict
from django_startup.gate.cold import judge_cold
from django_startup.gate.evidence import BootRunner
from django_startup.gate.kinds import BudgetKind
from django_startup.measure.target import BootTarget, Entry, How
from django_startup.profile.cold import ColdStart
from tests.support.profiles import make_cold_start

FULL = make_cold_start()
COLD = replace(FULL, boots=FULL.boots[2:3])
KINDS = (BudgetKind.READ, BudgetKind.FAULTS, BudgetKind.FILES, BudgetKind.COMPILED)
MIB = 2**20


def judge(
    monkeypatch: pytest.MonkeyPatch, start: ColdStart, *budgets: Budget
) -> tuple[list[Any], BootRunner, list[Any]]:
    """The checks as verdict, value and text; the runner, and what it said of the boots."""
    said: list[tuple[int, int]] = []

    class Starter:
        def __init__(self, target: BootTarget, timeout: float, on_boot: Any) -> None:
            self.on_boot = on_boot
            self.boots = 0

        def measure_one(self) -> ColdStart:
            for _ in range(2):
                self.on_boot(self.boots)
                self.boots += 1
            return start

    monkeypatch.setattr(cold, "ColdStarter", Starter)
    runner = BootRunner(
        BootTarget(Entry(How.SCRIPT, "manage.py", "manage.py"), directory=Path()), 9, lambda *boots: said.append(boots)
    )
    runner.boots = 1
    checks = [(check.verdict, check.value, check.text, check.reproduce) for check in judge_cold(budgets, runner)]
    return checks, runner, said


def test_at_the_limit_is_within(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = dict(zip(KINDS, (35 * MIB, 36, 1812, 1021), strict=True))
    for less, verdict in ((0, Verdict.WITHIN), (1, Verdict.OVER)):
        budgets = [Budget(kind, fail=limit - less) for kind, limit in limits.items()]
        checks, runner, said = judge(monkeypatch, COLD, *budgets)
        assert [check[:2] for check in checks] == [(verdict, limit) for limit in limits.values()]
        assert {check[3] for check in checks} == {"python -m django_startup profile --cold" if less else ""}
        assert runner.boots == 3
        assert said == [(1, 3), (2, 3)]
    assert checks[3][2] == snapshot("Django 500, stdlib 300, app billing 200")


def test_there_is_no_boot_for_other_budgets(monkeypatch: pytest.MonkeyPatch) -> None:
    checks, runner, _ = judge(monkeypatch, COLD, Budget(BudgetKind.MODULES))
    assert (checks, runner.boots) == ([], 1)


def test_files_of_other_users(monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = replace(COLD, boots=(replace(COLD.boots[0], needed_bytes=None),))
    (within, over), _, _ = judge(
        monkeypatch, hidden, Budget(BudgetKind.READ, fail=40 * MIB), Budget(BudgetKind.READ, fail=30 * MIB)
    )
    assert within[:3] == snapshot(
        (Verdict.UNSURE, 32505856, "files of other users may have stayed in memory: the system does not say")
    )
    assert over[:2] == (Verdict.OVER, 31 * MIB)


def test_a_system_that_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = replace(COLD, boots=(replace(COLD.boots[0], needed_bytes=None, read_bytes=None, faults=None),))
    budgets = [Budget(kind, fail=5000) for kind in KINDS]
    checks, _, _ = judge(monkeypatch, silent, *budgets)
    assert [check[:2] for check in checks] == [
        (Verdict.UNSURE, None),
        (Verdict.UNSURE, None),
        (Verdict.WITHIN, 1812),
        (Verdict.WITHIN, 1021),
    ]
    assert checks[0][2] == snapshot("this system does not report what a process reads (/proc/self)")


def test_a_system_that_cannot_empty_the_disk_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    warm = replace(COLD, problem="It cannot.")
    (check,), _, _ = judge(monkeypatch, warm, Budget(BudgetKind.FAULTS, fail=5000))
    assert check[:3] == (Verdict.UNSURE, None, "It cannot")
