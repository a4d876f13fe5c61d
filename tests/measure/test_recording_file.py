from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from django_startup.measure.ending import Frame
from django_startup.measure.observations import (
    Compiled,
    Counted,
    Drilling,
    Edge,
    Environment,
    Failure,
    LoadedApp,
    LoadedModule,
    ObservedFunction,
    ObservedSideEffect,
    Sample,
)
from django_startup.measure.record_values import read_annotations, read_restarts
from django_startup.measure.recording import Recording
from django_startup.measure.recording_file import read_recording

START = {
    "record": "start",
    "thread": 7,
    "first_line": [1000, 100, 10],
    "ready": [1500, 300, 15],
    "run_queue_known": True,
    "preloaded": ["sys", 3, "site"],
}
STOP = {
    "record": "stop",
    "stop": [9500, 5300, 115],
    "outcome": "exception",
    "failure": {"type": "ValueError", "text": "no", "file": "a.py", "line": 3, "span": 1, "more": 1},
}


def read(tmp_path: Path, *records: Any, raw: bytes = b"") -> Recording:
    path = tmp_path / "recording.jsonl"
    path.write_bytes(b"".join(json.dumps(record).encode() + b"\n" for record in records) + raw)
    return read_recording(path, spawned_ns=400)


def test_a_whole_recording(tmp_path: Path) -> None:
    recording = read(
        tmp_path,
        START,
        ["B", 1, 7, 2000, 400, 15, "phase", "entry", "", 0, ""],
        ["B", 2, 7, 2100, 500, 15, "gc", "0", "", 0, ""],
        ["E", 2, 7, 2200, 600, 15, 0],
        ["C", 7, 2150, 90, 80, "a.py"],
        ["M", "a", "a.py", "a.py", []],
        ["M", "p", "", "", ["/p"]],
        ["A", "shop.apps.Shop", "shop", "shop", "/p/shop"],
        ["T", 8, "Thread-1"],
        ["L", "shop.apps", "shop/apps.py", 3, "json"],
        ["S", 1, 7, "sql", "SELECT 1", "default", 5, ["a.py", 3, "ready", "b.py", "x", "f"]],
        {"record": "environment", "modules": 2, "path": ["/p"], "resident_bytes": 4096, "django": 5, "notes": ["n"]},
        STOP,
    )
    assert recording.started
    assert recording.wall_ns == 9500 - 400 - 500
    assert recording.cpu_ns == 5300 - 200
    assert recording.run_queue_wait_ns == 110
    assert recording.waiting_ns == 8600 - 5100 - 110
    assert recording.time_ns == recording.cpu_ns + recording.waiting_ns
    assert [span.name for span in recording.spans] == ["interpreter", "entry", "0"]
    assert recording.spans[0].self_cpu_ns == 100
    assert recording.spans[0].self_waiting_ns == 600 - 100 - 10
    assert [span.number for span in recording.collections] == [2]
    assert recording.compiled == (Compiled("a.py", 80),)
    assert recording.modules == (LoadedModule("a", "a.py", "a.py"), LoadedModule("p", "", "", ("/p",)))
    assert recording.apps == (LoadedApp("shop.apps.Shop", "shop", "shop", "/p/shop"),)
    assert recording.threads == {8: "Thread-1"}
    assert recording.lazy == (Edge("shop.apps", "shop/apps.py", 3, "json", False),)
    assert recording.side_effects == (
        ObservedSideEffect("sql", "SELECT 1", "default", 5, 1, (Frame("a.py", 3, "ready"),)),
    )
    assert recording.preloaded == ("sys", "site")
    assert recording.environment == Environment(modules=2, path=("/p",), resident_bytes=4096, notes=("n",))
    assert recording.failure == Failure("ValueError", "no", "a.py", 3, 1)
    assert recording.outcome == "exception"


def test_the_time_for_which_the_clocks_of_spans_stood(tmp_path: Path) -> None:
    records = (START, ["B", 1, 7, 2000, 400, 15, "phase", "entry", "", 0, ""])
    for stood_ns, own_ns in ((0, 4900), (900, 4000), (None, 4900)):
        recording = read(tmp_path, *records, {**STOP, "stood_ns": stood_ns})
        assert (recording.spans[1].self_cpu_ns, recording.cpu_ns) == (own_ns, 5300 - 200)


