"""The sentences about a session of pytest."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.measure.clocks import Clocks
from django_startup.measure.observations import Environment
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget, Entry, How, Until
from django_startup.profile.boots import Phase, SessionInfo, SessionPart, Total
from django_startup.profile.profile import Note
from django_startup.profile.pytest_session import (
    ended_without_test,
    note_on_migrations,
    notes_on_order,
    notes_on_session,
)
from tests.support.profiles import MS, make_module

TOTAL = Total(1200 * MS, 1000 * MS, 200 * MS, 1300 * MS, 0, 900, 80 * 2**20)
ZERO = Clocks(0, 0, 0)


def texts(session: SessionInfo, total: Total = TOTAL, *, has_apps: bool = True) -> list[str]:
    return lines(notes_on_session(session, total, has_apps=has_apps))


def lines(notes: Iterable[Note]) -> list[str]:
    return [line for note in notes for line in textwrap.wrap(note.text, 90)]


def test_what_there_is_to_say() -> None:
    assert texts(SessionInfo()) == []
    assert texts(SessionInfo(), has_apps=False) == []
    assert texts(SessionInfo("test_it.py::test_it")) == []
    assert texts(SessionInfo("test_it.py::test_it", "KeyError", 3, 4), has_apps=False) == snapshot(
        [
            "The first test failed (KeyError): test_it.py::test_it. The time up to there is shown.",
            "Django was not set up when the first test ran: is pytest-django installed, and does it",
            "know the settings (DJANGO_SETTINGS_MODULE)?",
            "pytest-xdist runs the tests in 4 processes, and each starts like the one measured here",
            "(1.000 s of CPU time and 80 MiB): about 4.000 s of CPU time and 320 MiB together, and the",
            "process that distributes the tests besides.",
        ]
    )


def test_workers_where_memory_is_not_known() -> None:
    total = Total(1200 * MS, 1000 * MS, 200 * MS, 1300 * MS, 0, 900, None)
    assert texts(SessionInfo("test_it.py::test_it", workers=2), total) == snapshot(
        [
            "pytest-xdist runs the tests in 2 processes, and each starts like the one measured here",
            "(1.000 s of CPU time): about 2.000 s of CPU time together, and the process that",
            "distributes the tests besides.",
        ]
    )


PLUGIN = SessionPart("plugin", "pytest-django", 0, 0)


@pytest.mark.parametrize(
    ("parts", "database_ms", "names", "note"),
    [
        ((PLUGIN,), 600, ("shop.models", "shop.migrations.0001_initial"), "(50 %) and imported 1 migration."),
        ((PLUGIN,), 600, ("shop.migrations", "shop.migrations.0001", "shop.migrations.0002"), "imported 2 migrations."),
        ((PLUGIN,), 600, ("shop.models",), ""),
        ((PLUGIN,), 100, ("shop.migrations.0001_initial",), ""),
        ((), 600, ("shop.migrations.0001_initial",), ""),
    ],
)
def test_migrations_that_take_long(
    parts: tuple[SessionPart, ...], database_ms: int, names: tuple[str, ...], note: str
) -> None:
    phases = (Phase("models", 900 * MS, 900 * MS, 0, 0), Phase("database", database_ms * MS, 0, 0, 0))
    modules = [replace(make_module(name), phase="database") for name in names]
    found = lines(note_on_migrations(SessionInfo("test_it", parts=parts), phases, modules, TOTAL))
    assert note in " ".join(found)
    assert bool(found) == bool(note)


def test_how_to_spare_migrations() -> None:
    modules = [replace(make_module("shop.migrations.0001_initial"), phase="database")]
    phases = (Phase("database", 600 * MS, 0, 0, 0),)
    found = note_on_migrations(SessionInfo("test_it", parts=(PLUGIN,)), phases, modules, TOTAL)
    assert lines(found) == snapshot(
        [
            "Preparing the test databases took 0.600 s (50 %) and imported 1 migration. pytest-django's",
            "--no-migrations creates the tables from the models, --reuse-db keeps the databases for the",
            "next session. Not tried: put one of them after -- to see what it saves.",
        ]
    )


def test_boots_that_begin_with_different_tests() -> None:
    assert lines(notes_on_order({"a"})) == []
    assert lines(notes_on_order({"b", "a", "c"})) == snapshot(
        [
            "The boots began with different tests (a, b): something shuffles them, so their times",
            "differ by more than noise. Turn that off, or name one test.",
        ]
    )


@pytest.mark.parametrize(
    ("code", "tests", "sentence"),
    [
        ("5", 0, snapshot("pytest -k x found no tests (exit code 5).")),
        ("5", 1, snapshot("pytest -k x collected 1 test and did not run it: it is skipped, or only listed.")),
        ("0", 1200, snapshot("pytest -k x collected 1,200 tests and ran none: they are skipped, or only listed.")),
        ("0", 0, snapshot("pytest -k x ended without collecting tests.")),
        ("", 1, snapshot("pytest -k x collected 1 test and did not run it: it is skipped, or only listed.")),
        ("3", 2, snapshot("pytest -k x ended before its first test, with exit code 3. What it printed says why.")),
    ],
)
def test_sessions_without_a_first_test(code: str, tests: int, sentence: str) -> None:
    entry = Entry(How.SCRIPT, "/venv/bin/pytest", "/venv/bin/pytest")
    target = BootTarget(entry, Until.FIRST_TEST, seen_as=("-k", "x"), directory=Path("/srv"))
    recording = Recording(0, ZERO, ZERO, ZERO, environment=Environment(tests=tests))
    assert ended_without_test(target, recording, code) == sentence
    assert not target.may_run_twice
