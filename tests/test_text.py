from __future__ import annotations

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.exceptions import UsageError
from django_startup.text import (
    LARGEST,
    format_duration,
    parse_duration,
    parse_size,
    quoted,
    short_paths,
    whole_number,
)


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("3s", 3_000_000_000),
        ("2500ms", 2_500_000_000),
        ("1.5s", 1_500_000_000),
        ("1m", 60_000_000_000),
        (" 0.5 ms ", 500_000),
        ("0s", 0),
    ],
)
def test_durations(text: str, nanoseconds: int) -> None:
    assert parse_duration(text, "--max") == nanoseconds


@pytest.mark.parametrize(
    ("text", "size"),
    [("350MiB", 350 * 2**20), ("1GiB", 2**30), ("2KiB", 2048), ("3kB", 3000), ("1.5MB", 1_500_000), ("1GB", 10**9)],
)
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text, "--max-memory") == size


@pytest.mark.parametrize("text", ["", "s", "-1s", "1e3s", "3 4s", "3S", "3MiB", "inf", "nan s", "0x3s", "3s\x00", "."])
def test_no_durations(text: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_duration(text, "--max")
    assert str(error.value) == f"--max: {text!r} is not a duration such as 3s, 2500ms or 1m."


def test_no_unit() -> None:
    with pytest.raises(UsageError) as error:
        parse_duration("3", "--max")
    assert str(error.value) == snapshot("--max: '3' has no unit; write a duration such as 3s, 2500ms or 1m.")
    with pytest.raises(UsageError) as error:
        parse_size("350", "memory")
    assert str(error.value) == snapshot("memory: '350' has no unit; write an amount of memory such as 350MiB.")


@pytest.mark.parametrize("text", [f"{'9' * 400}s", "1000000000000GiB"])
def test_too_much(text: str) -> None:
    with pytest.raises(UsageError) as error:
        (parse_size if text.endswith("GiB") else parse_duration)(text, "--max")
    assert str(error.value) == f"--max: {quoted(text)} is too much."


def test_whole_numbers() -> None:
    assert [whole_number(text) for text in ("12", "0", "007", "x", "-1", "1.5", "")] == [
        12,
        0,
        7,
        None,
        None,
        None,
        None,
    ]
    assert (whole_number("9" * 5000) or 0) > LARGEST


def test_values_in_messages_are_short() -> None:
    assert quoted("a\nb") == "'a\\nb'"
    assert quoted("9" * 5000) == f"'{'9' * 58}…"


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "0.000 s"),
        (412_000_000, "0.412 s"),
        (-400_000, "0.000 s"),
        (-412_000_000, "-0.412 s"),
        (99_999_000_000, "99.999 s"),
        (153_240_000_000, "153.2 s"),
        (-153_240_000_000, "-153.2 s"),
    ],
)
def test_shown(nanoseconds: int, text: str) -> None:
    assert format_duration(nanoseconds) == text


def test_paths_in_a_message() -> None:
    text = "cannot import name 'a' from 'shop.b' (/srv/shop/b.py)"
    assert short_paths(text, Path("/srv")) == "cannot import name 'a' from 'shop.b' (shop/b.py)"
    text = "cannot import name 'a' from 'x' (/venv/lib/python3.13/site-packages/x.py) (most likely)"
    assert short_paths(text, Path("/srv")) == "cannot import name 'a' from 'x' (x.py) (most likely)"
