"""A small profile whose course can be drawn, for tests of the formats that do."""

from __future__ import annotations

from dataclasses import replace

from django_startup.measure.spans import ImportSite
from django_startup.profile.parts import App
from django_startup.profile.profile import StartupProfile, TimelineInfo
from django_startup.profile.timeline import KINDS
from tests.support.profiles import make_module, make_profile

# kind, name, parent, thread, then start, end, own CPU time, own waiting in microseconds.
SPANS = (
    ("phase", "interpreter", -1, "MainThread", 0, 30_000, 29_000, 0),
    ("phase", "entry", -1, "MainThread", 30_500, 1_400_000, 2_000, 0),
    ("models", "billing", 1, "MainThread", 100_000, 520_000, 1_000, 0),
    ("import", "billing.models", 2, "MainThread", 101_000, 519_000, 18_000, 2_000),
    ("import", "stripe.api", 3, "MainThread", 102_000, 502_000, 290_000, 10_000),
    ("gc", "2", 4, "MainThread", 200_000, 290_000, 90_000, 0),
    ("phase", "ready", 1, "MainThread", 600_000, 1_200_000, 0, 0),
    ("ready", "billing", 6, "MainThread", 600_000, 1_100_000, 20_000, 480_000),
    ("import", "missing", 7, "MainThread", 600_001, 600_002, 5, 0),
    ("import", "late", -1, "worker", 700_000, 800_000, 50_000, 0),
    ("import", "later", -1, "worker", 750_000, 850_000, 50_000, 0),
    ("import", "last", -1, "worker", 800_000, 900_000, 50_000, 0),
)


def make_timeline(spans: tuple[tuple[str, str, int, str, int, int, int, int], ...] = SPANS) -> TimelineInfo:
    names = tuple(dict.fromkeys(span[1] for span in spans))
    threads = tuple(dict.fromkeys(("MainThread", *(span[3] for span in spans))))
    rows = tuple(
        (KINDS.index(kind), names.index(name), parent, threads.index(thread), *times)
        for kind, name, parent, thread, *times in spans
    )
    return TimelineInfo(KINDS, names, threads, rows)


def make_drawn_profile() -> StartupProfile:
    """The profile of make_profile with a course: two phases, an app, a package, a thread that ran twice at a time."""
    profile = make_profile()
    missing = replace(
        make_module("missing"), loaded=False, file="", importer=ImportSite("billing", "billing/apps.py", 9)
    )
    threads = tuple(make_module(name, thread="worker") for name in ("late", "later", "last"))
    configured = App("shop", "shop.app", True, 0, 0, 0, 0, 0, 0, 0)
    return replace(
        profile,
        modules=(*profile.modules, missing, *threads),
        apps=(*profile.apps, configured),
        timeline=make_timeline(),
    )
