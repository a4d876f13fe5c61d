from __future__ import annotations

import math
import random
from itertools import count

import pytest

from django_startup.gate.sequential import Estimate, estimate, is_slower
from django_startup.thresholds import LEAST_PAIRS, MOST_PAIRS, TOLERANCE


def noisy(change: float, seed: int, sigma: float = 0.01) -> list[float]:
    """As many ratios as there are at most, of code that takes change times as long."""
    generator = random.Random(seed)
    return [change * math.exp(generator.gauss(0, sigma)) for _ in range(MOST_PAIRS)]


def judge(ratios: list[float]) -> bool | None:
    verdicts = (is_slower(estimate(ratios[:pairs])) for pairs in range(1, len(ratios) + 1))
    return next((verdict for verdict in verdicts if verdict is not None), None)


def test_the_middle_and_its_bounds() -> None:
    found = estimate([1.0, 1.02, 0.98, 1.01, 3.0])
    assert found.factor == pytest.approx(1.01)
    # 1.64 · 1.2533 · 1.4826 · the middle of |ln(ratio ÷ 1.01)| ÷ √5
    half = 1.64 * 1.2533 * 1.4826 * math.log(1.01) / math.sqrt(5)
    assert found.high == pytest.approx(1.01 * math.exp(half))
    assert found.low == pytest.approx(1.01 * math.exp(-half))
    assert found.pairs == 5


def test_against_a_baseline() -> None:
    assert estimate([8.0, 8.0], 8.0) == estimate([1.0, 1.0])
    assert estimate([8.8], 8.0).factor == pytest.approx(1.1)


def test_equal_ratios_are_not_certain() -> None:
    found = estimate([1.0] * 4)
    assert found.low < 1 < found.high
    assert found.high == pytest.approx(math.exp(1.64 * 1.2533 * 0.008 / 2))


def test_more_pairs_narrow_the_bounds() -> None:
    widths = [estimate([1.0] * pairs).high for pairs in range(1, 21)]
    assert widths == sorted(widths, reverse=True)


def test_bounds_hold_the_factor() -> None:
    for seed in range(50):
        found = estimate(noisy(1.05, seed))
        assert found.low < found.factor < found.high


@pytest.mark.parametrize("pairs", range(1, LEAST_PAIRS))
@pytest.mark.parametrize("factor", [0.5, 1.0, 2.0])
def test_never_before_five_pairs(pairs: int, factor: float) -> None:
    assert is_slower(estimate([factor] * pairs)) is None


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (1.0, 1.049, False),
        (1.0, 1.05, None),
        (1.04, 1.06, None),
        (1.05, 1.06, None),
        (1.051, 1.06, True),
        (0.5, 0.6, False),
    ],
)
def test_the_rule(low: float, high: float, verdict: bool | None) -> None:
    assert is_slower(Estimate(1.0, low, high, 5)) is verdict


def test_another_tolerance() -> None:
    found = Estimate(1.03, 1.02, 1.04, 5)
    assert is_slower(found, 0.01) is True
    assert is_slower(found, 0.08) is False


@pytest.mark.parametrize(("change", "verdict"), [(1.0, False), (0.8, False), (1.1, True), (1.2, True), (2.0, True)])
def test_changes_that_are_told(change: float, verdict: bool) -> None:
    assert [judge(noisy(change, seed)) for seed in range(100)] == [verdict] * 100


def test_a_change_as_large_as_the_tolerance_is_mostly_not_told() -> None:
    verdicts = [judge(noisy(1 + TOLERANCE, seed)) for seed in range(100)]
    assert verdicts.count(None) > 20


def test_the_same_ratios_give_the_same_verdict() -> None:
    for seed in range(20):
        ratios = noisy(1.06, seed)
        assert estimate(ratios) == estimate(list(ratios))
        assert judge(ratios) is judge(list(ratios))


def test_the_order_of_pairs_does_not_count() -> None:
    ratios = noisy(1.04, 1)
    assert estimate(ratios) == estimate(sorted(ratios))


def test_a_busy_moment_changes_nothing() -> None:
    ratios = iter(count())
    assert judge([3.0 if next(ratios) == 2 else 1.0 for _ in range(MOST_PAIRS)]) is False
