"""The row noise closes the difference between the fastest boot and the least times, and hides no large part."""

from __future__ import annotations

from dataclasses import replace

import pytest

from django_startup.measure.clocks import Clocks
from django_startup.measure.recording import Recording
from django_startup.measure.spans import Span
from django_startup.profile.assemble import make_phases, make_total
from django_startup.profile.boot_minimums import BootMinimums
from django_startup.profile.places import place_spans

ZERO = Clocks(0, 0, 0)
MS = 1_000_000


def boot(settings: int, models: int, collection: int = 0) -> Recording:
    """A boot of two phases of so many milliseconds, with a garbage collection in the second."""
    spans = []
    for number, (parent, kind, name, ms) in enumerate(
        [
            (None, "phase", "settings", settings),
            (None, "phase", "models", models),
            (2, "gc", "2", collection),
            (None, "import", "second", 500),
        ],
        1,
    ):
        on_main = name != "second"
        span = Span(number, parent, kind, name, 0 if on_main else 1, on_main, 0)
        span.self_cpu_ns = ms * MS
        spans.append(span)
    whole = (settings + models + collection) * MS
    return Recording(0, ZERO, ZERO, Clocks(whole, whole, 0), spans=tuple(spans))


@pytest.mark.parametrize(
    ("boots", "shown"),
    [
        ([boot(100, 300)], {"settings": 100, "models": 300, "noise": 0}),
        ([boot(100, 300), boot(90, 320)], {"settings": 90, "models": 300, "noise": 10}),
        # 200 more than the least: 10 % of 400 are noise, the other four fifths lie where they were.
        ([boot(100, 300), boot(300, 110), boot(800, 100)], {"settings": 100, "models": 260, "noise": 40}),
        ([boot(100, 200, 100), boot(300, 200, 0)], {"settings": 100, "models": 260, "noise": 40}),
        ([boot(0, 0)], {"settings": 0, "models": 0, "noise": 0}),
    ],
)
def test_noise(boots: list[Recording], shown: dict[str, int]) -> None:
    minimums = BootMinimums()
    for recording in boots:
        minimums.add(recording)
    fastest = minimums.fastest
    assert fastest is not None
    total = make_total(fastest)
    phases = make_phases(fastest, minimums, place_spans(fastest, minimums), total)
    assert {phase.name: phase.time_ns // MS for phase in phases} == shown
    assert sum(phase.time_ns for phase in phases) == total.time_ns
    assert sum(phase.cpu_ns for phase in phases) == total.cpu_ns


@pytest.mark.parametrize(("wall", "cpu"), [(398, 398), (405, 400), (400, 390)])
def test_no_row_is_below_zero(wall: int, cpu: int) -> None:
    recording = boot(100, 300)
    recording.spans[1].self_waiting_ns = 10 * MS
    recording = replace(recording, stop=Clocks(wall * MS, cpu * MS, 0))
    minimums = BootMinimums()
    minimums.add(recording)
    total = make_total(recording)
    phases = make_phases(recording, minimums, place_spans(recording, minimums), total)
    assert sum(phase.time_ns for phase in phases) == total.time_ns == wall * MS
    assert min(min(phase.cpu_ns, phase.waiting_ns) for phase in phases) >= 0
