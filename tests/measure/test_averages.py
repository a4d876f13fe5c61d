from __future__ import annotations

import statistics

from hypothesis import given
from hypothesis import strategies as st

from django_startup.measure.averages import mean, median

VALUES = st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=9)


@given(VALUES)
def test_the_same_as_those_of_the_standard_library(values: list[int]) -> None:
    assert median(values) == statistics.median(values)
    assert mean(values) == sum(values) / len(values)
