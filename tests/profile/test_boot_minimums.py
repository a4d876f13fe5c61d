"""When further boots would tell nothing more."""

from __future__ import annotations

import pytest

from django_startup.measure.clocks import Clocks
from django_startup.measure.recording import Recording
from django_startup.measure.spans import Span
from django_startup.profile.boot_minimums import BootMinimums

ZERO = Clocks(0, 0, 0)
MS = 1_000_000


def recording(*times: int) -> Recording:
    """A boot with imports that took some milliseconds each."""
    spans = []
    for number, ms in enumerate(times, 1):
        span = Span(number, None, "import", f"shop.m{number}", 0, True, 0, importer=None)
        span.self_cpu_ns = ms * MS
        spans.append(span)
    return Recording(0, ZERO, ZERO, ZERO, spans=tuple(spans))


@pytest.mark.parametrize(
    ("boots", "settled"),
    [
        ([(60, 60), (40, 60)], False),
        ([(60, 60), (61, 59)], True),
        ([(60, 60), (40, 60), (50, 59)], True),
        ([(60, 60), (61, 59), (50, 60)], False),
        ([(100, 100), (97, 98)], True),  # by 2.6 %, so that the third would by 1.3 %
        ([(100, 100), (95, 95)], False),  # by 5.3 %
        ([(100, 100), (95, 95), (92, 94)], True),  # by 2.2 %: the fourth by 1.4 %
        ([(100, 100), (95, 95), (91, 93)], False),  # by 3.3 %: the fourth by 2.2 %
        ([(60,), (60, 30)], True),  # what only some of the boots have
    ],
)
def test_least_times_have_settled_when_another_boot_would_hardly_lower_them(
    boots: list[tuple[int, ...]], settled: bool
) -> None:
    minimums = BootMinimums()
    for times in boots:
        minimums.add(recording(*times))
    assert minimums.have_settled() is settled
