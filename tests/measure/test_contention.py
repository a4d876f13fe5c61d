"""Waits of the main thread beside what other threads do; see test_spans.py for how they become spans."""

from __future__ import annotations

from django_startup.measure.contention import Contention, Stretch
from django_startup.measure.spans import Span

MS = 1_000_000


def test_a_long_import_of_a_third_thread_ends_behind_later_ones() -> None:
    waiting = Span(1, None, "import", "shop", 1, True, 0)
    short = Span(2, None, "import", "short", 2, False, 0)
    long = Span(3, None, "import", "long", 3, False, 0)
    contention = Contention()
    contention.add(Stretch(waiting, 10 * MS, 20 * MS, 10 * MS), True)
    contention.add(Stretch(short, 30 * MS, 40 * MS, 10 * MS), False)
    contention.add(Stretch(long, 0, 50 * MS, 25 * MS), False)
    contention.add(Stretch(short, 60 * MS, 70 * MS, 10 * MS), False)
    assert list(contention.found()) == [(waiting, "long", 5 * MS)]
