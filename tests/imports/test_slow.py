"""The project's own code that takes long, and what of it is waiting."""

from __future__ import annotations

from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from django_startup.gate.budgets import Budget
from django_startup.gate.explain import fixes_for
from django_startup.gate.kinds import BudgetKind
from django_startup.imports.slow import slow_fixes
from django_startup.profile.effects import Ran, RanFunction, SideEffect
from django_startup.profile.parts import App, Fix
from django_startup.profile.profile import StartupProfile, TimelineInfo
from django_startup.profile.timeline import KINDS, MAIN_THREAD
from tests.support.profiles import MS, make_module, make_profile


def app(label: str, ready_ms: int, *, project: bool = True) -> App:
    return App(label, label, project, 0, 0, ready_ms * MS, ready_ms * MS, 0, 0, 1)


def waits(*rows: tuple[str, str, int, int]) -> TimelineInfo:
    """A timeline of spans with kind, name, number of the thread and waiting in milliseconds."""
    names = tuple(name for _, name, *_ in rows)
    spans = tuple(
        (KINDS.index(kind), n, -1, thread, 0, 0, 0, ms * 1000) for n, (kind, _, thread, ms) in enumerate(rows)
    )
    return TimelineInfo(KINDS, names, (MAIN_THREAD, "second"), spans)


def effect(ms: int, *, phase: str = "ready", app: str | None = None, module: str | None = None) -> SideEffect:
    return SideEffect("wait", "time.sleep(1)", "", phase, app, module, f"{app or module}/x.py", 3, "ready", ms * MS)


@pytest.fixture
def profile() -> StartupProfile:
    return replace(
        make_profile(),
        apps=(app("billing", 100), app("lookup", 90), app("plain", 3), app("theirs", 500, project=False)),
        modules=(
            replace(make_module("billing.apps", self_ms=1), file="billing/apps.py"),
            make_module("shop.tables", self_ms=80),
            make_module("shop.sleepy", self_ms=70),
            make_module("shop.threaded", self_ms=900, thread="second"),
        ),
        checks=(),
        side_effects=(
            effect(60, app="billing"),
            effect(65, module="shop.sleepy", phase="settings"),
            effect(5, phase="settings"),
        ),
        ran=Ran("", (RanFunction("other.py", "Config.ready", 1), RanFunction("billing/apps.py", "Config.ready", 12))),
        timeline=waits(
            ("ready", "billing", 0, 61),
            ("ready", "lookup", 0, 30),
            ("ready", "lookup", 0, 50),
            ("import", "shop.tables", 1, 80),
            ("import", "shop.sleepy", 0, 66),
        ),
    )


def told(fixes: list[Fix]) -> list[tuple[str, int, str, list[str]]]:
    return [
        (fix.subject, fix.saving_ns // MS, fix.text, [f"{door.file}:{door.line} {door.reason}" for door in fix.doors])
        for fix in fixes
    ]


def test_slow_code(profile: StartupProfile) -> None:
    assert told(list(slow_fixes(profile, 5 * MS))) == snapshot(
        [
            (
                "shop.tables",
                80,
                "its own code is slow: see --drill shop.tables",
                ["shop/tables.py:1 the module's own code"],
            ),
            (
                "ready() of billing",
                40,
                "its own code is slow: see --drill billing",
                ["billing/apps.py:12 ready() of billing"],
            ),
            (
                "ready() of lookup",
                90,
                "it waits, for something that Python does not tell (a C library, the disk): see --drill lookup",
                [],
            ),
        ]
    )


@pytest.mark.parametrize(
    ("kind", "name", "subjects"),
    [
        (BudgetKind.WAITING, "", ["ready() of lookup", "time.sleep(1)", "time.sleep(1)", "time.sleep(1)"]),
        (BudgetKind.READY, "billing", ["time.sleep(1)", "ready() of billing"]),
        (BudgetKind.APP, "lookup", ["ready() of lookup"]),
        (BudgetKind.READY, "plain", ["ready() of plain"]),
        (BudgetKind.PHASE, "settings", ["time.sleep(1)", "time.sleep(1)"]),
    ],
)
def test_what_a_broken_limit_points_at(
    profile: StartupProfile, kind: BudgetKind, name: str, subjects: list[str]
) -> None:
    assert sorted(fix.subject for fix in fixes_for(Budget(kind, name), profile)) == sorted(subjects)


@pytest.mark.parametrize(("ms", "subjects"), [(80, ["ready() of billing"]), (81, [])])
def test_side_effects_are_timed_in_another_boot(profile: StartupProfile, ms: int, subjects: list[str]) -> None:
    profile = replace(profile, apps=(app("billing", 100),), modules=(), side_effects=(effect(ms, app="billing"),))
    assert [fix.subject for fix in slow_fixes(profile, 5 * MS)] == subjects


@pytest.mark.parametrize(
    ("kind", "waiting_ms", "subjects"),
    [
        ("subprocess", 100, []),
        ("fork", 100, []),
        ("wait", 100, ["ready() of billing"]),
        ("subprocess", 60, ["ready() of billing"]),
    ],
)
def test_a_process_that_took_longer_on_a_busy_machine_is_no_slow_code(
    profile: StartupProfile, kind: str, waiting_ms: int, subjects: list[str]
) -> None:
    started = replace(effect(60, app="billing"), kind=kind)
    profile = replace(
        profile,
        apps=(app("billing", 100),),
        modules=(),
        side_effects=(started,),
        timeline=waits(("ready", "billing", 0, waiting_ms)),
    )
    assert [fix.subject for fix in slow_fixes(profile, 5 * MS)] == subjects
