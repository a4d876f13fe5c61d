from __future__ import annotations

import datetime
import tomllib
from typing import Any

import pytest

from django_startup.exceptions import UsageError
from django_startup.gate.budgets import Budget, Waiver
from django_startup.gate.declared import declared_budgets, declared_files, declared_waivers, for_target
from django_startup.gate.kinds import BudgetKind
from tests.support.budgets import MS, S

WHERE = "[tool.django-startup.budget]"


def refusal(table: dict[str, Any]) -> str:
    """The sentence after the table's name, with which it is refused."""
    with pytest.raises(UsageError) as error:
        declared_budgets(table)
    assert str(error.value).startswith(WHERE)
    return str(error.value).removeprefix(f"{WHERE} ")


# What can be declared


@pytest.mark.parametrize(
    ("table", "budget"),
    [
        ({"max": "3s"}, Budget(BudgetKind.MAX, fail=3 * S)),
        ({"max-cpu": "2500ms"}, Budget(BudgetKind.MAX_CPU, fail=2500 * MS)),
        ({"waiting": "50ms"}, Budget(BudgetKind.WAITING, fail=50 * MS)),
        ({"modules": 3000}, Budget(BudgetKind.MODULES, fail=3000)),
        ({"modules": "3000"}, Budget(BudgetKind.MODULES, fail=3000)),
        ({"calls": 0}, Budget(BudgetKind.CALLS)),
        ({"memory": "350MiB"}, Budget(BudgetKind.MEMORY, fail=350 * 2**20)),
        ({"phases": {"ready": "1s"}}, Budget(BudgetKind.PHASE, "ready", S)),
        ({"apps": {"billing": "1s"}}, Budget(BudgetKind.APP, "billing", S)),
        ({"ready": {"*": "1s"}}, Budget(BudgetKind.READY, "*", S)),
        ({"packages": {"google-cloud-asset": "1s"}}, Budget(BudgetKind.PACKAGE, "google-cloud-asset", S)),
        ({"side-effects": {"sql": 2}}, Budget(BudgetKind.SIDE_EFFECTS, "sql", 2)),
        ({"cold-bytecode": "fail"}, Budget(BudgetKind.COLD_BYTECODE, warn=0)),
        ({"cold-bytecode": "warn"}, Budget(BudgetKind.COLD_BYTECODE, fail=1 << 40, warn=0)),
        ({"forbid": ["google.cloud.*"]}, Budget(BudgetKind.FORBID, "google.cloud.*")),
        (
            {"forbid": [{"modules": ["pandas"], "message": "use polars", "target": "setup"}]},
            Budget(BudgetKind.FORBID, "pandas", message="use polars", until="setup"),
        ),
        ({"require": ["shop.api"]}, Budget(BudgetKind.REQUIRE, "shop.api")),
        ({"max": {"warn": "2.5s", "fail": "3s"}}, Budget(BudgetKind.MAX, fail=3 * S, warn=2500 * MS)),
        ({"side-effects": {"dns": {"warn": 0, "fail": 3}}}, Budget(BudgetKind.SIDE_EFFECTS, "dns", 3, 0)),
        ({"apps": {"x": {"fail": "1s", "optional": True}}}, Budget(BudgetKind.APP, "x", S, optional=True)),
        ({"target": {"wsgi": {"max": "5s"}}}, Budget(BudgetKind.MAX, fail=5 * S, until="wsgi")),
        ({"target": {"first-test": {"max": "8s"}}}, Budget(BudgetKind.MAX, fail=8 * S, until="first-test")),
        ({"target": {"wsgi": {"require": ["a"]}}}, Budget(BudgetKind.REQUIRE, "a", until="wsgi")),
    ],
    ids=str,
)
def test_declared(table: dict[str, Any], budget: Budget) -> None:
    assert declared_budgets(table) == (budget,)


def test_off_and_other_keys_declare_nothing() -> None:
    table = {"cold-bytecode": "off", "baseline": "b.json", "waive": [], "target": {}, "forbid": [], "apps": {}}
    assert declared_budgets(table) == ()


@pytest.mark.parametrize(
    "name",
    [
        "shop.settings",
        "django-rest-framework",
        "2captcha",
        "größe.x",
        "package:a",
        "module:a.b",
        "google.*.x?",
        "[ab]*",
    ],
)
def test_names_that_modules_and_packages_have(name: str) -> None:
    assert [budget.name for budget in declared_budgets({"require": [name]})] == [name]


def test_several_modules_of_one_entry() -> None:
    budgets = declared_budgets({"forbid": [{"modules": ["a", "b"], "message": "m"}, "c"]})
    assert [(budget.name, budget.message) for budget in budgets] == [("a", "m"), ("b", "m"), ("c", "")]


