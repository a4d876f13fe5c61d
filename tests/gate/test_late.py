from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from django_startup.exceptions import UsageError
from django_startup.gate.budgets import Budget, BudgetCheck, Verdict
from django_startup.gate.declared import declared_budgets
from django_startup.gate.evidence import GateEvidence
from django_startup.gate.exact import judge_exactly
from django_startup.gate.kinds import BudgetKind
from django_startup.imports.inquiry import Inquiry
from django_startup.measure.boot import BootKind
from django_startup.profile.boots import Phase
from django_startup.profile.effects import Registries, RegistryEntry, UnreadableRegistry
from django_startup.profile.owners import Owner, OwnerKind
from django_startup.profile.profile import StartupProfile
from tests.support.profiles import make_module, make_profile

LATE = replace(make_module("shop.late"), phase="urls")
DJANGO = replace(make_module("django.x"), phase="urls", owner=Owner(OwnerKind.DJANGO, "Django"))
IN_TIME = make_module("billing.models")


def entry(name: str, by: str | None, of: str = "") -> RegistryEntry:
    return RegistryEntry(name, of, "shop.signals", by)


def judge(profile: StartupProfile, name: str) -> BudgetCheck:
    evidence = GateEvidence.__new__(GateEvidence)
    evidence.profile, evidence.inquiry = profile, Inquiry(profile, Path())
    evidence.kind = BootKind.EVIDENCE
    (check,) = judge_exactly([Budget(BudgetKind.LATE, name)], evidence)
    return check


def profile_with(**registries: Any) -> StartupProfile:
    profile = make_profile()
    phases = (*profile.phases[:-1], Phase("urls", 1, 1, 0), profile.phases[-1])
    return replace(profile, phases=phases, modules=(IN_TIME, LATE, DJANGO), registries=Registries(**registries))


def test_what_registers_with_the_urlconf() -> None:
    entries = (entry("reindex", "shop.late", "post_save"), entry("early", "billing.models"), entry("own", "django.x"))
    check = judge(profile_with(receivers=(*entries, entry("unknown", ""), entry("older", None))), "receivers")
    assert (check.verdict, check.value) == (Verdict.OVER, 1)
    assert check.text == snapshot("registered only when the URLconf is loaded: reindex (post_save)")
    assert check.fixes == snapshot(("import the module that registers it in the ready() of its app",))
    assert check.reproduce == "python -m django_startup profile --why shop.late"


def test_many() -> None:
    check = judge(profile_with(models=tuple(entry(f"m{number}", "shop.late") for number in range(7))), "models")
    assert check.text == snapshot("registered only when the URLconf is loaded: m0, m1, m2, m3, m4 and 2 more")
    assert check.fixes == snapshot(("import the module that defines it in the models.py of its app",))


def test_nothing_late() -> None:
    check = judge(profile_with(checks=(entry("x", "billing.models"),)), "checks")
    assert (check.verdict, check.text) == (Verdict.WITHIN, "none")
    check = judge(replace(make_profile(), modules=(LATE,)), "models")
    assert (check.verdict, check.text) == (Verdict.WITHIN, "the boot ends before the URLconf is loaded")


def test_a_registry_that_could_not_be_read() -> None:
    profile = replace(profile_with(), unreadable=(UnreadableRegistry("models", "KeyError: 1"),))
    check = judge(profile, "models")
    assert (check.verdict, check.text) == (
        Verdict.UNSURE,
        "not known: the registry models could not be read (KeyError: 1)",
    )
    assert judge(profile, "checks").verdict is Verdict.WITHIN


def test_declared() -> None:
    table = {"late": ["models", "checks"], "target": {"wsgi": {"late": ["receivers"]}}}
    assert [(budget.title, budget.until) for budget in declared_budgets(table)] == [
        ("late models", None),
        ("late checks", None),
        ("late receivers", "wsgi"),
    ]


@pytest.mark.parametrize("value", ["models", ["url_names"], [1]])
def test_what_is_no_registry(value: Any) -> None:
    with pytest.raises(UsageError, match="late must be a list of models, receivers, checks, admin, celery_tasks, not"):
        declared_budgets({"late": value})
