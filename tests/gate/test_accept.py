from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from django_startup.exceptions import UsageError
from django_startup.gate.accept import accepted, make_waiver, with_accept, with_waiver
from django_startup.gate.budgets import BudgetCheck, BudgetKind, Verdict, Waiver
from tests.support.budgets import HERE, make_baseline, make_check

COMMAND = "python -m django_startup budget --until setup"
TODAY = datetime.date(2027, 3, 1)
PACKAGES = make_check(BudgetKind.BASELINE, "new-packages")


@pytest.mark.parametrize(
    ("check", "baseline", "command"),
    [
        (make_check(), True, "python -m django_startup budget accept max --reason …"),
        (
            make_check(BudgetKind.READY, "o'b"),
            True,
            """python -m django_startup budget accept 'ready o'"'"'b' --reason …""",
        ),
        (replace(PACKAGES, about=("stripe", "boto3")), True, f"{COMMAND} --update-baseline stripe boto3"),
        (replace(PACKAGES, about=tuple("abcdefghij")), True, f"{COMMAND} --update-baseline new-packages"),
        (replace(PACKAGES, verdict=Verdict.WARN), True, f"{COMMAND} --update-baseline new-packages"),
        (PACKAGES, False, "python -m django_startup budget accept 'baseline new-packages' --reason …"),
        (make_check(verdict=Verdict.WARN), True, ""),
        (make_check(verdict=Verdict.WITHIN), True, ""),
        (make_check(verdict=Verdict.UNSURE), True, ""),
        (make_check(BudgetKind.WAIVER, "max"), True, ""),
    ],
)
def test_the_command_that_accepts(check: BudgetCheck, baseline: bool, command: str) -> None:
    assert with_accept(check, COMMAND, baseline=baseline).accept == command


# The baseline

NOW = make_baseline(
    packages=("Django 5.2.2", "boto3 1.44", "stripe 13.0.2"),
    project_modules=("billing", "billing.tasks", "billings", "shop.settings"),
    side_effects=(),
    registrations=("models Charge (billing)",),
    modules=2000,
    ratio=9.0,
)


def test_a_check_by_name() -> None:
    before = make_baseline()
    assert accepted(before, NOW, ["modules"]) == replace(before, modules=2000)
    assert accepted(before, NOW, ["time", "new-packages"]) == replace(before, ratio=9.0, packages=NOW.packages)


def test_a_package_by_name() -> None:
    found = accepted(make_baseline(), NOW, ["stripe"])
    assert found == make_baseline(packages=("Django 5.2.1", "stripe 13.0.2"))


def test_a_module_with_all_in_it() -> None:
    found = accepted(make_baseline(), NOW, ["billing"])
    assert found == make_baseline(project_modules=("billing", "billing.tasks", "shop.settings"))


def test_effects_and_registrations_by_how_they_begin() -> None:
    found = accepted(make_baseline(), NOW, ["sql flags/models.py", "models Refund"])
    assert found == make_baseline(side_effects=(), registrations=("receivers reindex (post_save)",))


@pytest.mark.parametrize(
    ("item", "hint"),
    [
        ("strip", "did you mean stripe?"),
        (
            "x" * 20,
            "name a package, a module, or one of new-packages, new-modules, new-side-effects, registrations, modules, "
            "calls, memory, bytecode, time.",
        ),
    ],
)
def test_no_such_item(item: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        accepted(make_baseline(), NOW, [item])
    assert str(caught.value) == f"--update-baseline {item}: there is no such item; {hint}"


def test_nothing_to_name_in() -> None:
    with pytest.raises(UsageError, match="there is no baseline of this target yet; write it whole, without names"):
        accepted(None, NOW, ["stripe"])
    with pytest.raises(UsageError, match="the baseline was measured elsewhere; write it whole, without names"):
        accepted(make_baseline(circumstances=replace(HERE, python="3.14")), NOW, ["stripe"])


# Waivers


def test_ninety_days() -> None:
    assert make_waiver("max", "x", None, TODAY) == Waiver("max", "x", "2027-05-30")
    assert make_waiver("max", "x", "2027-03-01", TODAY).until == "2027-03-01"


@pytest.mark.parametrize("text", ["", "\n", "[tool.other]\nx = 1\n\n\n"])
def test_written_at_the_end(text: str) -> None:
    longer = with_waiver(text, Waiver("forbid pandas", "é \U0001f40d \x1f", "2027-05-30"))
    assert longer.startswith(text.strip())
    assert longer.endswith('item = "forbid pandas"\nreason = "é \U0001f40d \\u001f"\nuntil = 2027-05-30\n')


def test_what_is_no_budget_is_not_written() -> None:
    with pytest.raises(UsageError, match="an item begins with what is budgeted"):
        with_waiver("", Waiver("pandas", "x", "2027-05-30"))