def test_processes_wait_for_a_processor_as_the_boot_does(tmp_path: Path) -> None:
    for cpu_ns, queued_ns in ((0, 0), (1000, round(1000 * 110 / 5100)), (-5, 0), ("1000", 0), (10**9, None)):
        recording = read(tmp_path, START, {**STOP, "children_cpu_ns": cpu_ns})
        if queued_ns is not None:
            assert recording.children_queue_ns == queued_ns
            assert recording.least_waiting_ns == recording.waiting_ns - queued_ns
        else:
            assert recording.least_waiting_ns == 0
    assert read(tmp_path).children_queue_ns == 0


def test_a_process_that_was_killed(tmp_path: Path) -> None:
    recording = read(
        tmp_path,
        START,
        ["B", 1, 7, 2000, 400, 15, "phase", "entry", "", 0, ""],
        ["B", 2, 7, 4000, 900, 15, "import", "a", "b.py", 3, "b"],
        raw=b'["B", 3, 7, 4100',
    )
    assert recording.outcome == ""
    assert recording.wall_ns == 4000 - 400 - 500
    assert [span.is_open for span in recording.spans] == [False, True, True]


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe\n", b"null\n1\n[]\n{}\n", b"[" * 100_000, b'{"record": "start", "thread": "x"}\n']
)
def test_nothing_to_read(tmp_path: Path, raw: bytes) -> None:
    recording = read(tmp_path, raw=raw)
    assert not recording.started
    assert recording.wall_ns == recording.cpu_ns == recording.waiting_ns == 0
    assert [span.name for span in recording.spans] == ["interpreter"]


def test_no_file(tmp_path: Path) -> None:
    assert not read_recording(tmp_path / "none", spawned_ns=1).started


def test_clocks_and_lists_of_another_form(tmp_path: Path) -> None:
    recording = read(tmp_path, {**START, "ready": [1, 2], "first_line": "x", "preloaded": "sys"})
    assert not recording.started
    assert recording.preloaded == ()


def test_what_was_seen_in_a_place(tmp_path: Path) -> None:
    recording = read(
        tmp_path,
        START,
        {"record": "drill", "runs": 2, "failures": ["ImportError"], "problem": ""},
        ["F", "f\0a.py\x001"],
        ["F", "g\0a.py\x002"],
        ["P", 10, 20, 5, 3, [0, 1, 7]],
        ["P", "10", 20, 5, 3, [0]],
        ["K", "regex", 3, ["a.py", 4, "f"]],
    )
    assert recording.drilling == Drilling(2, ("ImportError",), "")
    assert recording.samples == (Sample(("f\0a.py\x001", "g\0a.py\x002"), 10, 20, 5, 3),)
    assert recording.counted == (Counted("regex", 3, (Frame("a.py", 4, "f"),)),)


def test_functions_and_waits_that_are_not_as_declared(tmp_path: Path) -> None:
    rows = [["f", 1, [2, "odd"], "b.py", 3, "g"], ["f", "odd"], "odd"]
    recording = read(tmp_path, START, ["W", 9, 100], ["N", "a.py", rows])
    assert recording.side_effects == ()
    assert recording.ran == (ObservedFunction("a.py", "f", 1, (2,), "b.py", 3, "g"),)


def test_annotations_that_were_evaluated() -> None:
    rows = [["shop.py", "money", "", 0], ["shop.py", 3, "", 0], [], 7]
    assert list(read_annotations(rows)) == [("shop.py", "money", "", 0)]
    assert list(read_annotations(None)) == []


def test_restarts() -> None:
    rows = [["shop/manage.py", 4, 3000], ["shop/manage.py", "4", 3000], 3]
    assert [tuple(restart) for restart in read_restarts(rows)] == [("shop/manage.py", 4, 3000)]
    assert list(read_restarts(None)) == []
