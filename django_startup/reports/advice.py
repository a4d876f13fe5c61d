"""What there is to say beside the fixes, a line each, for reports that have no table for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django_startup.profile.parts import Advice, Fix
from django_startup.text import format_duration, short_file

NAMED = 6  # of the smaller fixes


def advice_lines(advice: Advice) -> Iterator[str]:
    """Sentences in the order of what helps most."""
    if advice.smaller:
        yield f"And {smaller_sentence(advice.smaller)}."
    for fix in advice.nearly:
        yield f"Nearly, as one line keeps it: {fix_line(fix)}."
    for fix in advice.upstream:
        yield f"To report upstream: {fix_line(fix)}."
    yield from advice.rest


def smaller_sentence(smaller: Sequence[Fix]) -> str:
    """4 smaller: redis, zeep, lxml and 1 more, 0.120 s; empty where there are none."""
    if not smaller:
        return ""
    names = ", ".join(fix.subject for fix in smaller[:NAMED])
    more = f" and {len(smaller) - NAMED:,} more" if len(smaller) > NAMED else ""
    return f"{len(smaller):,} smaller: {names}{more}, {format_duration(sum(fix.saving_ns for fix in smaller))}"


def fix_line(fix: Fix) -> str:
    """0.243 s, pandas: quote the annotation, reports/views.py:31"""
    places = "".join(f", {short_file(door.file)}:{door.line}" for door in fix.doors[:1])
    return f"{format_duration(fix.saving_ns)}, {fix.subject}: {fix.text}{places}"
