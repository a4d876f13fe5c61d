from __future__ import annotations

import json
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from inline_snapshot import snapshot

from django_startup.exceptions import UsageError
from django_startup.profile.profile import TimelineInfo
from django_startup.reports.formats import View, write_as
from django_startup.reports.viewers.har import render_har
from tests.support.profiles import make_module, make_profile
from tests.support.timelines import SPANS, make_drawn_profile, make_timeline

SCHEMA = json.loads((Path(__file__).with_name("har.schema.json")).read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


@pytest.fixture
def har() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render_har(make_drawn_profile()))
    return document


def entries(har: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {entry["request"]["url"]: entry for entry in har["log"]["entries"]}


def test_it_is_valid(har: dict[str, Any]) -> None:
    VALIDATOR.check_schema(SCHEMA)
    VALIDATOR.validate(har)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("creator",), None),
        (("version",), "1.1"),
        (("more",), 1),
        (("pages", 0, "pageTimings"), None),
        (("pages", 0, "startedDateTime"), "2000-01-01"),
        (("entries", 0, "page_ref"), "boot"),
        (("entries", 0, "time"), -1),
        (("entries", 0, "timings", "wait"), None),
        (("entries", 0, "timings", "receive"), -1),
        (("entries", 0, "request", "url"), "stripe.api"),
        (("entries", 0, "response", "content", "size"), None),
        (("entries", 0, "response", "status"), "200"),
    ],
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_the_schema_finds_mistakes(har: dict[str, Any], path: tuple[str | int, ...], value: object) -> None:
    *way, last = path
    place: Any = har["log"]
    for step in way:
        place = place[step]
    place[last] = value
    assert not VALIDATOR.is_valid(har)


def test_an_entry(har: dict[str, Any]) -> None:
    nothing = {"httpVersion": "", "cookies": [], "headers": [], "headersSize": -1, "bodySize": -1}
    assert entries(har)["import://stripe/stripe.api"] == {
        "pageref": "boot",
        "startedDateTime": "2000-01-01T00:00:00.102000Z",
        "time": 400.0,
        "request": {"method": "IMPORT", "url": "import://stripe/stripe.api", "queryString": [], **nothing},
        "response": {
            "status": 200,
            "statusText": "OK",
            "content": {"size": 0, "mimeType": "text/x-python"},
            "redirectURL": "",
            **nothing,
        },
        "cache": {},
        "timings": {"blocked": 0.001, "send": 0, "wait": 99.999, "receive": 300.0},
        "connection": "MainThread",
        "_resourceType": "script",
        "_self_cpu_ms": 290.0,
        "_self_waiting_ms": 10.0,
        "_file": "stripe/api.py",
        "_initiator": {"type": "parser", "url": "https://source.invalid/billing/models.py", "lineNumber": 2},
    }


def test_every_span_but_garbage_collections_in_order(har: dict[str, Any]) -> None:
    assert list(entries(har)) == [
        "phase://phase/phase:interpreter",
        "phase://phase/phase:entry",
        "models://billing/models:billing",
        "import://billing/billing.models",
        "import://stripe/stripe.api",
        "phase://phase/phase:ready",
        "ready://billing/ready():billing",
        "import://billing/missing",
        "import://billing/late",
        "import://billing/later",
        "import://billing/last",
    ]
    starts = [entry["startedDateTime"] for entry in har["log"]["entries"]]
    assert starts == sorted(starts)


def test_waiting_and_receiving_make_up_the_time(har: dict[str, Any]) -> None:
    for entry in har["log"]["entries"]:
        assert sum(entry["timings"].values()) == pytest.approx(entry["time"], abs=1e-9)
    # In the boot that is drawn it took less than in any: it cannot have received for longer than it lasted.
    assert entries(har)["import://billing/missing"]["timings"] == {
        "blocked": 0.0,
        "send": 0,
        "wait": 0.0,
        "receive": 0.001,
    }


def test_what_was_not_loaded_is_not_found(har: dict[str, Any]) -> None:
    statuses = {entry["response"]["status"] for entry in har["log"]["entries"]}
    missing = entries(har)["import://billing/missing"]
    assert statuses == {200, 404}
    assert (missing["response"]["status"], missing["response"]["statusText"]) == (404, "Not loaded")


def test_the_page(har: dict[str, Any]) -> None:
    (page,) = har["log"]["pages"]
    assert page["title"] == snapshot("manage.py to system checks, 2 boots, Python 3.13.0, Django 5.2.19")
    assert page["pageTimings"] == {"onContentLoad": 1200.0, "onLoad": 1400.0}


def test_the_creator(har: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert har["log"]["creator"] == {"name": "django-startup", "version": version("django-startup")}

    def not_installed(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("django_startup.reports.viewers.har.version", not_installed)
    document = json.loads(render_har(make_drawn_profile()))
    VALIDATOR.validate(document)
    assert document["log"]["creator"] == {"name": "django-startup", "version": ""}


def test_a_boot_that_ends_before_ready() -> None:
    profile = replace(make_drawn_profile(), timeline=make_timeline(SPANS[:2]))
    assert json.loads(render_har(profile))["log"]["pages"][0]["pageTimings"] == {"onContentLoad": -1, "onLoad": 1400.0}


def test_nothing_but_a_garbage_collection() -> None:
    profile = replace(make_profile(), timeline=make_timeline((("gc", "0", -1, "MainThread", 0, 9, 9, 0),)))
    VALIDATOR.validate(json.loads(render_har(profile)))


@pytest.mark.parametrize("name", ["<img onerror=1>", "a b/c?d#e", "ü\n\x1b", "\udc80", "%2e", ""])
def test_any_name_makes_a_url(name: str) -> None:
    profile = replace(
        make_drawn_profile(),
        modules=(make_module(name),),
        timeline=make_timeline((("import", name, -1, name, 0, 9, 9, 0),)),
    )
    text = render_har(profile)
    document = json.loads(text)
    VALIDATOR.validate(document)
    assert text.isascii()
    assert document["log"]["entries"][0]["request"]["url"].count("/") == 3 + name.count("/")


def test_a_profile_without_its_course() -> None:
    with pytest.raises(UsageError, match=r"^The profile has no timeline of a boot\. Record it again\.$"):
        write_as(Path("x.har"), replace(make_profile(), timeline=TimelineInfo()), View())
