"""A session of pytest in all reports."""

from __future__ import annotations

from dataclasses import replace

from inline_snapshot import snapshot

from django_startup.profile.boots import PartLine, SessionInfo, SessionPart
from django_startup.profile.profile import StartupProfile
from django_startup.reports.console.profile import render_text
from django_startup.reports.html.story import section_texts
from django_startup.reports.markdown.profile import render_markdown
from tests.support.profiles import MS, make_profile

LINES = (PartLine(3, "pandas", 382 * MS), PartLine(5, "boto3", 40 * MS))


def profile() -> StartupProfile:
    parts = (
        SessionPart("plugin", "pytest-django", 3 * MS, 0),
        SessionPart("conftest", "tests/conftest.py", 430 * MS, 8 * MS, lines=LINES),
        SessionPart("fixture", "catalogue", 900 * MS, 880 * MS, "tests/conftest.py", 12),
    )
    return replace(make_profile(), session=SessionInfo("tests/test_shop.py::test_cart", "", 412, 0, parts))


def between(text: str, begin: str, end: str) -> list[str]:
    text = text[text.index(begin) :]
    return text[: text.index(end)].splitlines()


def test_on_a_console() -> None:
    assert between(render_text(profile(), top=2), "  PYTEST", "  PACKAGES") == snapshot(
        [
            "  PYTEST                         time    (own)  where",
            "  fixture catalogue           0.900 s  0.880 s  tests/conftest.py:12",
            "  conftest tests/conftest.py  0.430 s  0.008 s  line 3 pandas 0.382 s, line 5 boto3 0.040 s",
            "  and 1 more",
            "",
        ]
    )


def test_in_markdown() -> None:
    assert between(render_markdown(profile(), top=2), "**Session of pytest**", "\n\n**How sure") == snapshot(
        [
            "**Session of pytest**",
            "",
            "| pytest | time | (own) | where |",
            "|---|--:|--:|--:|",
            "| fixture catalogue | 0.900 s | 0.880 s | tests/conftest.py:12 |",
            "| conftest tests/conftest.py | 0.430 s | 0.008 s | line 3 pandas 0.382 s, line 5 boto3 0.040 s |",
            "| and 1 more | | | |",
        ]
    )


def test_in_html() -> None:
    (section,) = section_texts(profile())
    assert section.title == "Session of pytest"
    (part,) = section.parts
    assert part.table is not None
    assert part.table.rows[0] == ("fixture catalogue", "0.900 s", "0.880 s", "tests/conftest.py:12")


def test_where_there_was_no_session() -> None:
    assert "PYTEST" not in render_text(make_profile(), top=2)
    assert list(section_texts(make_profile())) == []
