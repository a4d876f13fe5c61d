"""Budget reports of projects whose names are hostile: no format is broken by them."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from django_startup.gate.budgets import BudgetReport, Location, Verdict
from django_startup.gate.kinds import BudgetKind
from django_startup.reports.budget.formats import ERRORS, FORMATS
from django_startup.reports.budget.markdown import MARKER
from tests.support.budget_schema import valid_budget
from tests.support.budgets import HOSTILE, S, make_check, make_report


@pytest.fixture(autouse=True)
def outside_of_github(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)


def hostile() -> BudgetReport:
    place = Location(HOSTILE, 3, HOSTILE)
    return make_report(
        make_check(
            BudgetKind.FORBID,
            HOSTILE,
            value=1,
            text=HOSTILE,
            places=(place, Location("", 0, HOSTILE)),
            fixes=(HOSTILE,),
            reproduce=HOSTILE,
        ),
        make_check(BudgetKind.READY, HOSTILE, value=2 * S, fail=S, text=HOSTILE),
        make_check(BudgetKind.PACKAGE, HOSTILE, verdict=Verdict.UNSURE, value=2 * S, fail=S, text=HOSTILE),
        make_check(BudgetKind.APP, HOSTILE, verdict=Verdict.WITHIN, value=S, fail=2 * S, text=HOSTILE),
        notes=(HOSTILE,),
    )


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_lets_control_characters_through(name: str) -> None:
    text = FORMATS[name](hostile(), 1, 80)
    assert {char for char in text if not char.isprintable()} == {"\n"}
    text.encode("utf-8")


@pytest.mark.parametrize("name", ERRORS)
def test_no_error_lets_control_characters_through(name: str) -> None:
    text = ERRORS[name](HOSTILE, 2)
    assert {char for char in text if not char.isprintable()} == {"\n"}
    text.encode("utf-8")


def test_hostile_text_keeps_its_lines() -> None:
    lines = FORMATS["text"](hostile(), 1, 80).splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert [line.split()[0] for line in lines if line[:1].strip() and not line.startswith(("To ", "a|b"))] == [
        "over",
        "over",
        "unsure",
        "within",
    ]


def test_hostile_markdown_keeps_its_rows_and_tags() -> None:
    text = FORMATS["markdown"](hostile(), 1, 80)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {4}
    assert re.findall(r"<[^>]*>", text) == [MARKER, "<details>", "<summary>", "</summary>", "</details>"]
    assert not re.search(r"(?<!\\)`", text)


def test_hostile_annotations_stay_one_command_a_line() -> None:
    lines = FORMATS["github"](hostile(), 1, 80).splitlines()
    assert len(lines) == 3
    for line in lines:
        command, parameters, text = re.fullmatch(r"::(\w+) (.*?)::(.*)", line).groups()  # type: ignore[union-attr]
        assert command in ("error", "warning")
        assert ":" not in parameters
        assert len(parameters.split(",")) == (3 if parameters.startswith("file=") else 1)
        assert "%250A" in text
    assert len(ERRORS["github"](HOSTILE, 2).splitlines()) == 1


def test_hostile_xml_is_well_formed() -> None:
    suites = ElementTree.fromstring(FORMATS["junit"](hostile(), 1, 80))
    assert suites.attrib["tests"] == "4"
    assert suites[0][0][0].attrib["message"].startswith("a|b\\n::error::x\\r<b>&</script>")
    ElementTree.fromstring(ERRORS["junit"](HOSTILE, 2))


def test_hostile_json_keeps_every_character() -> None:
    document = valid_budget(FORMATS["json"](hostile(), 1, 80))
    assert document["checks"][0]["name"] == HOSTILE
    assert document["notes"] == [HOSTILE]
    assert valid_budget(ERRORS["json"](HOSTILE, 2))["error"] == HOSTILE
