from __future__ import annotations

import functools
import re
from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from django_startup.gate.bringers import Bringers
from django_startup.gate.budgets import Budget, BudgetCheck, Cause, Location, Verdict
from django_startup.gate.causes import find_causes
from django_startup.gate.culprits import places_of, with_growth
from django_startup.gate.differences import difference_notes
from django_startup.gate.exact import judge_exactly
from django_startup.gate.explain import Costs, find_places, with_costs
from django_startup.gate.kinds import BudgetKind
from django_startup.gate.parts import Grown
from django_startup.gate.regression import judge_against
from tests.gate.conftest import Change
from tests.support.budgets import make_baseline

BUDGETS = (
    Budget(BudgetKind.MODULES, fail=10),
    Budget(BudgetKind.FORBID, "inner"),
    Budget(BudgetKind.FORBID, "heavy.*"),
    Budget(BudgetKind.FORBID, "torch"),
)
# Fixes with a semicolon, which end with the same words.
SLEEPS = "billing/apps.py:9 time.sleep(1): waiting at start; take it out"
ASKS = "shop/urls.py:3 SELECT 1; SELECT 2: 2 queries at start; take it out"


@pytest.fixture(scope="module")
def checks(change: Change) -> list[BudgetCheck]:
    """What budgets and a baseline say of the change, with costs."""
    found = list(judge_exactly(BUDGETS, change.now))
    places = functools.partial(find_places, change.now)
    found += judge_against(change.before.baseline, change.now.baseline, places)
    found = list(with_growth(found, change.before.baseline, change.now))
    return list(with_costs(found, Costs(change.runner, change.now)))


@pytest.fixture(scope="module")
def causes(change: Change, checks: list[BudgetCheck]) -> dict[str, Cause]:
    found = find_causes(checks, change.now, change.before.baseline, Costs(change.runner, change.now))
    return {cause.what: cause for cause in found}


def test_one_cause_one_block(causes: dict[str, Cause]) -> None:
    assert {what: [check.budget.title for check in cause.checks] for what, cause in causes.items()} == snapshot(
        {
            "heavy 2 is new, with inner 1": ["forbid inner", "baseline new-packages"],
            "the app extras is new, with extra 1, server 5": [
                "modules",
                "baseline new-packages",
                "baseline new-modules",
                "baseline modules",
            ],
        }
    )


def test_a_cause_says_what_it_costs_and_where_it_is(causes: dict[str, Cause]) -> None:
    cause = causes["heavy 2 is new, with inner 1"]
    assert cause.saving_ns and cause.saving_ns > 0
    assert cause.modules == 2
    assert [(place.file, place.line, place.text) for place in cause.places] == snapshot(
        [("billing/models.py", 2, "import heavy ← billing.models ← models")]
    )
    assert cause.fixes == snapshot(
        ("billing/models.py:2 not used in this file, line 2: not needed, or imported for its side effects",)
    )
    assert cause.reproduce == "python -m django_startup profile --why heavy"
    (listed,) = [check for check in cause.checks if check.budget.name == "new-packages"]
    assert (listed.text, listed.value, listed.about) == snapshot(("heavy, inner", 2, ("heavy", "inner")))


def test_what_came_with_the_installation_of_another(causes: dict[str, Cause]) -> None:
    (cause,) = [cause for what, cause in causes.items() if "extras" in what]
    assert cause.what == snapshot("the app extras is new, with extra 1, server 5")
    assert [(place.file.rpartition("/")[2], place.line, place.text) for place in cause.places] == snapshot(
        [
            ("settings.py", 2, "'extras' in INSTALLED_APPS ← shop.settings ← settings"),
            ("models.py", 1, "import extras.helpers, server ← extras.models ← models"),
            ("__init__.py", 2, "imports extra, which server requires: import extra ← (tool) ← billing.models ← models"),
        ]
    )


def test_whose_figure_grew(checks: list[BudgetCheck]) -> None:
    (calls,) = [check for check in checks if check.budget.title == "baseline calls"]
    assert re.sub(r"\d{3}\b", "...", calls.text.partition("; ")[2]) == snapshot(
        "mostly billing.models +30,..., ready() of billing +20,..., heavy +9,..."
    )
    assert [(place.file, place.text) for place in calls.places] == snapshot(
        [
            ("billing/models.py", "the module billing.models"),
            ("billing/apps.py", "ready() of billing"),
            ("billing/models.py", "import heavy ← billing.models ← models"),
        ]
    )
    assert calls.places[1].line > 1  # where ready() begins
    assert calls.about[0] == "billing.models"
    (modules,) = [check for check in checks if check.budget.title == "modules"]
    assert modules.text == snapshot("mostly the project +3, extra +1, heavy +1")
    assert [place.text for place in modules.places] == snapshot(
        [
            "the module extras",
            "import extra ← (tool) ← billing.models ← models",
            "import heavy ← billing.models ← models",
        ]
    )


def test_without_a_baseline_the_largest_are_named(change: Change) -> None:
    kinds = (BudgetKind.CALLS, BudgetKind.MEMORY, BudgetKind.BYTECODE)
    counters = [BudgetCheck(Budget(kind, fail=1), Verdict.OVER, 9, 1, "") for kind in kinds]
    within = BudgetCheck(Budget(BudgetKind.MODULES), Verdict.WITHIN, 9, 1, "")
    calls, memory, bytecode, kept = with_growth([*counters, within], None, change.now)
    assert calls.text.startswith("the most: ")
    assert "billing.models 30," in calls.text
    assert ("billing/models.py", 1) in [(place.file, place.line) for place in calls.places]
    assert " MiB" in memory.text
    assert bytecode.text.startswith("the most: ")
    assert (calls.about, kept) == ((), within)


