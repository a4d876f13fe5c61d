"""The line at the end of a session of pytest."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest
from inline_snapshot import snapshot

from django_startup import pytest_plugin
from django_startup.banner import pytest_line
from django_startup.banner.pytest_line import SessionLine, Way, sentence
from django_startup.measure.clocks import Clocks

MS = 1_000_000


@pytest.mark.parametrize(
    ("way", "workers", "parts"),
    [
        (None, [], [""]),
        (
            Way(480 * MS, 40 * MS, 170 * MS, 1),
            [],
            snapshot(
                [
                    "First test after 0.69 s",
                    "ready Django 0.48 s",
                    "collection of 1 test 0.04 s",
                    "first fixtures 0.17 s",
                ]
            ),
        ),
        (
            None,
            [Way(100 * MS, 0, 0, 2000), Way(480 * MS, 40 * MS, 170 * MS, 2000)],
            snapshot(
                [
                    "First test after 0.69 s in the slowest of 2 processes",
                    "ready Django 0.48 s",
                    "collection of 2,000 tests 0.04 s",
                    "first fixtures 0.17 s",
                ]
            ),
        ),
        (
            None,
            [Way(100 * MS, 0, 0, 2000)],
            snapshot(
                [
                    "First test after 0.10 s",
                    "ready Django 0.10 s",
                    "collection of 2,000 tests <0.01 s",
                    "first fixtures <0.01 s",
                ]
            ),
        ),
    ],
)
def test_sentences(way: Way | None, workers: list[Way], parts: list[str]) -> None:
    assert sentence(way, workers).split(" · ") == parts


class Watch:
    """Clocks that go on by a second whenever they are read."""

    def __init__(self) -> None:
        self.wall = 0

    def read(self) -> Clocks:
        self.wall += 1000 * MS
        return Clocks(self.wall, 0, 250 * MS)


def make_line(monkeypatch: pytest.MonkeyPatch, age: int | None, **config: Any) -> SessionLine:
    monkeypatch.setattr(pytest_line, "process_age", lambda: age)
    monkeypatch.setattr(pytest_line, "thread_clocks", Watch().read)
    made: Any = SimpleNamespace(**config)
    return SessionLine(made)


def run_session(line: SessionLine) -> list[str]:
    session: Any = SimpleNamespace(items=[1, 2])
    written: list[str] = []
    line.pytest_collection_finish(session)
    line.pytest_runtest_call()
    line.pytest_runtest_call()
    line.pytest_sessionfinish()
    line.pytest_terminal_summary(SimpleNamespace(write_line=written.append))
    return written


def test_the_first_test_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    line = make_line(monkeypatch, 3000 * MS)
    assert run_session(line) == snapshot(
        ["First test after 4.75 s · ready Django 2.75 s · collection of 2 tests 1.00 s · first fixtures 1.00 s"]
    )
    assert line.way == Way(2750 * MS, 1000 * MS, 1000 * MS, 2)


def test_a_wait_that_only_one_of_two_clocks_has_makes_nothing_negative(monkeypatch: pytest.MonkeyPatch) -> None:
    line = make_line(monkeypatch, 3000 * MS)
    waits = iter([900 * MS, 2100 * MS])
    monkeypatch.setattr(pytest_line, "thread_clocks", lambda: Clocks(1500 * MS, 0, next(waits)))
    run_session(line)
    assert line.way == Way(2750 * MS, 0, 0, 2)


def test_a_system_that_does_not_tell_the_age_of_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_session(make_line(monkeypatch, None, workeroutput={})) == []


def test_workers_tell_the_process_that_distributes(monkeypatch: pytest.MonkeyPatch) -> None:
    output: dict[str, Any] = {}
    run_session(make_line(monkeypatch, 3000 * MS, workeroutput=output))
    line = make_line(monkeypatch, 3000 * MS)
    for node in (SimpleNamespace(workeroutput=output), SimpleNamespace(workeroutput={}), SimpleNamespace()):
        line.pytest_testnodedown(node)
    assert line.workers == [Way(2750 * MS, 1000 * MS, 1000 * MS, 2)]


class Unusable:
    """Settings that raise."""

    @property
    def configured(self) -> bool:
        raise RuntimeError


@pytest.mark.parametrize(
    ("settings", "is_asked"),
    [
        (None, False),
        (SimpleNamespace(configured=False), False),
        (SimpleNamespace(configured=True), False),
        (SimpleNamespace(configured=True, DJANGO_STARTUP={}), False),
        (SimpleNamespace(configured=True, DJANGO_STARTUP={"PYTEST": 1}), False),
        (SimpleNamespace(configured=True, DJANGO_STARTUP=[]), False),
        (Unusable(), False),
        (SimpleNamespace(configured=True, DJANGO_STARTUP={"PYTEST": True}), True),
    ],
)
def test_it_is_there_where_settings_ask_for_it(settings: Any, is_asked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "django.conf", SimpleNamespace(settings=settings))
    plugins: list[str] = []
    manager = SimpleNamespace(register=lambda plugin, name: plugins.append(name))
    pytest_plugin.pytest_configure(SimpleNamespace(pluginmanager=manager))
    assert plugins == (["django-startup-line"] if is_asked else [])


def test_nothing_is_asked_of_a_session_without_django(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "django.conf", raising=False)
    assert not pytest_plugin.is_asked()
