from __future__ import annotations

from dataclasses import replace

import pytest

from django_startup.gate.budgets import Budget, BudgetCheck, Verdict
from django_startup.gate.evidence import GateEvidence
from django_startup.gate.explain import starts_processes, with_culprits
from django_startup.gate.kinds import BudgetKind
from django_startup.gate.longest import longest_places
from django_startup.measure.spans import ImportSite
from django_startup.profile.effects import SideEffect
from django_startup.profile.parts import Fix
from django_startup.profile.profile import StartupProfile
from tests.support.profiles import DOOR, MS, make_module, make_profile

MINE = "the module billing.models"


def evidence_of(profile: StartupProfile, *fixes: Fix) -> GateEvidence:
    evidence = GateEvidence.__new__(GateEvidence)
    evidence.profile, evidence.with_verdicts = profile, evidence
    evidence.find_fixes = lambda: fixes  # type: ignore[method-assign]
    return evidence


def longest(kind: BudgetKind, name: str = "", profile: StartupProfile | None = None) -> list[tuple[str, int, str]]:
    found = longest_places(Budget(kind, name), evidence_of(profile or make_profile()))
    return [(place.file, place.line, place.text) for place in found]


@pytest.mark.parametrize(
    ("kind", "name", "texts"),
    [
        (BudgetKind.MAX, "", ["brings in stripe", MINE]),
        (BudgetKind.MAX_CPU, "", ["brings in stripe", MINE]),
        (BudgetKind.WAITING, "", [MINE, "brings in stripe"]),
        (BudgetKind.PHASE, "models", ["brings in stripe", MINE]),
        (BudgetKind.PHASE, "urls", []),
        (BudgetKind.APP, "billing", ["brings in stripe", MINE]),
        (BudgetKind.APP, "admin", []),
        (BudgetKind.READY, "billing", []),
        (BudgetKind.PACKAGE, "stripe", ["brings in stripe"]),
        (BudgetKind.PACKAGE, "pandas", []),
    ],
)
def test_what_takes_longest(kind: BudgetKind, name: str, texts: list[str]) -> None:
    assert [text for _, _, text in longest(kind, name)] == texts


def test_a_ready_is_where_its_file_is() -> None:
    profile = make_profile()
    apps = make_module("billing.apps", self_ms=0)
    profile = replace(profile, modules=(*profile.modules, apps))
    place = ("billing/apps.py", 1, "ready() of billing")
    assert longest(BudgetKind.READY, "billing", profile) == [place]
    assert place in longest(BudgetKind.MAX, "", profile)
    assert place in longest(BudgetKind.WAITING, "", profile)


def test_what_packages_import_is_laid_at_the_line_of_the_project() -> None:
    profile = make_profile()
    own, stripe = profile.modules
    inner = replace(stripe, name="requests.api", importer=ImportSite("stripe.api", "/site/stripe/api.py", 2))
    entry = replace(stripe, name="environ", importer=ImportSite("__main__", "manage.py", 1))
    circle = replace(stripe, name="circle", importer=ImportSite("circle", "/site/circle.py", 2))
    nobody = replace(stripe, name="nobody", importer=None)
    found = replace(profile, modules=(own, stripe, inner, entry, circle, nobody))
    assert longest(BudgetKind.MAX, "", found) == [
        ("billing/models.py", 3, "brings in stripe"),
        ("manage.py", 1, "brings in environ"),
        ("billing/models.py", 1, MINE),
    ]


def check(kind: BudgetKind, name: str = "") -> BudgetCheck:
    return BudgetCheck(Budget(kind, name), Verdict.OVER, 9, 1, "")


def test_a_limit_on_a_part_has_only_fixes_in_that_part() -> None:
    pandas = replace(DOOR, file="catalog/models.py")
    fixes = (
        Fix("gc", "garbage collection", "put it off", (replace(DOOR, file="manage.py"),), 9 * MS, 9 * MS),
        Fix("defer", "pandas", "move it", (pandas,), 9 * MS, 9 * MS),
        Fix("defer", "stripe", "move it", (DOOR,), 9 * MS, 9 * MS),
    )
    evidence = evidence_of(replace(make_profile(), side_effects=()), *fixes)
    kinds = (check(BudgetKind.MAX), check(BudgetKind.PACKAGE, "stripe"), check(BudgetKind.PACKAGE, "pandas"))
    whole, part, nothing = with_culprits(kinds, evidence)
    assert len(whole.places) == 3
    assert [(place.file, place.line) for place in part.places] == [("billing/models.py", 3)]
    assert (nothing.places, nothing.fixes) == ((), ())


def test_nothing_is_over_without_a_place_to_look() -> None:
    evidence = evidence_of(replace(make_profile(), side_effects=()))
    (found,) = with_culprits([check(BudgetKind.MAX)], evidence)
    assert [place.text for place in found.places] == ["brings in stripe", MINE]
    within = replace(found, verdict=Verdict.WITHIN)
    assert list(with_culprits([within], evidence)) == [within]


@pytest.mark.parametrize(
    ("kind", "label", "found"),
    [
        ("subprocess", "billing", True),
        ("fork", "billing", True),
        ("subprocess", "search", False),
        ("sql", "billing", False),
    ],
)
def test_parts_that_start_processes(kind: str, label: str, found: bool) -> None:
    effect = SideEffect(kind, "mjml", "", "ready", label, None, f"{label}/apps.py", 3, "ready", 5 * MS)
    evidence = evidence_of(replace(make_profile(), side_effects=(effect,)))
    assert starts_processes(Budget(BudgetKind.READY, "billing", MS), evidence) is found
