"""What there is to say beside the fixes, in reports without a table for it."""

from __future__ import annotations

from dataclasses import replace

from inline_snapshot import snapshot

from django_startup.profile.parts import Advice, Fix
from django_startup.reports.advice import advice_lines
from django_startup.reports.html.page import render_html
from django_startup.reports.markdown.profile import render_markdown
from tests.support.profiles import DOOR, MS, make_profile

MOVE = "import it in the functions that use it"
ADVICE = Advice(
    smaller=(Fix("defer", "redis", MOVE, (DOOR,), 9 * MS, 9 * MS), Fix("defer", "zeep", MOVE, (), 3 * MS, 3 * MS)),
    nearly=(Fix("nearly", "pandas", f"quote the annotation, then {MOVE}", (DOOR, DOOR), 90 * MS, 90 * MS),),
    upstream=(Fix("upstream", "networkx", "imported by hyperkitty", (), 80 * MS, 80 * MS),),
    rest=("2 other imports cost 1 % or more and must stay: 2 used while its file is imported.",),
)


def test_a_line_each() -> None:
    assert list(advice_lines(ADVICE)) == snapshot(
        [
            "And 2 smaller: redis, zeep, 0.012 s.",
            "Nearly, as one line keeps it: 0.090 s, pandas: quote the annotation, then import it in the functions that "
            "use it, billing/models.py:3.",
            "To report upstream: 0.080 s, networkx: imported by hyperkitty.",
            "2 other imports cost 1 % or more and must stay: 2 used while its file is imported.",
        ]
    )


def test_nothing_to_say() -> None:
    assert list(advice_lines(Advice())) == []


def test_both_reports_say_it() -> None:
    profile = replace(make_profile(), advice=ADVICE)
    assert "- To report upstream: 0.080 s, networkx" in render_markdown(profile, top=3)
    assert "To report upstream: 0.080 s, networkx" in render_html(profile)
