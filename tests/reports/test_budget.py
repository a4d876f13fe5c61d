from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from inline_snapshot import snapshot

from django_startup.gate.budgets import Budget, BudgetCheck, Location, Machine, Verdict
from django_startup.gate.kinds import BudgetKind
from django_startup.measure.target import Until
from django_startup.reports.budget.formats import ERRORS, FORMATS
from django_startup.reports.budget.markdown import MARKER
from tests.support.budget_schema import SCHEMA, valid_budget
from tests.support.budgets import BUSY, MS, S, make_check, make_report

WITHIN, WARN, UNSURE, OVER = Verdict.WITHIN, Verdict.WARN, Verdict.UNSURE, Verdict.OVER
MIB = 2**20
DOOR = Location("billing/models.py", 3, "import stripe ← billing.models ← models")
APP = Location("", 0, "'stripe_app' in INSTALLED_APPS")
PACKAGE = Location("/venv/lib/python3.13/site-packages/wagtail/apps.py", 7, "import stripe")
FORBIDDEN = make_check(
    BudgetKind.FORBID,
    "stripe",
    value=1,
    text="stripe is imported",
    places=(DOOR, APP, PACKAGE),
    fixes=("billing/models.py:3 used only in refund()",),
    reproduce="python -m django_startup profile --why stripe",
)
REPORT = make_report(
    FORBIDDEN,
    make_check(value=3300 * MS, text="3.200 s CPU + 0.100 s waiting; 10 boots; wall 3.400 s"),
    make_check(BudgetKind.READY, "billing", verdict=UNSURE, value=110 * MS, fail=100 * MS, text="10 boots"),
    make_check(BudgetKind.MODULES, verdict=WARN, value=2800, fail=3000, warn=2500),
    make_check(BudgetKind.MEMORY, verdict=WITHIN, value=231 * MIB, fail=350 * MIB),
    make_check(BudgetKind.BASELINE, "new-packages", verdict=WITHIN, value=0, fail=0, text="none"),
    notes=("Not timed, since it is a test: waiting.",),
)


@pytest.fixture(autouse=True)
def outside_of_github(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)


def render(name: str, *checks: BudgetCheck, **others: Any) -> str:
    return FORMATS[name](make_report(*checks, **others), 1, 80)


# Text


def test_text() -> None:
    assert FORMATS["text"](REPORT, 1, 80) == snapshot("""\
over    forbid stripe          stripe is imported
                               billing/models.py:3  import stripe ←
                               billing.models ← models
                               'stripe_app' in INSTALLED_APPS
                               wagtail/apps.py:7  import stripe
                               fix: billing/models.py:3 used only in refund()
                               see: python -m django_startup profile --why
                               stripe
over    max 3.000 s            3.300 s, 0.300 s too much (10 %); 3.200 s CPU +
                               0.100 s waiting; 10 boots; wall 3.400 s
unsure  ready billing 0.100 s  0.110 s; 10 boots
warn    modules 2,500          2,800 modules
within  memory 350.0 MiB       231.0 MiB, 34 % to spare
within  baseline new-packages  none

To URLs: over budget (3 boots; the machine was not busy).
Not timed, since it is a test: waiting.
""")


def test_at_most_five_places() -> None:
    text = render("text", replace(FORBIDDEN, places=(DOOR,) * 7))
    assert text.count("billing/models.py:3  import") == 5
    assert "and 2 more\n" in text
    assert "more" not in render("text", replace(FORBIDDEN, places=(DOOR,) * 5))


@pytest.mark.parametrize(
    ("verdict", "headline"),
    [
        (WITHIN, "within every budget"),
        (WARN, "within every budget, with warnings"),
        (UNSURE, "unsure on this machine"),
        (OVER, "over budget"),
    ],
)
def test_headlines(verdict: Verdict, headline: str) -> None:
    report = make_report(make_check(verdict=verdict, value=S))
    assert f"To URLs: {headline} (3 boots; " in FORMATS["text"](report, 0, 80)
    assert f"### Start-up to urls: {headline}\n" in FORMATS["markdown"](report, 0, 80)


@pytest.mark.parametrize(
    ("machine", "words"),
    [
        (BUSY, "the machine was busy, and the times do not include that"),
        (Machine(0.1, known=True), "the machine was not busy"),
        (Machine(0.0, known=False), "this system does not report how busy it is"),
    ],
)
def test_the_machine(machine: Machine, words: str) -> None:
    assert words in " ".join(render("text", machine=machine).split())
    assert words in render("markdown", machine=machine)
    assert json.loads(render("json", machine=machine))["machine"] == {
        "run_queue_known": machine.known,
        "queued_share": machine.queued_share,
        "busy": machine.is_busy,
    }


