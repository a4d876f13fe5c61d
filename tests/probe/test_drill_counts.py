"""What is counted inside the place that is drilled into."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from django_startup.probe import drill_counts
from django_startup.probe.drill import Drill
from django_startup.probe.drill_counts import DrillCounts
from django_startup.probe.run_queue import RunQueue

PROBE = str(Path(drill_counts.__file__).parent)


def make_counts() -> tuple[Drill, DrillCounts]:
    drill = Drill("module:here", gc, RunQueue(), PROBE, lambda: None)
    return drill, DrillCounts(drill)


def test_what_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    drill, counts = make_counts()
    monkeypatch.setattr(drill_counts, "MOST_PLACES", 1)
    regex = SimpleNamespace(compile=lambda pattern: pattern)
    counts.counting("compile", "regex")(regex)
    regex.compile("outside")

    def place() -> None:
        for _ in range(3):
            regex.compile("a")
        counts.audit("open", ("file", "r", 0))  # one more place than is kept
        counts.audit("import", ())

    drill.call(place)
    counts.audit("open", ("file", "r", 0))
    assert {kind: count for (kind, *_), count in counts.counts.items()} == {"regex": 3}
    (key,) = counts.counts
    assert key[3::3] == ("place",)


def test_models_are_counted() -> None:
    class ModelBase(type):
        pass

    drill, counts = make_counts()
    counts.count_models(SimpleNamespace(ModelBase=ModelBase))

    def place() -> Any:
        return ModelBase("Invoice", (), {})

    assert drill.call(place).__name__ == "Invoice"
    assert [(key[0], count) for key, count in counts.counts.items()] == [("model", 1)]


def test_what_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    hooks: list[Any] = []
    monkeypatch.setattr(sys, "addaudithook", hooks.append)
    _, counts = make_counts()
    phases = SimpleNamespace(arrivals={}, guarded=lambda name, wrap: wrap)
    counts.watch(phases)
    assert hooks == [counts.audit]
    assert {"re._compiler", "django.db.models.base"} <= phases.arrivals.keys()


def test_what_is_written() -> None:
    _, counts = make_counts()
    counts.counts = {("regex", "x.py", 1, "f"): 5}
    written: list[Any] = []
    counts.write(SimpleNamespace(write_all=written.extend))
    assert written == [["K", "regex", 5, ["x.py", 1, "f"]]]