# What cannot


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"maximum": "3s"}, "has an unknown key 'maximum'; did you mean max?"),
        ({"forbidden": []}, "has an unknown key 'forbidden'; did you mean forbid?"),
        ({"max": 3}, "max: '3' has no unit; write a duration such as 3s, 2500ms or 1m."),
        ({"max": "3"}, "max: '3' has no unit; write a duration such as 3s, 2500ms or 1m."),
        ({"max": "-3s"}, "max: '-3s' is not a duration such as 3s, 2500ms or 1m."),
        ({"max": "3MiB"}, "max: '3MiB' is not a duration such as 3s, 2500ms or 1m."),
        ({"max": True}, "max: 'True' is not a duration such as 3s, 2500ms or 1m."),
        ({"max": f"{'9' * 400}s"}, f"max: '{'9' * 58}… is too much."),
        ({"modules": 10**400}, f"modules: 1{'0' * 58}… is too much."),
        ({"modules": "9" * 5000}, f"modules: '{'9' * 58}… is too much."),
        *[
            ({"forbid": [name]}, f"forbid: {name!r} cannot be the name of a module or package, such as shop.settings.")
            for name in (
                "",
                "shop.",
                " shop",
                "shop/settings.py",
                "a..b",
                "-x",
                ".shop",
                "shop settings",
                "app:x",
                "a:b",
            )
        ],
        ({"memory": "350"}, "memory: '350' has no unit; write an amount of memory such as 350MiB."),
        ({"memory": "3s"}, "memory: '3s' is not an amount of memory such as 350MiB."),
        ({"modules": "many"}, "modules: 'many' is not a whole number."),
        ({"modules": 1.5}, "modules: 1.5 is not a whole number."),
        ({"modules": True}, "modules: True is not a whole number."),
        ({"calls": -1}, "calls: -1 is not a whole number."),
        ({"max": {}}, "max needs fail."),
        ({"max": {"warn": "3s"}}, "max needs fail."),
        ({"max": {"fail": "3s", "warn": "4s"}}, "max: warn is above fail."),
        ({"max": {"fail": "3s", "warn": "x"}}, "max warn: 'x' is not a duration such as 3s, 2500ms or 1m."),
        ({"max": {"fail": "3s", "warm": "2s"}}, "max has an unknown key 'warm'; did you mean warn?"),
        ({"max": {"fail": "3s", "optional": "yes"}}, "max: optional must be true or false, not 'yes'."),
        ({"apps": "1s"}, "apps must be a table, not '1s'."),
        ({"ready": {"shop": "x"}}, "ready shop: 'x' is not a duration such as 3s, 2500ms or 1m."),
        (
            {"side-effects": {"queries": 1}},
            "side-effects has an unknown key 'queries'; known are sql, connect, dns, subprocess, fork, thread.",
        ),
        ({"side-effects": {"threads": 1}}, "side-effects has an unknown key 'threads'; did you mean thread?"),
        ({"cold-bytecode": "never"}, "cold-bytecode must be one of fail, warn, off, not 'never'."),
        ({"cold-bytecode": []}, "cold-bytecode must be one of fail, warn, off, not []."),
        ({"forbid": "pandas"}, "forbid must be a list, not 'pandas'."),
        ({"forbid": [3]}, "forbid must be a table, not 3."),
        ({"forbid": [{}]}, "forbid must have modules, a list of names."),
        ({"forbid": [{"modules": []}]}, "forbid must have modules, a list of names."),
        ({"forbid": [{"modules": [3]}]}, "forbid must have modules, a list of names."),
        ({"forbid": [{"module": ["a"]}]}, "forbid has an unknown key 'module'; did you mean modules?"),
        ({"forbid": [{"modules": ["a"], "message": 3}]}, "forbid message must be a string, not 3."),
        (
            {"require": [{"modules": ["a"], "target": "web"}]},
            "require target must be one of settings, setup, urls, checks, wsgi, asgi, first-test, not 'web'.",
        ),
        ({"target": "wsgi"}, "target must be a table, not 'wsgi'."),
        ({"target": {"wsg": {}}}, "target has an unknown key 'wsg'; did you mean wsgi?"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_refused(table: dict[str, Any], sentence: str) -> None:
    assert refusal(table) == sentence


@pytest.mark.parametrize(
    ("inner", "sentence"),
    [
        ("5s", " must be a table, not '5s'."),
        ({"maxx": "5s"}, " has an unknown key 'maxx'; did you mean max?"),
        (
            {"waive": []},
            " has an unknown key 'waive'; known are max, max-cpu, waiting, modules, calls, memory, "
            "bytecode, read, faults, files, compiled, cold-bytecode, phases, apps, ready, packages, worker-memory, "
            "side-effects, forbid, require, late.",
        ),
        ({"max": "5"}, " max: '5' has no unit; write a duration such as 3s, 2500ms or 1m."),
    ],
    ids=str,
)
def test_refused_for_a_target(inner: object, sentence: str) -> None:
    with pytest.raises(UsageError) as error:
        declared_budgets({"target": {"wsgi": inner}})
    assert str(error.value) == f"[tool.django-startup.budget.target.wsgi]{sentence}"


# Waivers


def test_files_of_a_base() -> None:
    assert declared_files({}) == ()
    assert declared_files({"against-files": [".env", "../db.sqlite3"]}) == (".env", "../db.sqlite3")
    assert declared_budgets({"against-files": [".env"]}) == ()


@pytest.mark.parametrize("names", [".env", [3], [""], {"a": 1}])
def test_files_of_a_base_that_are_refused(names: object) -> None:
    with pytest.raises(UsageError, match=r"budget\] against-files must be a list of paths, not "):
        declared_files({"against-files": names})


def test_waivers() -> None:
    table = tomllib.loads("""
        [[waive]]
        item = "forbid pandas"
        reason = "#812"
        until = 2027-03-01
        [[waive]]
        item = "baseline new-packages"
        reason = "next"
        until = 2027-03-01T10:00:00
    """)
    day = "2027-03-01"
    assert declared_waivers(table) == (
        Waiver("forbid pandas", "#812", day),
        Waiver("baseline new-packages", "next", day),
    )
    assert declared_waivers({}) == ()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"item": None}, "waive needs an item and a reason."),
        ({"reason": None}, "waive needs an item and a reason."),
        ({"reason": "  "}, "waive needs an item and a reason."),
        ({"until": "soon"}, "waive max: until must be a day such as 2027-03-01, not 'soon'."),
        ({"until": None}, "waive max: until must be a day such as 2027-03-01, not None."),
        ({"day": 1}, "waive has an unknown key 'day'; known are item, reason, until."),
        (
            {"item": "dist:stripe"},
            "waive dist:stripe: an item begins with the kind of a budget, one of max, max-cpu, waiting, modules, "
            "calls, memory, bytecode, phase, app, ready, package, forbid, require, side-effects, cold-bytecode, "
            "read, faults, files, compiled, worker-memory, late, baseline.",
        ),
    ],
    ids=str,
)
def test_waivers_that_are_refused(change: dict[str, Any], sentence: str) -> None:
    waiver = {"item": "max", "reason": "r", "until": datetime.date(2027, 3, 1)} | change
    with pytest.raises(UsageError) as error:
        declared_waivers({"waive": [waiver]})
    assert str(error.value) == f"{WHERE} {sentence}"


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [("x", "waive must be a list of tables."), (["x"], "waive must be a table, not 'x'.")],
    ids=["text", "list of texts"],
)
def test_waivers_of_another_form(entries: object, sentence: str) -> None:
    with pytest.raises(UsageError) as error:
        declared_waivers({"waive": entries})
    assert str(error.value) == f"{WHERE} {sentence}"