def test_nothing_was_timed() -> None:
    report = replace(REPORT, machine=None)
    assert FORMATS["text"](report, 1, 80).count("(3 boots).\n") == 1
    assert json.loads(FORMATS["json"](report, 1, 80))["machine"] is None


@pytest.mark.parametrize(
    ("saving_ns", "rss_bytes", "line"),
    [
        (412 * MS, 48 * 2**20, "costs 0.412 s, 48 MiB"),
        (412 * MS, None, "costs 0.412 s"),
        (0, 2**20, "costs 1 MiB"),
        (MS - 1, 2**20 - 1, None),
        (None, None, None),
    ],
)
def test_costs(saving_ns: int | None, rss_bytes: int | None, line: str | None) -> None:
    check = replace(FORBIDDEN, saving_ns=saving_ns, rss_bytes=rss_bytes)
    lines = [line.strip() for line in render("text", check).splitlines()]
    assert [found for found in lines if found.startswith("costs")] == ([] if line is None else [line])


def test_a_command_to_accept_it() -> None:
    accept = "python -m django_startup budget accept 'forbid stripe' --reason …"
    assert f"- accept: {accept}".replace("_", "\\_") in render("markdown", replace(FORBIDDEN, accept=accept))


def test_one_boot() -> None:
    assert "(1 boot; " in FORMATS["text"](replace(REPORT, boots=1), 1, 80)


def test_nothing_to_check_is_within() -> None:
    assert make_report().verdict is WITHIN


# Numbers never contradict the verdict


def numbers(text: str) -> list[float]:
    return [float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]


@pytest.mark.parametrize(
    ("kind", "limit", "least"),
    [
        (BudgetKind.MAX, 3 * S, 1),
        (BudgetKind.MAX, 3 * S, 999),
        (BudgetKind.MAX, 3 * S, 400_000),
        (BudgetKind.WAITING, 0, 1),
        (BudgetKind.READY, 50 * MS, 1),
        (BudgetKind.MEMORY, 350 * MIB, 1),
        (BudgetKind.MEMORY, 350 * MIB, 50_000),
        (BudgetKind.MODULES, 3000, 1),
        (BudgetKind.CALLS, 580_612, 1),
        (BudgetKind.SIDE_EFFECTS, 0, 1),
    ],
)
def test_a_little_over_is_seen(kind: BudgetKind, limit: int, least: int) -> None:
    check = make_check(kind, value=limit + least, fail=limit)
    cells = [re.split(r" \| ", line) for line in render("markdown", check).splitlines() if line.startswith("| over")]
    shown_limit, shown_value = numbers(cells[0][1])[-1], numbers(cells[0][2])[0]
    assert shown_value > shown_limit
    assert "0.0 %" not in render("text", check)
    (saved,) = json.loads(render("json", check))["checks"]
    assert saved["value"] > saved["limit"]


@pytest.mark.parametrize(("kind", "limit"), [(BudgetKind.MAX, 3 * S), (BudgetKind.MEMORY, 350 * MIB)])
def test_a_little_over_the_warning_is_seen(kind: BudgetKind, limit: int) -> None:
    check = make_check(kind, verdict=WARN, value=limit + 1, fail=2 * limit, warn=limit)
    cells = [re.split(r" \| ", line) for line in render("markdown", check).splitlines() if line.startswith("| warn")]
    assert numbers(cells[0][2])[0] > numbers(cells[0][1])[-1]


def test_just_under_is_seen() -> None:
    text = render("text", make_check(verdict=WITHIN, value=3 * S - 1))
    assert "within  max 3.000000000 s  2.999999999 s, 0 % to spare\n" in text


def test_at_the_limit_is_within() -> None:
    assert "within  max 3.000 s  3.000 s, 0 % to spare\n" in re.sub(
        " {2,}", "  ", render("text", make_check(verdict=WITHIN, value=3 * S))
    )


def test_far_over() -> None:
    assert "130.000 s, 43 times the limit\n" in render("text", make_check(value=130 * S))
    modules = make_check(BudgetKind.MODULES, value=2933, fail=100)
    assert "over    modules 100  2,933 modules, 29 times the limit\n" in render("text", modules)
    assert "1,557 modules, 457 too many (42 %)\n" in render("text", replace(modules, value=1557, budget=limit(1100)))
    assert "1 module, 0 times" not in render("text", replace(modules, value=1, budget=limit(0)))


