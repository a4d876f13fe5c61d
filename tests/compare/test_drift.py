"""A machine that was slower or faster when the other profile was made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from django_startup.compare.comparison import compare
from django_startup.compare.drift import Drift, find_drift
from django_startup.profile.owners import STDLIB, Owner, OwnerKind
from django_startup.profile.parts import App, Package
from django_startup.profile.profile import StartupProfile
from django_startup.reports.console.comparison import VERDICTS, sentence
from django_startup.thresholds import DRIFT_MODULES
from tests.support.profiles import MS, make_module, make_profile

LIBRARY = Owner(OwnerKind.PACKAGE, "library")


def slowed(factor: float, *, owner: Owner = STDLIB, version: str = "1.0", own: float = 1.0) -> StartupProfile:
    """A profile of a machine that needs factor times as long; the project's own module takes own times as long."""
    profile = make_profile()
    modules = [
        replace(make_module(f"library.{number}"), self_ns=round((1 + number) * MS * factor), owner=owner)
        for number in range(DRIFT_MODULES)
    ]
    return replace(
        profile,
        total=replace(profile.total, time_ns=round(900 * MS * factor) + 500 * MS),
        packages=(Package("library", version, round(210 * MS * factor), 0, DRIFT_MODULES),),
        modules=(*modules, replace(make_module("billing.models"), self_ns=round(20 * MS * factor * own))),
        apps=(),
    )


@pytest.mark.parametrize("owner", [STDLIB, LIBRARY], ids=["stdlib", "package"])
@pytest.mark.parametrize("factor", [0.7, 0.9, 1.1, 1.5])
def test_the_same_code_on_another_machine_is_no_difference(factor: float, owner: Owner) -> None:
    comparison = compare(slowed(1.0, owner=owner), slowed(factor, owner=owner))
    assert (comparison.verdict, comparison.changes) == ("same", ())
    speed, more = ("slower", "more") if factor > 1 else ("faster", "less")
    assert comparison.circumstances == (
        f"{DRIFT_MODULES} unchanged modules took {abs(factor - 1) * 100:.0f} % {more} time now: the machine "
        f"was {speed}, and the times before are corrected for that where something is called faster or slower.",
    )


def test_what_grew_by_more_than_the_machine_slowed_down() -> None:
    comparison = compare(slowed(1.0), slowed(1.2, own=3.0))
    assert [(change.name, change.difference_ns) for change in comparison.changes] == [("billing.models", 52 * MS)]


def test_what_shrank_although_the_machine_slowed_down() -> None:
    comparison = compare(slowed(1.0), slowed(1.2, own=0.5))
    assert [(change.name, change.status) for change in comparison.changes] == [("billing.models", "shrank")]


def test_a_small_drift_is_not_worth_a_word() -> None:
    assert compare(slowed(1.0), slowed(1.02)).circumstances == ()


def test_another_python_is_to_be_told_itself() -> None:
    before, after = slowed(1.0), slowed(0.7)
    after = replace(after, environment=replace(after.environment, python="3.14.0"))
    assert find_drift(before, after) == Drift(1.0, 0.0, 0)
    assert compare(before, after).verdict == "faster"


def test_another_version_of_a_package_is_to_be_told_itself() -> None:
    before, after = slowed(1.0, owner=LIBRARY), slowed(1.5, owner=LIBRARY, version="2.0", own=1 / 1.5)
    assert find_drift(before, after) == Drift(1.0, 0.0, 0)
    assert [change.kind for change in compare(before, after).changes] == ["package", *["module"] * 17]


def test_too_few_modules_tell_nothing() -> None:
    before = slowed(1.0)
    after = replace(slowed(2.0), modules=slowed(2.0).modules[1:])
    assert find_drift(before, after) == Drift(1.0, 0.0, DRIFT_MODULES - 1)


def scattered(profile: StartupProfile) -> StartupProfile:
    """Every second module of the library takes a tenth longer, the others a tenth less."""
    modules = [
        replace(module, self_ns=round(module.self_ns * (1.1 if number % 2 else 0.9)))
        for number, module in enumerate(profile.modules[:DRIFT_MODULES])
    ]
    return replace(profile, modules=(*modules, *profile.modules[DRIFT_MODULES:]))


@pytest.mark.parametrize(("own", "listed"), [(1.4, []), (2.5, ["billing.models"])])
def test_where_everything_scatters_more_must_have_changed(own: float, listed: list[str]) -> None:
    before, after = slowed(1.0), scattered(slowed(1.0, own=own))
    assert find_drift(before, after) == pytest.approx((1.0, 0.1, DRIFT_MODULES))
    assert [change.name for change in compare(before, after).changes] == listed


@pytest.mark.parametrize(("now", "verdict"), [(700, "faster"), (1400, "faster"), (1850, "same"), (2200, "slower")])
def test_a_faster_start_on_a_slower_machine_is_faster(now: int, verdict: str) -> None:
    before, after = slowed(1.0), slowed(1.5)
    comparison = compare(before, replace(after, total=replace(after.total, time_ns=now * MS)))
    assert (comparison.expected_ns, comparison.verdict) == (1850 * MS, verdict)
    assert comparison.difference_ns == (now - 1850) * MS
    assert sentence(comparison).startswith(
        f"{VERDICTS[verdict]}: 1.400 s before (1.850 s at the speed of now), {now / 1000:.3f} s now ("
    )


def test_waiting_does_not_depend_on_the_machine() -> None:
    app = App("billing", "billing", True, 100 * MS, 0, 0, 0, 100 * MS, 0, 1)
    before, after = (replace(slowed(factor), apps=(app,)) for factor in (1.0, 1.5))
    assert compare(before, after).changes == ()
