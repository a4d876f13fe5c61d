"""Whether Django is ready, and who goes on to a command."""

from __future__ import annotations

import os
import sys
from types import FrameType, SimpleNamespace
from typing import Any

import pytest

from django_startup.probe import readiness


@pytest.mark.parametrize(
    ("module", "ready"),
    [
        (None, False),
        (SimpleNamespace(), False),
        (SimpleNamespace(apps=SimpleNamespace(ready=False)), False),
        (SimpleNamespace(apps=SimpleNamespace(ready=True)), True),
    ],
)
def test_ready(module: object, ready: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "django.apps", module)
    assert readiness.is_ready() is ready


def plain_frame() -> FrameType:
    return sys._getframe()


def writes_it_inside() -> bool:
    def main(management: Any) -> None:
        management.fetch_command()

    return readiness.goes_on_to_a_command(sys._getframe())


def test_who_goes_on_to_a_command() -> None:
    assert not readiness.goes_on_to_a_command(None)
    assert writes_it_inside()
    assert not readiness.names_command_line(plain_frame().f_code)


def test_a_caller_goes_on_to_a_command() -> None:
    seen: list[bool] = []
    names = {"look": lambda: seen.append(readiness.goes_on_to_a_command(sys._getframe()))}
    exec("look()\nif not look:\n    execute_from_command_line()\n", names)
    assert seen == [True]


def test_what_stands_in_place_of_setup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "django", SimpleNamespace(setup=plain_frame))
    line = plain_frame.__code__.co_firstlineno
    assert readiness.stand_in("/lib/django_startup/probe") == (__file__, line)
    assert readiness.stand_in(__file__) == ("", 0)
    monkeypatch.setitem(sys.modules, "django", None)
    assert readiness.stand_in("/lib/django_startup/probe") == ("", 0)


def test_who_is_being_imported() -> None:
    def _find_and_load() -> bool:
        return readiness.is_importing(sys._getframe())

    assert _find_and_load()
    assert not readiness.is_importing(sys._getframe())


@pytest.mark.parametrize(
    ("is_needed", "outcome", "ends"), [(True, "reached", True), (True, "exception", False), (False, "reached", False)]
)
def test_a_forked_process_comes_to_the_end_of_the_boot(
    is_needed: bool, outcome: str, ends: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    journal = SimpleNamespace(write=lambda record: told.append(record["outcome"]))
    boot = SimpleNamespace(is_needed=is_needed, pid=7, journal=journal, exit=told.append, forked_ns=0)
    clock = iter([1, 2, 4 * 10**9])
    monkeypatch.setattr(readiness, "perf_counter_ns", lambda: next(clock))
    monkeypatch.setattr(readiness, "sleep", lambda seconds: None)
    monkeypatch.setattr(os, "kill", lambda pid, number: told.append((pid, number)))
    readiness.leave_fork(boot, outcome)
    assert told == ([*([(7, 0), "forked", (7, 9)] if ends else []), 0])


def test_a_forked_process_is_not_the_only_one_at_the_end_of_the_boot(monkeypatch: pytest.MonkeyPatch) -> None:
    def leave(status: int) -> None:
        raise SystemExit(status)

    def gone(pid: int, number: int) -> None:
        raise ProcessLookupError

    monkeypatch.setattr(os, "kill", gone)
    boot = SimpleNamespace(is_needed=True, pid=7, exit=leave, forked_ns=0)
    with pytest.raises(SystemExit):
        readiness.leave_fork(boot, "reached")
