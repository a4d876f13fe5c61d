from __future__ import annotations

from dataclasses import replace

import pytest

from django_startup.exceptions import UsageError
from django_startup.gate.baseline_update import accepted
from tests.support.budgets import HERE, make_baseline

NOW = make_baseline(
    packages=("Django 5.2.2", "boto3 1.44", "stripe 13.0.2"),
    project_modules=("billing", "billing.tasks", "billings", "shop.settings"),
    side_effects=(),
    registrations=("models Charge (billing)",),
    modules=2000,
    ratio=9.0,
    sources=("billing 2",),
    parts=("stripe 9 modules 9 calls 0.0 MiB",),
)


def test_a_check_by_name() -> None:
    before = make_baseline()
    assert accepted(before, NOW, ["modules"]) == replace(before, modules=2000, parts=NOW.parts)
    assert accepted(before, NOW, ["time", "new-packages"]) == replace(
        before, ratio=9.0, sources=NOW.sources, packages=NOW.packages
    )


def test_a_package_by_name() -> None:
    found = accepted(make_baseline(), NOW, ["stripe"])
    assert found == make_baseline(packages=("Django 5.2.1", "stripe 13.0.2"), parts=NOW.parts)


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
            "the checks are new-packages, new-modules, new-side-effects, registrations, modules, calls, memory, "
            "bytecode, time, waiting.",
        ),
    ],
)
def test_no_such_item(item: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        accepted(make_baseline(), NOW, [item])
    assert str(caught.value) == f"There is no package, module or check {item!r}; {hint}"


def test_nothing_to_name_in() -> None:
    with pytest.raises(UsageError, match="there is no baseline of this target yet; run"):
        accepted(None, NOW, ["stripe"])
    with pytest.raises(UsageError, match="the baseline was measured elsewhere; run startupbudget baseline"):
        accepted(make_baseline(circumstances=replace(HERE, python="3.14")), NOW, ["stripe"])