def test_a_baseline_of_an_older_version_has_no_parts(change: Change) -> None:
    check = BudgetCheck(Budget(BudgetKind.BASELINE, "calls"), Verdict.OVER, 9, 1, "1 before, 9 now")
    (found,) = with_growth([check], make_baseline(), change.now)
    assert found.text.startswith("1 before, 9 now; the most: ")


def test_nothing_was_counted(change: Change) -> None:
    check = BudgetCheck(Budget(BudgetKind.CALLS, fail=1), Verdict.OVER, 9, 1, "")
    empty = type(change.now)(change.now.target, lambda kind, instructions: change.now.recording)
    empty.__dict__["parts"] = ()
    assert list(with_growth([check], None, empty)) == [check]


def test_side_effects_at_one_line_are_one_cause(change: Change) -> None:
    place = Location("billing/apps.py", 9, "SELECT 1 (ready() of billing)")
    kinds = (Budget(BudgetKind.SIDE_EFFECTS, "sql"), Budget(BudgetKind.BASELINE, "new-side-effects"))
    found = [BudgetCheck(budget, Verdict.OVER, 1, 1, "x", (place,), ("defer them",)) for budget in kinds]
    elsewhere = replace(found[0], budget=Budget(BudgetKind.SIDE_EFFECTS, "dns"), places=(replace(place, line=3),))
    nowhere = replace(found[0], budget=Budget(BudgetKind.SIDE_EFFECTS, "fork"), places=())
    (cause,) = find_causes([*found, elsewhere, nowhere], change.now, None, Costs(change.runner, change.now))
    assert (cause.what, cause.fixes, cause.verdict, len(cause.checks)) == (place.text, ("defer them",), Verdict.OVER, 2)


def test_limits_in_time_that_one_line_breaks_are_one_cause(change: Change) -> None:
    place, other = Location("billing/apps.py", 9, "time.sleep(1): ready() of billing"), Location("shop/urls.py", 3, "x")
    budgets = (
        Budget(BudgetKind.READY, "billing", 1),
        Budget(BudgetKind.MAX, fail=1),
        Budget(BudgetKind.BASELINE, "waiting"),
        Budget(BudgetKind.BASELINE, "time"),
    )
    found = [BudgetCheck(budget, Verdict.OVER, 1, 1, "x", (place,), (SLEEPS,)) for budget in budgets]
    found[1] = replace(found[1], places=(place, other), fixes=(SLEEPS, ASKS))
    (cause,) = find_causes(found, change.now, None, Costs(change.runner, change.now))
    assert (cause.what, cause.fixes) == (place.text, (SLEEPS, ASKS))
    assert (cause.places, len(cause.checks)) == ((place, other), 3)


def test_one_budget_is_its_own_cause(change: Change) -> None:
    found = [check for check in judge_exactly(BUDGETS, change.now) if check.budget.name == "inner"]
    assert find_causes(found, change.now, None, Costs(change.runner, change.now)) == ()


def test_warnings_cost_no_boot(change: Change) -> None:
    before = change.runner.boots
    found = [
        BudgetCheck(Budget(BudgetKind.FORBID, name), Verdict.WARN, 1, 1, "", about=("heavy",)) for name in ("a", "b")
    ]
    (cause,) = find_causes(found, change.now, None, Costs(change.runner, change.now))
    assert (cause.what, cause.saving_ns, change.runner.boots) == ("heavy 2 is imported", None, before)


def test_more_of_what_was_there(change: Change) -> None:
    names = ("modules", "calls")
    found = [
        BudgetCheck(Budget(BudgetKind.BASELINE, name), Verdict.OVER, 1, 1, "", about=("steady",)) for name in names
    ]
    costs = Costs(change.runner, change.now)
    (cause,) = find_causes(found, change.now, change.before.baseline, costs)
    assert cause.what == "steady 1.9 is now 1.10"
    (cause,) = find_causes(found, change.now, change.now.baseline, costs)
    assert (cause.what, cause.saving_ns) == ("steady 1.10 needs more than before", None)
    gone = [replace(check, about=("nothing",)) for check in found]
    (cause,) = find_causes(gone, change.now, None, costs)
    assert (cause.places, cause.fixes) == ((), ())


def test_other_versions_and_apps_are_told(change: Change) -> None:
    notes = list(difference_notes(change.before.baseline, change.now))
    assert [re.sub(r"\d{3} calls", "... calls", note) for note in notes] == snapshot(
        [
            "steady was upgraded from 1.9 to 1.10: 5,... calls more.",
            "No longer imported: gone 4.",
            "The app extras is new: 3 modules.",
        ]
    )
    assert list(difference_notes(change.now.baseline, change.now)) == []
    elsewhere = replace(change.before.baseline, circumstances=make_baseline().circumstances)
    assert "steady was upgraded from 1.9 to 1.10." in list(difference_notes(elsewhere, change.now))


def test_who_imported_something_first(change: Change) -> None:
    bringers = Bringers(change.now, None, [])
    assert [bringers.importer(name) for name in ("inner", "heavy", "steady", "extra", "sys", "nothing")] == [
        "heavy",
        "billing.models",
        "billing.models",
        "tool",
        "",
        "",
    ]


def test_a_counter_is_no_part_of_a_cause_where_nothing_is_known(change: Change) -> None:
    found = [BudgetCheck(Budget(BudgetKind.MODULES), Verdict.OVER, 9, 1, "")]
    assert find_causes(found, change.now, None, Costs(change.runner, change.now)) == ()


def test_places_that_are_not_known(change: Change) -> None:
    rows = [Grown("ready() of gone", 5), Grown("the standard library", 4)]
    assert list(places_of(rows, change.now, ())) == []
