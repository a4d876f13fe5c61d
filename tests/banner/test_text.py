"""The lines of the banner, to the letter."""

from __future__ import annotations

import pytest

from django_startup.banner.start import Start
from django_startup.banner.start_change import PackageChange, StartChange
from django_startup.banner.text import banner, failed
from tests.support.starts import MS, make_start

NOTHING = StartChange(0, 50 * MS, (), (), None)
STRIPE = PackageChange("stripe", 380 * MS, (), "billing/models.py:3")
PANDAS = PackageChange("pandas", 410 * MS, ("numpy", "six", "pytz"), "reports/views.py:2")
EARLY = PackageChange("dotenv", None, (), "")


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (None, ""),
        (NOTHING, ""),
        (NOTHING._replace(new=(STRIPE,)), " · new: stripe 0.38 s, billing/models.py:3"),
        (
            NOTHING._replace(new=(PANDAS, STRIPE._replace(self_ns=4 * MS), EARLY, EARLY, EARLY)),
            " · new: pandas 0.41 s with numpy and 2 more, reports/views.py:2; stripe <0.01 s, billing/models.py:3; "
            "dotenv, before the apps and 2 more",
        ),
        (
            NOTHING._replace(gone=(PANDAS._replace(others=("numpy",)), STRIPE._replace(door=""), EARLY)),
            " · gone: pandas 0.41 s with numpy; stripe 0.38 s; dotenv",
        ),
    ],
)
def test_packages(change: StartChange | None, text: str) -> None:
    assert banner(make_start(3310), change) == f"Started in 3.31 s · 2,736 modules{text}"


@pytest.mark.parametrize(
    ("sign", "text"),
    [
        (1, "Started in 3.31 s (+0.40 s) · 2,736 modules · slower: ready() of billing +0.30 s"),
        (-1, "Started in 3.31 s (-0.40 s) · 2,736 modules · faster: ready() of billing -0.30 s"),
    ],
)
def test_differences(sign: int, text: str) -> None:
    change = StartChange(sign * 400 * MS, 50 * MS, (), (), ("ready() of billing", sign * 300 * MS))
    assert banner(make_start(3310), change) == text


@pytest.mark.parametrize(
    ("start", "text"),
    [
        (make_start(3000, compiled_ns=99 * MS, compiled=50), "Started in 3.10 s · 2,736 modules"),
        (
            make_start(3000, compiled_ns=900 * MS, compiled=1214),
            "Started in 3.90 s · 2,736 modules · 1,214 modules compiled from source 0.90 s",
        ),
        (
            make_start(3000, compiled_ns=100 * MS, compiled=1),
            "Started in 3.10 s · 2,736 modules · 1 module compiled from source 0.10 s",
        ),
    ],
)
def test_compiled(start: Start, text: str) -> None:
    assert banner(start, None) == text


def test_bytecode_that_is_never_written() -> None:
    start = make_start(3000, compiled_ns=900 * MS, compiled=1214)
    assert banner(start, None, writes_bytecode=False).endswith(
        " · 1,214 modules compiled from source (PYTHONDONTWRITEBYTECODE) 0.90 s"
    )


def test_control_characters_are_not_printed() -> None:
    strange = STRIPE._replace(door="\x1b[31m.py:1")
    assert banner(make_start(), NOTHING._replace(new=(strange,))).endswith(r"stripe 0.38 s, \x1b[31m.py:1")
    assert "\n" not in failed(ValueError("two\nlines"))
