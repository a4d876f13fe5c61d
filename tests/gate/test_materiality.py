from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from django_startup.exceptions import UsageError
from django_startup.gate.budgets import Materiality, Verdict
from django_startup.gate.declared import declared_budgets, declared_materiality
from django_startup.gate.explain import Costs
from django_startup.gate.kinds import Unit
from django_startup.gate.materiality import bytecode_of, cost_of, without_small
from django_startup.gate.regression import judge_against
from tests.gate.conftest import Change

MIB, MS = 2**20, 1_000_000


@pytest.mark.parametrize(
    ("value", "unit", "limit"),
    [("100ms", Unit.TIME, 100 * MS), ("5MiB", Unit.SIZE, 5 * MIB), (20, Unit.COUNT, 20)],
)
def test_declared(value: Any, unit: Unit, limit: int) -> None:
    table = {"new-imports": value}
    assert declared_materiality(table) == Materiality(unit, limit)
    assert declared_budgets(table) == ()
    assert declared_materiality({}) is None


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("100", "'100' has no unit; write a duration such as 3s, 2500ms or 1m."),
        ("5 XB", "'5 XB' is not an amount of memory such as 350MiB."),
        (True, "True is not a whole number."),
        (-1, "-1 is not a whole number."),
        (["1s"], "['1s'] is not a whole number."),
    ],
)
def test_what_is_no_amount(value: Any, sentence: str) -> None:
    with pytest.raises(UsageError) as error:
        declared_materiality({"new-imports": value})
    assert str(error.value) == f"[tool.django-startup.budget] new-imports: {sentence}"


def accepted(change: Change, least: Materiality) -> dict[str, tuple[Verdict, str]]:
    """What is said of the change when what is small is accepted."""
    before, now = change.before.baseline, change.now.baseline
    found = without_small(now, before, Costs(change.runner, change.now), least)
    checks = judge_against(before, found, lambda what, name: ())
    return {check.budget.name: (check.verdict, check.text) for check in checks}


def test_what_is_smaller_is_accepted(change: Change) -> None:
    boots = change.runner.boots
    found = accepted(change, Materiality(Unit.COUNT, 3))
    assert change.runner.boots == boots  # counting takes none
    assert {name: found[name] for name in ("new-packages", "new-modules")} == snapshot(
        {
            "new-packages": (Verdict.OVER, "extra 1, server 5"),
            "new-modules": (Verdict.WARN, "extras, extras.helpers, extras.models"),
        }
    )
    assert accepted(change, Materiality(Unit.COUNT, 1))["new-packages"][1] == snapshot(
        "extra 1, heavy 2, inner 1, server 5"
    )
    found = accepted(change, Materiality(Unit.SIZE, 900 * MIB))
    assert found["new-packages"] == found["new-modules"] == (Verdict.WITHIN, "none")
    before = change.before.baseline
    assert found["modules"][1] == f"{before.modules:,} before, {before.modules - 1:,} now"  # gone is not there


def test_time_is_measured(change: Change) -> None:
    boots = change.runner.boots
    found = accepted(change, Materiality(Unit.TIME, 3_600_000 * MS))
    assert found["new-packages"] == (Verdict.WITHIN, "none")
    assert change.runner.boots == boots + 2
    assert accepted(change, Materiality(Unit.TIME, 0))["new-packages"][0] is Verdict.OVER


def test_memory_that_is_not_known_accepts_nothing(change: Change, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Costs, "rss_bytes", lambda costs, modules: None)
    costs = Costs(change.runner, change.now)
    assert cost_of({1}, costs, Unit.SIZE) is None
    assert without_small(change.now.baseline, change.before.baseline, costs, Materiality(Unit.SIZE, MIB)).packages == (
        change.now.baseline.packages
    )


def test_a_file_without_bytecode(tmp_path: Path) -> None:
    assert bytecode_of(tmp_path / "missing.py") == 0
    assert bytecode_of(tmp_path / "missing") == 0
