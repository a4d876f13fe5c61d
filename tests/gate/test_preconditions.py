"""What is refused before the project is booted, and right after its first boot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.exceptions import UsageError
from django_startup.gate.budgets import Budget
from django_startup.gate.config import GateConfig
from django_startup.gate.kinds import BudgetKind
from django_startup.gate.preconditions import check_before_boots, expand
from django_startup.measure.target import BootTarget, Entry, How
from tests.support.budgets import S, make_baseline
from tests.support.profiles import make_profile

SCRIPT = BootTarget(Entry(How.SCRIPT, "manage.py", "/shop/manage.py"), directory=Path("/shop"))
OTHER = replace(SCRIPT, entry=Entry(How.SETTINGS, "other.settings", "other.settings"))
BASELINE = GateConfig(baseline=make_baseline())


def refusal(config: GateConfig, target: BootTarget) -> str:
    with pytest.raises(UsageError) as error:
        check_before_boots(config, target)
    return str(error.value)


# Before any boot


@pytest.mark.parametrize(
    "target",
    [
        OTHER,
        replace(SCRIPT, options=("--pythonpath=x", "--settings=other.settings")),
        replace(OTHER, options=("--pythonpath=x",)),
    ],
)
def test_a_baseline_of_another_project(target: BootTarget) -> None:
    assert refusal(BASELINE, target) == snapshot(
        "The baseline is of another project: its settings are shop.settings, here other.settings."
    )


@pytest.mark.parametrize(
    "target",
    [
        SCRIPT,  # whose settings are not known before it is booted
        replace(SCRIPT, options=("--settings=shop.settings.ci",)),
        replace(OTHER, options=("--settings=shop.settings",)),
    ],
)
def test_a_baseline_that_may_be_of_this_project(target: BootTarget) -> None:
    check_before_boots(BASELINE, target)


def test_no_baseline_or_one_without_settings() -> None:
    check_before_boots(GateConfig(), OTHER)
    check_before_boots(GateConfig(baseline=replace(make_baseline(), settings="")), OTHER)


def test_a_phase_that_there_never_is() -> None:
    assert refusal(GateConfig((Budget(BudgetKind.PHASE, "readi", S),)), SCRIPT) == snapshot(
        "The budget 'phase readi': there is no such phase in this boot; did you mean 'ready'?"
    )
    fine = ("ready", "*", "wsgi")
    check_before_boots(GateConfig(tuple(Budget(BudgetKind.PHASE, name, S) for name in fine)), SCRIPT)
    check_before_boots(GateConfig((Budget(BudgetKind.PHASE, "readi", S, optional=True),)), SCRIPT)


# After the first


def test_each_app_that_has_none_of_its_own() -> None:
    each, own = Budget(BudgetKind.READY, "*", S), Budget(BudgetKind.READY, "billing", 2 * S)
    assert tuple(expand((each, own), make_profile())) == (replace(each, name="admin"), own)


def test_each_phase_but_the_noise() -> None:
    budgets = expand((Budget(BudgetKind.PHASE, "*", S),), make_profile())
    assert [budget.name for budget in budgets] == ["interpreter", "settings", "models", "ready"]


def test_each_package_and_budgets_of_the_boot() -> None:
    budgets = expand((Budget(BudgetKind.PACKAGE, "*", S), Budget(BudgetKind.MAX, fail=S)), make_profile())
    assert [budget.title for budget in budgets] == snapshot(["package stripe", "package pandas", "max"])


@pytest.mark.parametrize(
    ("kind", "name", "sentence"),
    [
        (
            BudgetKind.APP,
            "biling",
            "The budget 'app biling': there is no such app in this boot; did you mean 'billing'?",
        ),
        (
            BudgetKind.READY,
            "x",
            "The budget 'ready x': there is no such app in this boot; remove it, or mark it optional.",
        ),
        (
            BudgetKind.PACKAGE,
            "strip",
            "The budget 'package strip': there is no such package in this boot; did you mean 'stripe'?",
        ),
        (
            BudgetKind.PHASE,
            "noise",
            "The budget 'phase noise': there is no such phase in this boot; remove it, or mark it optional.",
        ),
    ],
)
def test_what_is_not_there(kind: BudgetKind, name: str, sentence: str) -> None:
    budget = Budget(kind, name, S)
    with pytest.raises(UsageError) as error:
        tuple(expand((budget,), make_profile()))
    assert str(error.value) == sentence
    assert tuple(expand((replace(budget, optional=True),), make_profile())) == ()
