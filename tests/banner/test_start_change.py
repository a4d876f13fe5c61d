"""What is different between two starts."""

from __future__ import annotations

import pytest

from django_startup.banner.start import PackageStart
from django_startup.banner.start_change import PackageChange, compare_starts, noise
from tests.support.starts import MS, make_start, packages


@pytest.mark.parametrize(
    ("times_ms", "noise_ms"),
    [
        pytest.param([200], 50, id="the least"),
        pytest.param([1000], 200, id="one start"),
        pytest.param([1000, 1010, 1000], 200, id="too few steps"),
        pytest.param([1001, 1000, 1001, 1000], 50, id="a quiet machine"),
        pytest.param([3000, 3001, 3001, 3000], 150, id="a share"),
        pytest.param([1000, 1030, 1000, 1030], 90, id="what is usual"),
        pytest.param([1000, 1030, 1000, 2000, 2030, 2000], 100, id="a step that is not usual"),
        pytest.param([1000, 2000, 1000, 2000], 500, id="at most"),
    ],
)
def test_noise(times_ms: list[int], noise_ms: int) -> None:
    assert noise([time * MS for time in times_ms]) == noise_ms * MS


def test_nothing_is_different() -> None:
    start = make_start(1000, packages=packages(stripe=100))
    change = compare_starts(start._replace(time_ns=1190 * MS), start, [1000 * MS])
    assert change == (0, 200 * MS, (), (), None)


@pytest.mark.parametrize(("now_ms", "difference_ms"), [(1201, 201), (799, -201), (1200, 0), (800, 0)])
def test_a_difference(now_ms: int, difference_ms: int) -> None:
    change = compare_starts(make_start(now_ms), make_start(1000), [1000 * MS])
    assert change.difference_ns == difference_ms * MS
    assert change.cause is None


def test_new_packages_go_with_the_one_that_brought_them() -> None:
    last = make_start(packages=packages(django=100, urllib3=10))
    now = make_start(
        packages={
            "django": PackageStart(100 * MS),
            "urllib3": PackageStart(10 * MS),
            "stripe": PackageStart(300 * MS, (), "billing/models.py:3"),
            "requests": PackageStart(50 * MS, ("stripe",), "billing/models.py:3"),
            "idna": PackageStart(None, ("requests",), "elsewhere.py:1"),
            "socks": PackageStart(20 * MS, ("urllib3",), "billing/models.py:4"),
            "early": PackageStart(None),
        }
    )
    assert compare_starts(now, last, [1000 * MS]).new == (
        PackageChange("stripe", 350 * MS, ("requests", "idna"), "billing/models.py:3"),
        PackageChange("socks", 20 * MS, (), "billing/models.py:4"),
        PackageChange("early", None, (), ""),
    )
    assert [change.name for change in compare_starts(last, now, [1000 * MS]).gone] == ["stripe", "socks", "early"]


@pytest.mark.parametrize("sign", [1, -1])
def test_the_part_that_explains_a_difference(sign: int) -> None:
    slow = make_start(2000, parts={"ready() of billing": 900 * MS, "billing.models": 300 * MS})
    fast = make_start(1000, parts={"billing.models": 200 * MS}, packages=packages(stripe=10))
    now, last = (slow, fast)[::sign]
    cause = compare_starts(now, last, [last.time_ns]).cause
    assert cause == ("ready() of billing", sign * 900 * MS)


def test_a_package_that_takes_longer() -> None:
    now, last = make_start(2000, packages=packages(stripe=900)), make_start(1000, packages=packages(stripe=None))
    assert compare_starts(now, last, [1000 * MS]).cause == ("stripe", 900 * MS)


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(make_start(2000, packages=packages(stripe=600), parts={"x": 400 * MS}), id="what is new does"),
        pytest.param(make_start(2000, parts={"x": 499 * MS}), id="no part does"),
        pytest.param(make_start(2000, packages=packages(stripe=1600), parts={"x": 999 * MS}), id="new is even more"),
    ],
)
def test_no_part_explains_it(now: object) -> None:
    assert compare_starts(now, make_start(1000), [1000 * MS]).cause is None  # type: ignore[arg-type]
