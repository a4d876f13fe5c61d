"""What pairs of boots say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from django_startup.lab import pairs
from django_startup.lab.pairs import FEWEST_PAIRS, MOST_PAIRS, measure_pairs, saving_of_threes
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
    busy = measure_pairs(Boots((2000, 90, 1500, 80), (2000, 70, 1500, 180), (2000, 60, 1500, 90)), total)
    assert busy.saving_ns == 250 * MS
    apart = measure_pairs(Boots((2000, 40, 1500, 0), (2000, 40, 1900, 90), (2000, 0, 1700, 0)), total)
    assert apart.error_ns > 2 * saving.error_ns


def test_three_at_once_are_less_sure_than_two_pairs() -> None:
    total = replace(make_profile().total, cpu_ns=1000 * MS, waiting_ns=50 * MS)
    without, one, other = (
        make_recording(cpu=cpu, waiting=waiting) for cpu, waiting in ((3000, 40), (1500, 0), (1800, 0))
    )
    saving = saving_of_threes([(one, without, other)], total)
    two_pairs = measure_pairs(Boots((3000, 40, 1500, 0), (3000, 40, 1800, 0)), total)
    assert saving.saving_ns == 490 * MS
    assert saving.error_ns > two_pairs.error_ns


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
