"""What the probe does where the system or the project leaves it no other way; not met in most boots."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any, cast

import pytest

from django_startup.probe import entries, inventory
from django_startup.probe.phases import Check, Phases
from django_startup.probe.recorder import Recorder, Silent
from django_startup.probe.run_queue import RunQueue, thread_cpu_ns
from django_startup.probe.target import Target


def test_a_system_that_does_not_say_how_long_a_process_waits_for_a_processor(tmp_path: Path) -> None:
    queue = RunQueue(str(tmp_path / "missing"))
    assert (queue.known, queue.read()) == (False, 0)


def test_a_collection_that_had_begun_before() -> None:
    recorder = Recorder(gc, iter(range(1, 9)).__next__, RunQueue())
    recorder.on_gc("stop", {"generation": 2})
    assert recorder.events == []


def test_only_calls_of_python_functions_are_counted() -> None:
    recorder = Recorder(gc, iter(range(1, 9)).__next__, RunQueue())
    for event in ("call", "c_call", "return", "call"):
        recorder.on_call(None, event, None)
    assert recorder.calls == 2


def test_noting_calls_is_none_and_stops_with_the_counting() -> None:
    recorder = Recorder(gc, iter(range(1, 9)).__next__, RunQueue())
    recorder.counting, recorder.calls = True, 5  # the last of them that of emit_with_figures() itself
    recorder.emit_with_figures(recorder.main, ("E",))
    recorder.emit_with_figures(recorder.main + 1, ("E",))
    recorder.interrupted = True
    recorder.emit_with_figures(recorder.main, ("E",))
    assert (recorder.events, recorder.calls) == (["Z", recorder.main, 4, "E", "E", "E"], 4)


def test_a_profiler_of_another_thread_interrupts_nothing() -> None:
    recorder = Recorder(gc, iter(range(1, 9)).__next__, RunQueue())
    recorder.main = 0
    recorder.on_audit("sys.setprofile", ())
    assert not recorder.interrupted
    recorder.main = threading.get_ident()
    recorder.on_audit("sys.settrace", ())
    assert not recorder.interrupted
    recorder.on_audit("sys.setprofile", ())
    assert recorder.interrupted


def test_a_module_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    with pytest.raises(ImportError, match=r"^No module named nothing_of_that_name$"):
        entries.run_module("nothing_of_that_name")


def test_a_working_directory_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> str:
        raise FileNotFoundError

    monkeypatch.setattr(os, "getcwd", gone)
    assert inventory.working_directory() == ""


def test_a_recorded_check_is_otherwise_the_check() -> None:
    def check(**kwargs: object) -> list[object]:
        return [kwargs]

    cast(Any, check).tags = ("models",)
    recorder = Silent()
    recorded = Check(Phases(recorder, Target("urls", recorder, None, None, {})), check)
    assert recorded.tags == ("models",)
    assert recorded(databases=None) == [{"databases": None}]


def test_the_cpu_time_of_another_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever makes Django ready, the total is the main thread's."""
    here = threading.get_ident()
    measured: list[tuple[int, int]] = []

    def measure() -> None:
        measured.append((thread_cpu_ns(here), thread_cpu_ns(threading.get_ident())))

    before = thread_cpu_ns(here)
    thread = threading.Thread(target=measure)
    thread.start()
    thread.join()
    ((of_main, own),) = measured
    assert before <= of_main <= thread_cpu_ns(here)
    assert own < before
    monkeypatch.delattr(time, "pthread_getcpuclockid", raising=False)
    assert thread_cpu_ns(0) >= before
