from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from django_startup.exceptions import UsageError
from django_startup.profile.profile import TimelineInfo
from django_startup.reports.formats import View, write_as
from django_startup.reports.viewers.trace import render_trace
from tests.support.profiles import make_module, make_profile
from tests.support.timelines import SPANS, make_drawn_profile, make_timeline

HOSTILE = "<img onerror=1>\n\x1b\udc80"


@pytest.fixture
def trace() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render_trace(make_drawn_profile()))
    return document


def events(trace: dict[str, Any], ph: str) -> list[dict[str, Any]]:
    return [event for event in trace["traceEvents"] if event["ph"] == ph]


def test_an_import(trace: dict[str, Any]) -> None:
    (event,) = [event for event in events(trace, "X") if event["name"] == "stripe.api"]
    assert event == {
        "name": "stripe.api",
        "cat": "import",
        "ph": "X",
        "ts": 102_000,
        "dur": 400_000,
        "pid": 1,
        "tid": 1,
        "args": {
            "self_ms": 300.0,
            "waiting_ms": 10.0,
            "saving_ms": 310.0,
            "package": "stripe",
            "file": "stripe/api.py",
            "imported by": "billing/models.py:3",
        },
    }


def test_an_event_for_every_span(trace: dict[str, Any]) -> None:
    assert [(event["cat"], event["name"]) for event in events(trace, "X")] == snapshot(
        [
            ("phase", "phase interpreter"),
            ("phase", "phase entry"),
            ("models", "models of billing"),
            ("import", "billing.models"),
            ("import", "stripe.api"),
            ("gc", "garbage collection, generation 2"),
            ("phase", "phase ready"),
            ("ready", "ready() of billing"),
            ("import", "missing"),
            ("import", "late"),
            ("import", "later"),
            ("import", "last"),
        ]
    )
    by_name = {event["name"]: event["args"] for event in events(trace, "X")}
    assert by_name["ready() of billing"] == {"self_ms": 500.0, "waiting_ms": 480.0, "app": "billing"}
    assert by_name["missing"]["loaded"] is False


def test_events_of_a_track_nest(trace: dict[str, Any]) -> None:
    spans = events(trace, "X")
    for number, event in enumerate(spans):
        for later in spans[number + 1 :]:
            if later["tid"] == event["tid"]:
                starts, ends = later["ts"], later["ts"] + later["dur"]
                end = event["ts"] + event["dur"]
                assert starts >= end or ends <= end, (event, later)


def test_a_track_for_each_thread_that_runs_at_a_time(trace: dict[str, Any]) -> None:
    names = {event["tid"]: event["args"]["name"] for event in events(trace, "M") if event["name"] == "thread_name"}
    assert names == {1: "MainThread", 2: "worker", 3: "worker"}
    orders = [event["args"]["sort_index"] for event in events(trace, "M") if event["name"] == "thread_sort_index"]
    assert orders == [1, 2, 3]
    assert [event["tid"] for event in events(trace, "X")][-3:] == [2, 3, 2]


def test_what_was_booted(trace: dict[str, Any]) -> None:
    (process,) = [event for event in events(trace, "M") if event["name"] == "process_name"]
    assert process["args"] == snapshot({"name": "manage.py to system checks, 2 boots, Python 3.13.0, Django 5.2.19"})
    assert trace["displayTimeUnit"] == "ms"
    assert trace["otherData"] == {
        "entry": "manage.py",
        "until": "checks",
        "settings": "shop.settings",
        "python": "3.13.0",
        "django": "5.2.19",
        "platform": "Linux-6.1",
    }


@pytest.mark.parametrize(
    ("name", "app"), [("billing", "billing"), ("shop.app.apps.Config", "shop.app"), ("unknown.Config", None)]
)
def test_an_app_by_its_configuration(name: str, app: str | None) -> None:
    timeline = make_timeline((("app", name, -1, "MainThread", 0, 9, 9, 0),))
    trace = json.loads(render_trace(replace(make_drawn_profile(), timeline=timeline)))
    (event,) = events(trace, "X")
    assert event["args"].get("app") == app
    label = {"billing": "billing", "shop.app.apps.Config": "shop"}.get(name, name)
    assert event["name"] == f"app {label}"


def test_a_module_that_only_the_course_knows() -> None:
    trace = json.loads(render_trace(replace(make_drawn_profile(), modules=())))
    assert {"name": "stripe.api", "args": {"self_ms": 300.0, "waiting_ms": 10.0}}.items() <= events(trace, "X")[
        4
    ].items()


def test_any_name_is_text() -> None:
    timeline = make_timeline((("import", HOSTILE, -1, HOSTILE, 0, 9, 9, 0),))
    text = render_trace(replace(make_profile(), modules=(make_module(HOSTILE),), timeline=timeline))
    assert text.isascii()
    (event,) = events(json.loads(text), "X")
    assert event["name"] == snapshot(r"<img onerror=1>\n\x1b\udc80")


def test_a_profile_without_its_course() -> None:
    with pytest.raises(UsageError, match="has no timeline"):
        write_as(Path("x.trace.json"), replace(make_profile(), timeline=TimelineInfo()), View())


def test_the_course_of_a_test_is_one() -> None:
    for kind, name, parent, thread, start, end, *_ in SPANS:
        assert start <= end, (kind, name, thread)
        assert parent < 0 or SPANS[parent][4] <= start
