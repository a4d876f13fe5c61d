"""The course of a boot, from a recording and from a saved profile."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_startup.exceptions import UsageError
from django_startup.measure.clocks import Clocks
from django_startup.measure.recording import Recording
from django_startup.measure.spans import Span
from django_startup.profile.profile import TimelineInfo
from django_startup.profile.profile_file import load_profile
from django_startup.profile.timeline import DAMAGED, KINDS, TimelineSpan, make_timeline, timeline_spans
from tests.support.helpers import app_config, make_project, profile

NAMES = ("phase settings", "import shop.settings")
ROW = (4, 1, 0, 0, 2, 9, 5, 1)


def test_a_saved_boot_can_be_drawn(tmp_path: Path) -> None:
    project = make_project(
        tmp_path,
        apps={"billing": {"apps.py": app_config("import billing.late"), "late.py": "import gc\n\ngc.collect()\n"}},
        files={"shop/wsgi.py": ""},
    )
    ran = profile(project, "-o", "profile.json")
    assert ran.returncode == 0, ran.stderr
    saved = load_profile(project / "profile.json")
    spans = list(timeline_spans(saved.timeline))
    by_name = {(span.kind, span.name): span for span in spans}
    late = by_name["import", "billing.late"]
    assert spans[late.parent][:2] == ("ready", "billing")
    assert (spans[0].kind, spans[0].name, spans[0].start_ns) == ("phase", "interpreter", 0)
    assert any(span.kind == "gc" and span.name == "2" and span.parent == spans.index(late) for span in spans)
    assert {span.thread for span in spans} == {"MainThread"}
    for number, span in enumerate(spans):
        assert span.start_ns <= span.end_ns
        assert span.parent < number
        if span.parent >= 0:
            assert spans[span.parent].start_ns <= span.start_ns <= span.end_ns <= spans[span.parent].end_ns
    # What the modules need is what the tables say, but for the microseconds' parts that are cut off.
    modules = {module.name: module.self_ns for module in saved.modules}
    assert late.self_ns == pytest.approx(modules["billing.late"], abs=2000)


def test_another_thread_has_spans_of_its_own(tmp_path: Path) -> None:
    second = """\
from threading import Thread

thread = Thread(target=__import__, name="second", args=("json.tool",))
thread.start()
thread.join()
"""
    apps = {"billing": {"apps.py": app_config("import billing.second"), "second.py": second}}
    project = make_project(tmp_path, apps=apps)
    ran = profile(project, "-o", "profile.json")
    assert ran.returncode == 0, ran.stderr
    spans = list(timeline_spans(load_profile(project / "profile.json").timeline))
    (tool,) = [span for span in spans if span.name == "json.tool"]
    assert (tool.thread, tool.parent) == ("second", -1)


def test_read_back() -> None:
    spans = list(timeline_spans(TimelineInfo(KINDS, NAMES, ("MainThread",), ((0, 0, -1, 0, 1, 10, 2, 0), ROW))))
    assert spans[1] == TimelineSpan("import", NAMES[1], 0, "MainThread", 2000, 9000, 5000, 1000)
    assert spans[1].self_ns == 6000


@pytest.mark.parametrize(
    "row",
    [
        ROW[:7],
        (len(KINDS), *ROW[1:]),
        (4, 2, *ROW[2:]),
        (4, 1, 1, *ROW[3:]),
        (4, 1, -2, *ROW[3:]),
        (*ROW[:3], 1, *ROW[4:]),
        (*ROW[:7], -1),
        (*ROW[:7], 2**53 + 1),
        (-1, *ROW[1:]),
    ],
)
def test_a_damaged_one(row: tuple[int, ...]) -> None:
    timeline = TimelineInfo(KINDS, NAMES, ("MainThread",), ((0, 0, -1, 0, 1, 10, 2, 0), row))
    with pytest.raises(UsageError) as caught:
        list(timeline_spans(timeline))
    assert str(caught.value) == DAMAGED


def test_a_span_of_a_kind_that_nobody_knows_is_left_out() -> None:
    spans = (
        Span(0, None, "phase", "interpreter", 7, True, 0, 5000),
        Span(1, None, "dream", "x", 7, True, 5000, 9000),
        Span(2, 1, "import", "json", 7, True, 6000, 8000),
    )
    recording = Recording(0, Clocks(5000, 0, 0), Clocks(5000, 0, 0), Clocks(9000, 0, 0), thread=7, spans=spans)
    found = list(timeline_spans(make_timeline(recording, [])))
    assert [(span.kind, span.parent) for span in found] == [("phase", -1), ("import", -1)]