def limit(modules: int) -> Budget:
    return Budget(BudgetKind.MODULES, fail=modules)


def test_a_value_that_is_not_known() -> None:
    check = make_check(BudgetKind.MEMORY, verdict=UNSURE, value=None, fail=350 * MIB, text="this system does not say")
    assert "unsure  memory 350.0 MiB  this system does not say\n" in render("text", check)
    assert json.loads(render("json", check))["checks"][0]["value"] is None


# Markdown


def test_markdown() -> None:
    assert (
        FORMATS["markdown"](REPORT, 1, 80)
        == f"""\
{MARKER}
### Start-up to urls: over budget

| verdict | budget | found |
|---|---|---|
| over | forbid stripe | stripe is imported |
| over | max 3.000 s | 3.300 s, 0.300 s too much (10 %); 3.200 s CPU + 0.100 s waiting; 10 boots; wall 3.400 s |
| unsure | ready billing 0.100 s | 0.110 s; 10 boots |
| warn | modules 2,500 | 2,800 modules |

**forbid stripe**
- billing/models.py:3  import stripe ← billing.models ← models
- 'stripe\\_app' in INSTALLED\\_APPS
- wagtail/apps.py:7  import stripe
- fix: billing/models.py:3 used only in refund()
- see: python -m django\\_startup profile --why stripe

<details><summary>2 within budget</summary>

| verdict | budget | found |
|---|---|---|
| within | memory 350.0 MiB | 231.0 MiB, 34 % to spare |
| within | baseline new-packages | none |

</details>

Not timed, since it is a test: waiting.
To URLs: over budget (3 boots; the machine was not busy).
"""
    )


def test_markdown_of_what_is_all_kept_or_all_broken() -> None:
    kept = render("markdown", make_check(verdict=WITHIN, value=S))
    assert kept.index("<details>") < kept.index("| verdict |")
    assert "<details>" not in render("markdown", FORBIDDEN)


# GitHub


def test_github() -> None:
    assert (
        FORMATS["github"](REPORT, 1, 80)
        == """\
::error file=billing/models.py,line=3,title=forbid stripe::stripe is imported%0Aimport stripe ← billing.models ← models\
%0Afix: billing/models.py:3 used only in refund()
::error file=/venv/lib/python3.13/site-packages/wagtail/apps.py,line=7,title=forbid stripe::stripe is imported%0A\
import stripe%0Afix: billing/models.py:3 used only in refund()
::error title=max 3.000 s::3.300 s, 0.300 s too much (10 %25); 3.200 s CPU + 0.100 s waiting; 10 boots; \
wall 3.400 s
::warning title=ready billing 0.100 s::0.110 s; 10 boots
::warning title=modules 2,500::2,800 modules
""".replace("2,500", "2%2C500")
    )


def test_a_line_that_is_not_known_and_no_fix() -> None:
    check = make_check(BudgetKind.FORBID, "x", value=1, text="t", places=(Location("a.py", 0, "p"),))
    assert render("github", check) == snapshot("::error file=a.py,line=1,title=forbid x::t%0Ap\n")


@pytest.mark.parametrize(("places", "shown", "more"), [(9, 9, 0), (10, 9, 1), (25, 9, 16)])
def test_nine_and_more(places: int, shown: int, more: int) -> None:
    lines = render("github", replace(FORBIDDEN, places=(DOOR,) * places)).splitlines()
    assert sum(line.startswith("::error ") for line in lines) == shown
    rest = [f"::warning title=django-startup::and {more} more, in the summary"] if more else []
    assert lines[shown:] == rest


def test_within_needs_no_annotation() -> None:
    assert render("github", make_check(verdict=WITHIN, value=S)) == ""


def test_paths_from_the_root_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "backend").mkdir()
    monkeypatch.chdir(tmp_path / "backend")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    lines = render("github", FORBIDDEN).splitlines()
    assert lines[0].startswith("::error file=backend/billing/models.py,line=3,")
    assert lines[1].startswith("::error file=/venv/lib/python3.13/site-packages/wagtail/apps.py,line=7,")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "elsewhere"))
    assert render("github", FORBIDDEN).startswith("::error file=billing/models.py,line=3,")


# JUnit


