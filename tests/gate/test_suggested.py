from __future__ import annotations

import tomllib
from dataclasses import replace

from django_startup.gate.declared import declared_budgets
from django_startup.gate.kinds import BudgetKind
from django_startup.gate.suggested import duration, suggest
from tests.support.budgets import MS
from tests.support.profiles import DOOR, make_profile

SUGGESTED = """\
[tool.django-startup.budget]  # what a start to checks takes, with headroom: Python 3.13.0, Django 5.2.19
# Times have 20 % headroom: the measured boots differ by 4 %. Counts and sizes have 20 %.
max = "1.68s"
waiting = "600ms"
modules = 1481
memory = "278MiB"

[tool.django-startup.budget.ready]
"*" = "630ms"

[tool.django-startup.budget.side-effects]
sql = 2
connect = 0
dns = 0
subprocess = 1
fork = 0
thread = 0
"""


def test_a_first_table() -> None:
    assert suggest(make_profile()) == SUGGESTED


def test_it_can_be_read_again_and_is_kept() -> None:
    profile = make_profile()
    table = tomllib.loads(suggest(profile))["tool"]["django-startup"]["budget"]
    limits = {(budget.kind, budget.name): budget.fail for budget in declared_budgets(table)}
    assert limits[BudgetKind.MAX, ""] >= profile.total.time_ns * 1.2
    assert limits[BudgetKind.MODULES, ""] >= profile.total.modules * 1.2
    assert limits[BudgetKind.READY, "*"] >= 520 * MS * 1.2
    assert limits[BudgetKind.SIDE_EFFECTS, "sql"] == 2


def test_what_could_be_lazy_is_named_in_a_comment() -> None:
    profile = make_profile()
    packages = tuple(replace(package, doors=(DOOR,), saving_ns=MS) for package in profile.packages)
    text = suggest(replace(profile, packages=packages))
    assert '# Once these are imported only where they are used: forbid = ["pandas", "stripe"]\n' in text
    assert "forbid" not in tomllib.loads(text)["tool"]["django-startup"]["budget"]


def test_nothing_to_go_by() -> None:
    profile = make_profile()
    total = replace(profile.total, rss_bytes=None, waiting_ns=0)
    text = suggest(replace(profile, total=total, apps=(), side_effects=()))
    assert 'waiting = "30ms"\n' in text
    assert "memory" not in text
    assert '"*" = "60ms"\n' in text
    assert "sql = 0\n" in text


def test_times_have_headroom_above_the_noise() -> None:
    profile = make_profile()
    evidence, one, other = profile.boots
    noisy = replace(profile, boots=(evidence, one, replace(other, time_ns=one.time_ns * 13 // 10)))
    text = suggest(noisy)
    assert "# Times have 60 % headroom: the measured boots differ by 30 %. Counts and sizes have 20 %.\n" in text
    assert 'max = "2.24s"\n' in text
    assert "modules = 1481\n" in text
    assert "the measured boots differ by 0 %" in suggest(replace(profile, boots=(evidence,)))
    nothing = replace(one, time_ns=0)
    assert "the measured boots differ by 0 %" in suggest(replace(profile, boots=(nothing,)))


def test_headroom() -> None:
    assert [duration(nanoseconds * MS) for nanoseconds in (0, 1, 100, 820, 830, 8_333)] == [
        '"10ms"',
        '"10ms"',
        '"120ms"',
        '"990ms"',
        '"1.00s"',
        '"10.00s"',
    ]
