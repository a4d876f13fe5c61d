from __future__ import annotations

from dataclasses import replace

import pytest

from django_startup.profile.boots import TargetInfo
from django_startup.profile.trial import Trial
from django_startup.reports.headline import Headline
from tests.support.profiles import MS, make_profile


def test_of_a_whole_boot() -> None:
    headline = Headline.from_profile(make_profile())
    assert headline.title == "manage.py to system checks, 2 boots, Python 3.13.0, Django 5.2.19"
    assert (headline.time, headline.parts) == ("1.400 s", "0.900 s CPU + 0.500 s waiting")
    assert headline.facts == ("0.100 s of it in 120 garbage collections", "1,234 modules", "231 MiB")
    assert replace(headline, collections=1).facts[0] == "0.100 s of it in 1 garbage collection"
    assert headline.importing == "importing: packages 0.380 s · project apps 0.020 s"
    assert [note.id for note in (*headline.warnings, *headline.notes)] == ["bytecode", "site"]
    assert headline.first_fix == headline.first_import == make_profile().fixes[0]
    assert (headline.moving_ns, headline.share(headline.moving_ns)) == (380 * MS, "27 %")


def test_what_was_measured_comes_before_what_was_worked_out() -> None:
    profile = make_profile()
    tried = replace(profile, fixes=tuple(replace(fix, tried=True) for fix in profile.fixes))
    found = [Headline.from_profile(replace(tried, trial=Trial(4, saving))) for saving in (300 * MS, -2 * MS)]
    assert [(headline.moving_ns, headline.is_measured) for headline in found] == [(300 * MS, True), (0, True)]
    assert not Headline.from_profile(profile).is_measured


@pytest.mark.parametrize(
    ("target", "trial", "moving"),
    [
        (
            "checks",
            Trial(4, 300 * MS, 6 * MS, ("checks",)),
            "boots to system checks, registers the same, saves 0.300 s ± 0.006, measured",
        ),
        (
            "urls",
            Trial(4, 6 * MS, 7 * MS, ("urls", "checks", "wsgi", "first-use")),
            "boots to URLs, checks and WSGI, registers the same, the moved imports work, "
            "saves nothing measurable on this machine",
        ),
        (
            "command",
            Trial(4, -6 * MS, 0, ("command", "checks", "asgi")),
            "boots -- migrate, then to checks and ASGI, registers the same, saves nothing measurable on this machine",
        ),
        ("command", Trial(4, 6 * MS, 0, ("command",)), "boots -- migrate, registers the same, saves 0.006 s ± 0.000, "),
    ],
)
def test_how_far_the_project_came_with_the_fixes(target: str, trial: Trial, moving: str) -> None:
    profile = make_profile()
    fixes = tuple(replace(fix, tried=True) for fix in profile.fixes)
    booted = TargetInfo("manage.py", target, "migrate" if target == "command" else None, "")
    said = Headline.from_profile(replace(profile, fixes=fixes, trial=trial, target=booted)).moving
    assert said.startswith(f"tried: {moving}")


def test_of_a_boot_that_died_early() -> None:
    profile = make_profile()
    total = replace(profile.total, time_ns=0, cpu_ns=0, waiting_ns=0, gc_ns=0, modules=0, rss_bytes=None)
    environment = replace(profile.environment, django="")
    target = TargetInfo("manage.py, old\x1b", "command", "migrate", "")
    headline = Headline.from_profile(
        replace(profile, target=target, environment=environment, total=total, boots=(), owners=(), fixes=())
    )
    assert headline.what == "manage.py, old\\x1b -- migrate"
    assert headline.surroundings == "died on the way, Python 3.13.0"
    assert (headline.facts, headline.importing, headline.share(3)) == ((), "", "")
    assert (headline.first_fix, headline.first_import, headline.moving_ns) == (None, None, 0)


def test_what_all_fixes_save_together() -> None:
    """What was measured with the imports moved has the collections in it that went with them."""
    profile = make_profile()
    stripe = replace(profile.fixes[0], collections_ns=20 * MS)
    others = (
        replace(stripe, kind="effect", saving_ns=130 * MS, collections_ns=0),
        replace(stripe, kind="gc", saving_ns=90 * MS, collections_ns=0),
    )
    smaller = replace(profile.advice, smaller=(replace(others[0], saving_ns=2 * MS),))
    estimated = replace(profile, fixes=(stripe, *others), advice=smaller)
    assert Headline.from_profile(estimated).gain_ns == (380 + 130 + 90 + 2) * MS
    measured = replace(estimated, fixes=(replace(stripe, tried=True), *others), trial=Trial(4, 300 * MS))
    assert Headline.from_profile(measured).gain_ns == (300 + 130 + 70 + 2) * MS


def test_what_is_within_the_error_is_not_counted() -> None:
    profile = make_profile()
    stripe = replace(profile.fixes[0], collections_ns=20 * MS, tried=True)
    collections = replace(stripe, kind="gc", saving_ns=90 * MS, collections_ns=0)
    nothing = replace(profile, fixes=(stripe, collections), trial=Trial(4, 40 * MS, 50 * MS))
    headline = Headline.from_profile(nothing)
    assert (headline.moving_ns, headline.gain_ns, headline.has_more_than_one) == (0, 90 * MS, False)
