from __future__ import annotations

import argparse

import pytest

from django_startup.cli.budget_options import add_budget_options, option_budgets
from django_startup.exceptions import UsageError
from django_startup.gate.budgets import Budget
from django_startup.gate.kinds import BudgetKind
from tests.support.budgets import MS, S


def read(*arguments: str) -> list[Budget]:
    parser = argparse.ArgumentParser()
    add_budget_options(parser)
    return list(option_budgets(vars(parser.parse_args(arguments))))


@pytest.mark.parametrize(
    ("option", "value", "budget"),
    [
        ("--max", "3s", Budget(BudgetKind.MAX, fail=3 * S)),
        ("--max-cpu", "3s", Budget(BudgetKind.MAX_CPU, fail=3 * S)),
        ("--max-waiting", "50ms", Budget(BudgetKind.WAITING, fail=50 * MS)),
        ("--max-modules", "3000", Budget(BudgetKind.MODULES, fail=3000)),
        ("--max-calls", "0", Budget(BudgetKind.CALLS)),
        ("--max-memory", "350MiB", Budget(BudgetKind.MEMORY, fail=350 * 2**20)),
        ("--max-phase", "ready=1s", Budget(BudgetKind.PHASE, "ready", S)),
        ("--max-app", "billing=300ms", Budget(BudgetKind.APP, "billing", 300 * MS)),
        ("--max-ready", "billing=100ms", Budget(BudgetKind.READY, "billing", 100 * MS)),
        ("--max-ready", "100ms", Budget(BudgetKind.READY, "*", 100 * MS)),
        ("--max-package", "stripe=200ms", Budget(BudgetKind.PACKAGE, "stripe", 200 * MS)),
        ("--forbid", "google.cloud.*", Budget(BudgetKind.FORBID, "google.cloud.*")),
        ("--require", "shop.api", Budget(BudgetKind.REQUIRE, "shop.api")),
    ],
)
def test_options(option: str, value: str, budget: Budget) -> None:
    assert read(option, value) == [budget]


def test_none() -> None:
    assert read() == []


def test_no_side_effects() -> None:
    budgets = read("--no-side-effects")
    assert [budget.title.split()[1] for budget in budgets] == ["sql", "connect", "dns", "subprocess", "fork", "thread"]
    assert {budget.fail for budget in budgets} == {0}


def test_several() -> None:
    budgets = read("--max-app", "a=1s", "--forbid", "x", "--max-app", "b=1s", "--forbid", "y")
    assert [budget.title for budget in budgets] == ["app a", "app b", "forbid x", "forbid y"]


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        (
            "--forbid",
            "shop/x.py",
            "--forbid: 'shop/x.py' cannot be the name of a module or package, such as shop.settings.",
        ),
        ("--require", "", "--require: '' cannot be the name of a module or package, such as shop.settings."),
        ("--max", "3", "--max: '3' has no unit; write a duration such as 3s, 2500ms or 1m."),
        ("--max-modules", "3s", "--max-modules: '3s' is not a whole number."),
        ("--max-memory", "3s", "--max-memory: '3s' is not an amount of memory such as 350MiB."),
        ("--max-app", "300ms", "--max-app 300ms: write LABEL=300ms."),
        ("--max-phase", "1s", "--max-phase 1s: write PHASE=1s."),
        ("--max-package", "1s", "--max-package 1s: write NAME=200ms."),
        ("--max-app", "billing=", "--max-app: '' is not a duration such as 3s, 2500ms or 1m."),
        ("--max-ready", "billing", "--max-ready: 'billing' is not a duration such as 3s, 2500ms or 1m."),
    ],
)
def test_refused(option: str, value: str, sentence: str) -> None:
    with pytest.raises(UsageError) as error:
        read(option, value)
    assert str(error.value) == sentence