def test_junit() -> None:
    suites = ElementTree.fromstring(FORMATS["junit"](REPORT, 1, 80))
    totals = {"tests": "6", "failures": "2", "errors": "0", "skipped": "1"}
    assert suites.attrib == totals
    (suite,) = suites
    assert suite.attrib == {"name": "start-up to urls", **totals}
    found = {case.attrib["name"]: (case.attrib["time"], [child.tag for child in case]) for case in suite}
    assert found == snapshot(
        {
            "forbid stripe": ("0.000000", ["failure"]),
            "max 3.000 s": ("3.300000", ["failure"]),
            "ready billing 0.100 s": ("0.110000", ["skipped"]),
            "modules 2,500": ("0.000000", ["system-out"]),
            "memory 350.0 MiB": ("0.000000", ["system-out"]),
            "baseline new-packages": ("0.000000", ["system-out"]),
        }
    )
    failure = suite[0][0]
    assert failure.attrib == snapshot({"message": "stripe is imported"})
    assert (failure.text or "").splitlines()[0] == snapshot(
        "billing/models.py:3  import stripe ← billing.models ← models"
    )
    assert suite[2][0].attrib == {"message": "0.110 s; 10 boots"}
    assert suite[3][0].text == "2,800 modules"


# JSON


def test_the_schema_is_one_and_describes_everything() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert set(SCHEMA["$defs"]["check"]["properties"]["kind"]["enum"]) == set(BudgetKind)
    assert set(SCHEMA["properties"]["verdict"]["enum"]) == {*Verdict, None}


def test_json() -> None:
    document = valid_budget(FORMATS["json"](REPORT, 1, 80))
    assert (document["exit_code"], document["verdict"], document["boots"]) == (1, "over", 3)
    assert document["notes"] == snapshot(["Not timed, since it is a test: waiting."])
    forbidden, longest, ready, modules, memory, new = document["checks"]
    assert forbidden["places"] == [
        {"file": place.file, "line": place.line, "text": place.text} for place in (DOOR, APP, PACKAGE)
    ]
    assert (forbidden["unit"], forbidden["limit"], forbidden["value"]) == (None, None, 1)
    assert forbidden["reproduce"] == snapshot("python -m django_startup profile --why stripe")
    assert (longest["unit"], longest["limit"], longest["value"]) == ("ms", 3000.0, 3300.0)
    assert (ready["kind"], ready["name"], ready["verdict"]) == ("ready", "billing", "unsure")
    assert (modules["unit"], modules["limit"], modules["warn"], modules["value"]) == ("count", 3000, 2500, 2800)
    assert (memory["unit"], memory["limit"], memory["value"]) == ("mib", 350.0, 231.0)
    assert (new["kind"], new["name"], new["unit"], new["value"]) == ("baseline", "new-packages", None, 0)


@pytest.mark.parametrize(("verdict", "code"), [(WITHIN, 0), (WARN, 0), (UNSURE, 0), (UNSURE, 4), (OVER, 1)])
@pytest.mark.parametrize("kind", BudgetKind)
def test_every_kind_and_verdict_is_valid(kind: BudgetKind, verdict: Verdict, code: int) -> None:
    report = make_report(make_check(kind, "x", verdict=verdict, value=3, fail=2, warn=1))
    document = valid_budget(FORMATS["json"](report, code, 80))
    assert (document["exit_code"], document["verdict"], document["error"]) == (code, verdict, None)
    for name in FORMATS:
        assert FORMATS[name](report, code, 80) or name == "github"


@pytest.mark.parametrize("code", [2, 3])
def test_nothing_to_judge(code: int) -> None:
    sentence = "The project did not boot: ValueError."
    document = valid_budget(ERRORS["json"](sentence, code))
    assert (document["exit_code"], document["error"], document["verdict"]) == (code, sentence, None)
    assert ERRORS["github"](sentence, code) == f"::error title=django-startup::{sentence}\n"
    assert ERRORS["markdown"](sentence, code) == f"{MARKER}\n### Start-up: nothing to judge\n\n{sentence}\n"
    suites = ElementTree.fromstring(ERRORS["junit"](sentence, code))
    assert suites.attrib == {"tests": "1", "failures": "0", "errors": "1", "skipped": "0"}
    assert suites[0][0][0].tag == "error"
    assert suites[0][0][0].attrib == {"message": sentence}


def test_the_schema_refuses_what_contradicts_itself() -> None:
    document = json.loads(FORMATS["json"](REPORT, 1, 80))
    validator = jsonschema.Draft202012Validator(SCHEMA)
    changes: tuple[dict[str, Any], ...] = (
        {"exit_code": 3},
        {"verdict": None},
        {"error": "x"},
        {"boots": -1},
        {"checks": [{}]},
    )
    for change in changes:
        assert not validator.is_valid({**document, **change}), change


def test_the_schema_knows_every_target() -> None:
    assert SCHEMA["properties"]["until"]["enum"] == [*(until.value for until in Until), None]
