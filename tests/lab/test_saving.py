"""What boots with fixes made save beside those without."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from django_startup.lab.saving import Saving, error_ns, saving_between
from django_startup.thresholds import LEAST_SIGMA, MEDIAN_EFFICIENCY, ONE_SIDE_Z
from tests.support.profiles import MS, make_profile


def test_the_interval_has_both_sides() -> None:
    before = make_profile()
    after = replace(
        before,
        total=replace(before.total, time_ns=1100 * MS),
        boots=tuple(replace(before.boots[1], time_ns=ms * MS) for ms in (1100, 1130, 1240)),
    )
    saving = saving_between(before, after)
    one, other = error_ns([1400 * MS, 1450 * MS]), error_ns([1100 * MS, 1130 * MS, 1240 * MS])
    assert saving == Saving(300 * MS, round(math.hypot(one, other)))


def test_few_equal_boots_promise_no_exactness() -> None:
    assert error_ns([1000 * MS]) == pytest.approx(ONE_SIDE_Z * MEDIAN_EFFICIENCY * LEAST_SIGMA * 1000 * MS)
    assert error_ns([900 * MS, 1000 * MS, 1100 * MS]) > error_ns([999 * MS, 1000 * MS, 1001 * MS])
