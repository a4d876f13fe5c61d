from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from django_startup.gate.budgets import Budget, BudgetCheck, Location, Verdict
from django_startup.gate.case import Case
from django_startup.gate.config import GateConfig
from django_startup.gate.evidence import GateEvidence
from django_startup.gate.kinds import BudgetKind
from django_startup.gate.lost import with_lost_places
from django_startup.gate.moves import EMPTY, find_moves, move_notes, with_known_moves, with_moves
from django_startup.imports.inquiry import Inquiry
from django_startup.measure.target import BootTarget, Entry, How
from tests.support.budgets import make_baseline
from tests.support.profiles import make_profile

SOURCES = (f"billing {EMPTY}", "billing.apps 1", "billing.signals 2", "billing.tasks 3", "shop.urls 4")


def moves(now: dict[str, str], before: tuple[str, ...] = SOURCES) -> dict[str, str]:
    lines = [f"{name} {digest}" for name, digest in now.items()]
    return find_moves([line.partition(" ")[0] for line in before], before, now, lines)


KEPT = {"shop.urls": "4"}


def test_a_module_that_does_the_same_under_another_name() -> None:
    now = {**KEPT, "billing": EMPTY, "billing.apps": "1", "billing.receivers": "2", "billing.tasks": "3"}
    assert moves(now) == {"billing.signals": "billing.receivers"}


def test_a_package_with_all_in_it_the_edited_and_the_empty_too() -> None:
    now = {**KEPT, "apps": EMPTY, "apps.billing": EMPTY, "apps.billing.apps": "9", "apps.billing.signals": "2"}
    now["apps.billing.tasks"] = "3"
    assert moves(now) == {
        "billing": "apps.billing",
        "billing.apps": "apps.billing.apps",
        "billing.signals": "apps.billing.signals",
        "billing.tasks": "apps.billing.tasks",
    }


def test_what_is_gone_from_a_package_that_moved_has_no_other_name() -> None:
    now = {**KEPT, "apps.billing": EMPTY, "apps.billing.apps": "9", "apps.billing.signals": "2"}
    assert "billing.tasks" not in moves(now)
    assert moves(now)["billing.apps"] == "apps.billing.apps"


@pytest.mark.parametrize(
    "now",
    [
        {**KEPT, "other": EMPTY, "other.x": "7"},  # does something else
        {**KEPT, "one": "2", "two": "2"},  # nobody knows which
        dict(line.split() for line in SOURCES),
    ],
)
def test_no_move(now: dict[str, str]) -> None:
    assert moves(now) == {}


def test_without_hashes_nothing_is_known() -> None:
    assert find_moves(["a"], [], ["b"], ["b 1"]) == {}


def test_a_baseline_with_the_names_of_now() -> None:
    before = make_baseline(
        project_modules=("billing", "billing.signals", "billing.signals_old"),
        side_effects=(
            "sql billing/signals.py SELECT 1 FROM billing/signals.py",
            "thread  x",
            "sql billing/__init__.py S",
        ),
        registrations=("checks billing.signals_old.x", "receivers billing.signals.f (a.billing.signals)"),
        sources=("billing.signals 2",),
        parts=("billing.signals 1 modules 2 calls 3.0 MiB",),
    )
    found = with_moves(before, {"billing.signals": "apps.signals", "billing": "apps.billing"})
    assert (found.project_modules, found.side_effects) == snapshot(
        (
            ("apps.billing", "apps.signals", "billing.signals_old"),
            ("sql apps/billing/__init__.py S", "sql apps/signals.py SELECT 1 FROM billing/signals.py", "thread  x"),
        )
    )
    assert (found.registrations, found.sources, found.parts) == snapshot(
        (
            ("checks apps.billing.signals_old.x", "receivers apps.signals.f (a.billing.signals)"),
            ("apps.signals 2",),
            ("apps.signals 1 modules 2 calls 3.0 MiB",),
        )
    )
    assert with_moves(before, {}) is before


def test_a_note() -> None:
    assert list(move_notes({"b": "x.b", "a": "x.a"})) == ["Moved: a is x.a now, b is x.b now."]
    assert list(move_notes({})) == []


def evidence(directory: Path = Path(), **fields: Any) -> GateEvidence:
    found = GateEvidence.__new__(GateEvidence)
    found.target = BootTarget(Entry(How.SCRIPT, "manage.py", "/shop/manage.py"), directory=directory)
    found.profile = make_profile()
    found.inquiry = Inquiry(found.profile, directory)
    found.baseline = make_baseline(**fields)
    found.sources = ("apps.signals 2",)
    return found


OLD: dict[str, Any] = {"project_modules": ("billing.signals",), "registrations": ("receivers billing.signals.f (x)",)}
NEW: dict[str, Any] = {"project_modules": ("apps.signals",), "registrations": ("receivers apps.signals.f (x)",)}


def case_of(now: GateEvidence, before: Any = None, base: GateEvidence | None = None) -> Case:
    return Case(GateConfig(baseline=before), None, now, (), None, base)  # type: ignore[arg-type]


def test_a_case_with_the_names_of_now() -> None:
    now, old = evidence(**NEW), make_baseline(**OLD, sources=("billing.signals 2",))
    found = with_known_moves(case_of(now, old))
    assert found.before is not None
    assert (found.before.project_modules, found.before.registrations) == tuple(NEW.values())
    assert found.moves == {"billing.signals": "apps.signals"}
    base = evidence(**OLD)
    base.sources = ("billing.signals 2",)
    found = with_known_moves(case_of(now, base=base))
    assert found.before is not None
    assert found.before.project_modules == NEW["project_modules"]


def test_a_case_without_moves() -> None:
    for case in (case_of(evidence(**NEW)), case_of(evidence(**NEW), make_baseline(**NEW))):
        assert with_known_moves(case) is case


def test_who_registered_what_is_lost(tmp_path: Path) -> None:
    (tmp_path / "shop" / "signals").mkdir(parents=True)
    (tmp_path / "shop" / "signals" / "__init__.py").touch()
    lost = (
        "receivers shop.signals.reindex (post_save)",
        "models billing.Refund (billing)",
        "checks shop.gone.check",
        "checks package.x",
    )
    modules = ("billing.models", "shop.signals", "shop.gone")
    before = make_baseline(project_modules=modules, registrations=lost)
    check = BudgetCheck(Budget(BudgetKind.BASELINE, "registrations"), Verdict.OVER, 4, 1, "lost")
    other = BudgetCheck(Budget(BudgetKind.BASELINE, "modules"), Verdict.OVER, 4, 1, "more")
    now = evidence(tmp_path, registrations=())
    found, same = with_lost_places([check, other], before, now)
    assert found.places == (
        Location("shop/signals/__init__.py", 1, "shop.signals is not imported any more"),
        Location("billing/models.py", 1, "billing.models is imported, but does not register it any more"),
        Location("", 0, "shop.gone is not imported any more"),
    )
    assert same == other
    assert list(with_lost_places([check], None, now)) == [check]
