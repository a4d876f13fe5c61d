"""What pairs of boots say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from django_startup.lab import pairs
from django_startup.lab.pairs import FEWEST_PAIRS, MOST_PAIRS, measure_pairs
from django_startup.measure.recording import Recording
from tests.support.budgets import MS, make_recording
from tests.support.profiles import make_profile


class Boots:
    """Boots of so many milliseconds of CPU time and waiting without, and with."""

    def __init__(self, *times: tuple[int, int, int, int]) -> None:
        self.times = times
        self.orders: list[bool] = []

    def __call__(self, reverse: bool) -> tuple[Recording, Recording]:
        cpu, waiting, cpu_with, waiting_with = self.times[len(self.orders) % len(self.times)]
        self.orders.append(reverse)
        return make_recording(cpu=cpu, waiting=waiting), make_recording(cpu=cpu_with, waiting=waiting_with)


def test_cpu_time_and_waiting() -> None:
    total = replace(make_profile().total, cpu_ns=1000 * MS, waiting_ns=50 * MS)
    boots = Boots((2000, 40, 1500, 0))  # two boots on one processor slow each other down
    saving = measure_pairs(boots, total)
    assert saving.saving_ns == 290 * MS
    assert 0 < saving.error_ns < 20 * MS
    assert boots.orders == [False, True, False, True, False]
    apart = measure_pairs(Boots((2000, 40, 1500, 0), (2000, 40, 1900, 90), (2000, 0, 1700, 0)), total)
    assert apart.error_ns > 2 * saving.error_ns


@pytest.mark.parametrize(("seconds", "count"), [(1, MOST_PAIRS), (16, 4), (31, FEWEST_PAIRS)])
def test_fewer_where_boots_take_long(monkeypatch: pytest.MonkeyPatch, seconds: int, count: int) -> None:
    class Clock:
        now = 0

        def monotonic(self) -> float:
            self.now += seconds
            return self.now

    monkeypatch.setattr(pairs, "own_time", Clock())
    boots = Boots((1000, 0, 900, 0))
    measure_pairs(boots, make_profile().total)
    assert len(boots.orders) == count