# Which of them


def test_a_target_of_its_own_comes_before_all_in_any_order() -> None:
    general, special = Budget(BudgetKind.MAX, fail=3 * S), Budget(BudgetKind.MAX, fail=5 * S, until="wsgi")
    assert for_target((general, special), (), "wsgi") == for_target((special, general), (), "wsgi") == (special,)
    assert for_target((general, special), (), "urls") == (general,)
    assert for_target((special,), (), "urls") == ()


def test_options_come_first() -> None:
    general, special = Budget(BudgetKind.MAX, fail=3 * S), Budget(BudgetKind.MAX, fail=5 * S, until="wsgi")
    given = Budget(BudgetKind.MAX, fail=1 * S)
    assert for_target((general, special), (given,), "wsgi") == (given,)
    assert for_target((general, special), (given,), "urls") == (given,)


def test_forbidden_in_one_target_and_required_in_another() -> None:
    table = {"forbid": [{"modules": ["a"], "target": "setup"}], "require": [{"modules": ["a"], "target": "wsgi"}]}
    budgets = declared_budgets(table)
    assert [budget.title for budget in for_target(budgets, (), "setup")] == ["forbid a"]
    assert [budget.title for budget in for_target(budgets, (), "wsgi")] == ["require a"]
    assert for_target(budgets, (), "urls") == ()
