from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from django_startup.profile.boots import Phase
from django_startup.profile.profile import Note, StartupProfile
from django_startup.reports.console.plain_text import as_text
from django_startup.reports.console.profile import render, render_text
from django_startup.reports.console.sort import Sort
from tests.support.profiles import MS, make_module, make_profile

REPORT = """\
manage.py to system checks, 2 boots, Python 3.13.0, Django 5.2.19

  3 modules were compiled from source.

  1.400 s   0.900 s CPU + 0.500 s waiting
  0.100 s of it in 120 garbage collections · 1,234 modules · 231 MiB

  interpreter  0.030 s  █▍
  settings     0.070 s  ███▏
  models       0.600 s  ███████████████████████████▍
  ready        0.615 s  █████▎░░░░░░░░░░░░░░░░░░░░░░    0.500 s waiting
  noise        0.085 s  ███▉

  importing: packages 0.380 s · project apps 0.020 s

  PACKAGES         saves     self  cumulative  door
  stripe 13.0.1  0.380 s  0.300 s     0.400 s  billing/models.py:3 and 1 more
  and 1 more              0.080 s
  door: a line of your project that brings the package in

  APPS          saves   create   models    ready    (own)  waiting
  billing     0.930 s  0.002 s  0.410 s  0.520 s  0.500 s  0.480 s
  and 1 more                 -        -        -

  MODULES       saves     self  cumulative  imported by
  stripe.api  0.310 s  0.300 s     0.400 s  billing/models.py:3
  and 1 more           0.020 s

  SYSTEM CHECKS        time    (own)
  shop.checks.slow  0.200 s  0.150 s
  and 1 more              -        -

  SIDE EFFECTS                   time  where
  subprocess  mjml --version  0.310 s  settings
  and 1 more                  0.007 s

  FIXES  moving the imports saves 0.380 s together; estimated, not tried
  1  0.380 s  stripe: import it in the functions that use it
              billing/models.py:3  import stripe  (used only in refund())
  2  0.310 s  mjml --version: subprocess at start: put it off
  all of it together: about 0.690 s (49 %)

  NEXT  --fix --diff          a patch of 1
        --fix --test COMMAND  writes what passes your tests
        --why stripe          the lines through which it comes in

  The machine was warm.
"""


def test_the_whole_report_at_80_columns() -> None:
    assert as_text(render(make_profile(), top=1), 80) == REPORT


def test_sorted_by_cumulative_time() -> None:
    text = as_text(render(make_profile(), top=2, sort=Sort.CUMULATIVE), 80)
    assert text.index("pandas 2.2") < text.index("stripe 13.0.1")
    assert text.index("billing.models") < text.index("stripe.api")


def test_long_names_are_shortened_on_a_terminal_and_whole_in_a_file() -> None:
    name = "a" * 130
    profile = replace(make_profile(), modules=(make_module(name),))
    text = as_text(render(profile, top=1, sort=Sort.SELF), 60)
    assert max(map(len, text.splitlines())) <= 60
    assert "aaa…aaa" in text
    assert name in render_text(profile, top=1, sort=Sort.SELF)


PHASES = (Phase("ready", 615 * MS, 115 * MS, 500 * MS, -12 * 2**20), Phase("settings", 70 * MS, 70 * MS, 0))


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (70, "ready     0.615 s  ████▎░░░░░░░░░░░░░░░░░░  -12 MiB  0.500 s waiting"),
        (40, "ready     0.615 s  █▉░░░░░░░░  -12 MiB"),
        (30, "ready     0.615 s  █▋░░░░░░░"),
    ],
)
def test_bars_get_shorter_then_what_stands_beside_them_goes(width: int, line: str) -> None:
    text = as_text(render(replace(make_profile(), phases=PHASES), top=1), width)
    assert next(found for found in text.splitlines() if "ready " in found) == f"  {line}"


def test_no_phases() -> None:
    assert "importing: " in as_text(render(replace(make_profile(), phases=()), top=1), 80)


@pytest.mark.parametrize("name", ["[bold]x[/bold]", "a\x1b[31mb", "line\nbreak", "\udc80", "[dev]", ":smile:"])
def test_names_cannot_reach_the_terminal_as_anything_but_text(name: str) -> None:
    profile = replace(make_profile(), modules=(make_module(name),))
    text = as_text(render(profile, top=1, sort=Sort.SELF), 80)
    assert name.encode("unicode_escape").decode() in text
    text.encode("utf-8")


def test_no_section_without_rows() -> None:
    bare = replace(make_profile(), modules=(), apps=(), packages=(), checks=(), owners=(), notes=())
    text = as_text(render(bare, top=1, sort=Sort.SELF), 80)
    assert not [word for word in ("PACKAGES", "APPS", "MODULES", "CHECKS", "importing") if word in text]


def test_a_boot_that_died() -> None:
    profile = make_profile()
    died = replace(
        profile,
        boots=(replace(profile.boots[0], kind="died"),),
        environment=replace(profile.environment, django=""),
        total=replace(profile.total, modules=0, rss_bytes=None, gc_ns=0),
    )
    text = as_text(render(died, top=1, sort=Sort.SELF), 80)
    assert text.startswith("manage.py to system checks, died on the way, Python 3.13.0\n")
    assert "garbage" not in text
    assert "MiB" not in text


def test_a_management_command() -> None:
    profile = make_profile()
    command = replace(profile, target=replace(profile.target, until="command", command="migrate --plan"))
    assert render_text(command, top=1, sort=Sort.SELF).startswith("manage.py -- migrate --plan, 2 boots")


def test_modules_from_other_threads_are_not_among_the_slowest() -> None:
    profile = replace(make_profile(), modules=(make_module("mine"), make_module("other", thread="Thread-1")))
    assert "other" not in render_text(profile, top=5, sort=Sort.SELF)


def test_ascii_bars_where_the_stream_has_no_others() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="replace")
    Console(file=stream, width=80).print(render(make_profile(), top=1, sort=Sort.SELF))
    stream.seek(0)
    assert "ready        0.615 s  #####......................." in stream.read()


def test_no_bar_for_no_time() -> None:
    profile = replace(make_profile(), phases=(Phase("noise", 0, 0, 0), Phase("urls", -1000, -1000, 0)))
    assert "noise  0.000 s\n" in as_text(render(profile, top=1, sort=Sort.SELF), 80)


def test_a_note_that_must_be_read_first_stands_first() -> None:
    profile: StartupProfile = replace(make_profile(), notes=(Note("thread", "Below."), Note("run-queue", "Above.")))
    text = render_text(profile, top=1, sort=Sort.SELF)
    assert text.index("Above.") < text.index("1.400 s") < text.index("Below.")
