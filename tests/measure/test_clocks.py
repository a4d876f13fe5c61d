from __future__ import annotations

import time

import pytest

from django_startup.measure.clocks import own_time


def test_what_a_project_puts_in_place_of_a_clock_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "perf_counter_ns", lambda: 5)
    assert own_time.perf_counter_ns() > 5
    assert own_time.perf_counter_ns is not time.perf_counter_ns
