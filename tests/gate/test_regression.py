from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, repeat

import pytest
from inline_snapshot import snapshot

from django_startup.gate.baseline import Baseline
from django_startup.gate.budgets import BudgetCheck, Location, Verdict
from django_startup.gate.regression import judge_against, judge_time, judge_waiting
from tests.support.budgets import HERE, MS, make_baseline

WITHIN, WARN, UNSURE, OVER = Verdict.WITHIN, Verdict.WARN, Verdict.UNSURE, Verdict.OVER
SAME = "but the code is the same"
DOOR = Location("billing/models.py", 3, "import boto3")


def compare(now: Baseline, before: Baseline | None = None) -> dict[str, BudgetCheck]:
    checks = judge_against(before or make_baseline(), now, lambda what, name: (DOOR,) if name == "boto3" else ())
    return {check.budget.name: check for check in checks}


def test_nothing_new() -> None:
    checks = compare(make_baseline())
    assert {name: (check.verdict, check.text) for name, check in checks.items()} == {
        "new-packages": (WITHIN, "none"),
        "new-modules": (WITHIN, "none"),
        "new-side-effects": (WITHIN, "none"),
        "registrations": (WITHIN, "none lost"),
        "modules": (WITHIN, "1,000 before, 1,000 now"),
        "calls": (WITHIN, "580,612 before, 580,612 now"),
        "memory": (WITHIN, "231 MiB before, 231 MiB now"),
        "bytecode": (WITHIN, "19 MiB before, 19 MiB now"),
    }
    assert checks["new-packages"].budget.title == snapshot("baseline new-packages")


def test_a_new_package() -> None:
    check = compare(make_baseline(packages=("Django 5.2.1", "boto3 1.44", "stripe 13.0.1")))["new-packages"]
    assert (check.verdict, check.value, check.text, check.places) == (OVER, 1, "boto3 1.44", (DOOR,))
    assert (check.fixes, check.about) == snapshot((("import it where it is used",), ("boto3",)))


def test_another_version_is_no_new_package() -> None:
    check = compare(make_baseline(packages=("Django 6.0", "stripe")))["new-packages"]
    assert (check.verdict, check.value) == (WITHIN, 0)


def test_a_new_module_warns() -> None:
    check = compare(make_baseline(project_modules=("billing.models", "billing.tasks", "shop.settings")))["new-modules"]
    assert (check.verdict, check.value, check.text) == (WARN, 1, "billing.tasks")


def test_a_new_side_effect() -> None:
    effects = ("sql flags/models.py SELECT 1", "sql flags/models.py SELECT 2")
    check = compare(make_baseline(side_effects=effects))["new-side-effects"]
    assert (check.verdict, check.value, check.text) == (OVER, 1, effects[1])
    assert (check.fixes, check.about) == snapshot((("defer it until first use",), ()))


def test_many_new_modules() -> None:
    check = compare(make_baseline(project_modules=tuple(f"m{number:02}" for number in range(30))))["new-modules"]
    assert check.value == 30
    assert check.text == ", ".join(f"m{number:02}" for number in range(20)) + " and 10 more"


def test_lost_registrations() -> None:
    check = compare(make_baseline(registrations=("receivers reindex (pre_save)",)))["registrations"]
    assert (check.verdict, check.value) == (OVER, 2)
    assert check.text == snapshot("2 no longer registered: models Refund (billing), receivers reindex (post_save)")
    assert check.fixes == snapshot(("import what registers them",))


def test_gone_packages_and_modules_are_welcome() -> None:
    checks = compare(make_baseline(packages=(), project_modules=(), side_effects=(), modules=10, calls=10, memory=1))
    assert {check.verdict for check in checks.values()} == {WITHIN}


@pytest.mark.parametrize(
    ("name", "limit"), [("modules", 1010), ("calls", 586_418), ("memory", round(231 * 2**20 * 1.03))]
)
def test_counters(name: str, limit: int) -> None:
    assert compare(replace(make_baseline(), **{name: limit}))[name].verdict is WITHIN  # type: ignore[arg-type]
    assert compare(replace(make_baseline(), **{name: limit + 1}))[name].verdict is OVER  # type: ignore[arg-type]


def test_counters_that_were_not_counted() -> None:
    nothing = make_baseline(calls=0, memory=0, bytecode=0)
    checks = compare(nothing)
    assert {"memory", "bytecode"}.isdisjoint(checks)
    assert checks["calls"].verdict is UNSURE  # of calls there are some in every boot
    assert {"calls", "memory", "bytecode"}.isdisjoint(compare(make_baseline(), nothing))


