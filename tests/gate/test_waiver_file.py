from __future__ import annotations

import tomllib

import pytest
from inline_snapshot import snapshot

from django_startup.exceptions import UsageError
from django_startup.gate.budgets import Waiver
from django_startup.gate.waiver_file import with_waiver

WAIVER = Waiver("max", "x", "2027-05-30")
TABLE = {"item": "max", "reason": "x", "until": tomllib.loads("day = 2027-05-30")["day"]}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "[tool.other]\nx = 1\n\n\n",
        "[tool.django-startup.budget]\nmax = '3s'",
        "[tool.django-startup]\nbudget.max = '3s'\n",
        "[tool]\ndjango-startup.budget.max = '3s'\n# end",
        "[tool]\ndjango-startup.budget.ready = { '*' = '1s' }\n",
        "[[tool.django-startup.budget.waive]]\nitem = 'modules'\nreason = 'y'\nuntil = 2027-01-01\n",
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_written_at_the_end(text: str, newline: str) -> None:
    text = text.replace("\n", newline)
    longer = with_waiver(text, WAIVER)
    assert longer.startswith(text.rstrip())
    assert longer.endswith("until = 2027-05-30\n".replace("\n", newline if "\n" in text else "\n"))
    before, after = tomllib.loads(text), tomllib.loads(longer)
    assert after["tool"]["django-startup"]["budget"]["waive"].pop() == TABLE
    waivers = before.setdefault("tool", {}).setdefault("django-startup", {}).setdefault("budget", {})
    waivers.setdefault("waive", [])
    assert after == before


def test_any_character() -> None:
    waiver = Waiver("ready é", '\U0001f40d \x1f\x7f\udc80"\\\n', "2027-05-30")
    longer = with_waiver("", waiver)
    (written,) = tomllib.loads(longer)["tool"]["django-startup"]["budget"]["waive"]
    assert (written["item"], written["reason"]) == ("ready é", '\U0001f40d \\x1f\\x7f\\udc80"\\\\n')
    assert longer.encode()


@pytest.mark.parametrize(
    "text",
    [
        "tool.django-startup = { budget = { max = '3s' } }\n",
        "[tool.django-startup]\nbudget = { max = '3s' }\n",
        "[tool.django-startup.budget]\nwaive = [{ item = 'modules', reason = 'x', until = 2999-01-01 }]\n",
    ],
)
def test_what_is_in_brackets_cannot_be_added_to(text: str) -> None:
    with pytest.raises(UsageError) as error:
        with_waiver(text, WAIVER)
    assert str(error.value) == snapshot(
        "[tool.django-startup.budget] or its waive is in brackets, so add the waiver by hand: "
        '{ item = "max", reason = "x", until = 2027-05-30 }'
    )


def test_there_is_one_already() -> None:
    with pytest.raises(UsageError) as error:
        with_waiver(with_waiver("", WAIVER), WAIVER)
    assert str(error.value) == snapshot("There is a waiver for 'max' already; change its day.")
