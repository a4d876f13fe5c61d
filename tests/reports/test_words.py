"""Text that no terminal is too narrow for."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len
from rich.console import Console, Group
from rich.text import Text

from django_startup.reports.console.plain_text import as_text
from django_startup.reports.console.words import LEAST, Words, shortened


@pytest.mark.parametrize(
    ("word", "width", "short"),
    [
        ("shop/urls.py:12", 15, "shop/urls.py:12"),
        ("pretix/base/views/tasks.py:48", 24, "…/base/views/tasks.py:48"),
        ("pretix/base/views/tasks.py:48", 18, "…/tasks.py:48"),
        ("pretix/base/views/tasks.py:48", 13, "…/tasks.py:48"),
        ("pretix/base/views/tasks.py:48", 9, "…ks.py:48"),
        ("numpy._core._multiarray_umath", 17, "numpy._c…ay_umath"),
        ("numpy._core", 4, "nu…e"),
        ("numpy", 1, "…"),
        ("名前空間の名前", 9, "名前…名前"),
    ],
)
def test_a_word_that_is_too_long(word: str, width: int, short: str) -> None:
    assert shortened(word, width) == short
    assert cell_len(short) <= width


def lines(text: Text, width: int) -> list[str]:
    return as_text(text, width).splitlines()


def test_a_figure_keeps_its_unit() -> None:
    text = "it takes 0.310 s of 1,024 MiB or (12 %) in 3 steps"
    assert lines(Words(text), 14) == ["it takes", "0.310 s of", "1,024 MiB or", "(12 %) in 3", "steps"]


def test_lines_and_indents_stay() -> None:
    assert lines(Words("first line\n\n  second"), 40) == ["first line", "", "  second"]
    assert lines(Words("    indented_name_that_is_long"), 12) == ["    inde…ong"]


SENTENCE = "pretix/control/views/user.py:66  from webauthn.helpers import generate_challenge (0.224 s, 12.5 MiB)"


@pytest.mark.parametrize("width", [1, 5, 20, 33, 60, 80, 160])
def test_no_line_is_too_wide_and_no_word_is_broken(width: int) -> None:
    found = lines(Words(SENTENCE), width)
    assert all(cell_len(line) <= width for line in found)
    words = [word for line in found for word in line.split()]
    if width >= 33:  # its longest word
        assert words == SENTENCE.split()
    elif width >= 10:  # a figure and its unit
        assert len(words) == len(SENTENCE.split())
        assert {word for word in words if "…" not in word} <= set(SENTENCE.split())


def test_styles_stay_with_what_they_are_of() -> None:
    console = Console(width=10, force_terminal=True, color_system="standard", _environ={})
    with console.capture() as capture:
        console.print(Group(Words("plain ").append("bold_and_much_too_long", "bold")))
    assert re.findall(r"\x1b\[1m([^\x1b]*)", capture.get()) == ["bold_…long"]


def test_how_narrow_it_may_become() -> None:
    console = Console(width=80)
    measured = [Words(text).__rich_measure__(console, console.options) for text in ("", "ab cd", "a" * 30)]
    assert [(one.minimum, one.maximum) for one in measured] == [(0, 0), (2, 5), (LEAST, 30)]


def test_it_is_on_the_right_where_that_is_asked_for() -> None:
    text = Words("12 s")
    text.justify = "right"
    assert lines(text, 8) == ["    12 s"]