def test_measured_elsewhere() -> None:
    now = make_baseline(circumstances=replace(HERE, python="3.14", system="Darwin arm64"), packages=("boto3 1",))
    checks = compare(now)
    assert list(checks) == snapshot(
        ["new-packages", "new-modules", "new-side-effects", "registrations", "counters and time"]
    )
    assert checks["new-packages"].verdict is OVER
    assert checks["counters and time"].verdict is UNSURE
    assert checks["counters and time"].text == (
        snapshot(
            "measured in another environment: python 3.13 before, 3.14 now, system Linux x86_64 before, "
            "Darwin arm64 now"
        )
    )


# The time


class Pairs:
    """Ratios, counted."""

    def __init__(self, *ratios: float) -> None:
        self.ratios: Iterator[float] = chain(ratios[:-1], repeat(ratios[-1]))
        self.made = 0

    def __call__(self) -> float:
        self.made += 1
        return next(self.ratios)


def test_as_fast_as_before() -> None:
    pairs = Pairs(7.9)
    check = judge_time(pairs, 7.9, lambda: False, SAME)
    assert (check.verdict, check.boots, pairs.made) == (WITHIN, 5, 5)
    assert check.text == snapshot("+0.0 % [-0.7, +0.7], tolerance 5%, 5 pairs")
    assert check.budget.title == snapshot("baseline time")


def test_slower_and_something_else_changed_too() -> None:
    pairs = Pairs(1.1)
    check = judge_time(pairs, 1.0, lambda: True, SAME)
    assert (check.verdict, check.boots, pairs.made) == (OVER, 5, 5)
    assert check.text == snapshot("+10.0 % [+9.2, +10.8], tolerance 5%, 5 pairs")
    assert check.fixes == snapshot(("see above what is new; python -m django_startup profile shows what it costs",))


def test_unchanged_code_only_warns_after_a_second_series() -> None:
    pairs = Pairs(1.1)
    check = judge_time(pairs, 1.0, lambda: False, SAME)
    assert (check.verdict, check.boots, pairs.made) == (WARN, 10, 10)
    assert check.text.endswith("5 pairs, but the code is the same")


def test_unchanged_code_that_is_fast_at_second_look() -> None:
    pairs = Pairs(1.1, 1.1, 1.1, 1.1, 1.1, 1.0)
    check = judge_time(pairs, 1.0, lambda: False, SAME)
    assert (check.verdict, check.boots) == (WITHIN, 10)
    assert check.text.endswith("5 pairs, measured a second time")


def test_unchanged_code_that_cannot_be_told_at_second_look() -> None:
    check = judge_time(Pairs(1.1, 1.1, 1.1, 1.1, 1.1, 1.05), 1.0, lambda: False, SAME, 6)
    assert (check.verdict, check.boots) == (WITHIN, 11)


def test_at_the_tolerance_it_cannot_be_told() -> None:
    pairs = Pairs(1.05)
    check = judge_time(pairs, 1.0, lambda: True, SAME)
    assert (check.verdict, check.boots, pairs.made) == (UNSURE, 20, 20)
    assert check.text == snapshot("+5.0 % [+4.6, +5.4], tolerance 5%, 20 pairs: unsure")
    assert judge_time(Pairs(1.05), 1.0, lambda: True, SAME, 7).boots == 7


# The waiting


@pytest.mark.parametrize(("before_ms", "limit_ms"), [(0, 25), (40, 65), (400, 500)])
def test_waiting_against_its_margin(before_ms: int, limit_ms: int) -> None:
    waits = ((limit_ms + 70) * MS, limit_ms * MS)
    assert judge_waiting(before_ms * MS, waits, lambda: True, SAME).verdict is WITHIN
    waits = ((limit_ms + 70) * MS, (limit_ms + 1) * MS)
    check = judge_waiting(before_ms * MS, waits, lambda: True, SAME)
    assert (check.verdict, check.boots) == (OVER, 2)
    assert check.text.endswith(" now, 2 boots")
    assert check.budget.title == snapshot("baseline waiting")
    same = judge_waiting(before_ms * MS, waits, lambda: False, SAME)
    assert (same.verdict, same.text) == (WARN, f"{check.text}, {SAME}")


def test_a_registry_that_could_not_be_read() -> None:
    check = compare(make_baseline(registrations=("models Refund (billing)",), unreadable=("receivers",)))[
        "registrations"
    ]
    assert (check.verdict, check.text) == (
        UNSURE,
        snapshot("not known: receivers could not be read; startupprofile shows why"),
    )
    check = compare(make_baseline(registrations=(), unreadable=("receivers",)))["registrations"]
    assert (check.verdict, check.text) == (OVER, snapshot("1 no longer registered: models Refund (billing)"))
