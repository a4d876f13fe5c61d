"""The supervisor of a child, where the system or the project makes it difficult; see test_child.py for the rest."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from django_startup.measure import supervisor
from django_startup.measure.child import SUPERVISOR

SLEEP = "import time; time.sleep(600)"


def refuse(*arguments: object) -> int:
    raise PermissionError


def test_nobody_is_there_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "write", refuse)
    assert not supervisor.report("0")


def test_what_may_not_be_ended() -> None:
    supervisor.kill(refuse, 1)


def test_a_system_without_proc(tmp_path: Path) -> None:
    assert supervisor.listed(str(tmp_path / "missing")) == []
    assert supervisor.parent_of("0") == 0


def test_what_cannot_be_ended_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    wakeup, write = os.pipe()
    os.set_blocking(wakeup, False)
    monkeypatch.setattr(supervisor, "ROUNDS", 2)
    monkeypatch.setattr(supervisor, "KILL_MS", 1)
    monkeypatch.setattr(supervisor, "kill", lambda how, process: None)
    monkeypatch.setattr(supervisor, "descendants", lambda: [1])

    def reap(wakeup: int, ended: dict[int, int]) -> bool:
        ended.update({5: 0, 6: 3})
        return True

    monkeypatch.setattr(supervisor, "reap", reap)
    assert supervisor.end_all(6, wakeup, None) == 3
    os.close(wakeup)
    os.close(write)


def test_somebody_else_has_become_the_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    assert supervisor.wait(1, 0, os.getppid() + 1) is None


@pytest.mark.parametrize(("command", "reports"), [("missing", "errno 2\n"), (sys.executable, "")])
def test_the_command_is_gone(tmp_path: Path, command: str, reports: str) -> None:
    """It reads nothing any more where the program can be started: then the directory is removed."""
    directory = tmp_path / "outputs"
    directory.mkdir()
    words = [str(directory / name) for name in ("stdout", "stderr")]
    process = subprocess.Popen(
        [sys.executable, str(SUPERVISOR), *words, "", command, "-c", SLEEP],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    if reports:
        assert process.stdout.read().decode() == reports
    else:
        process.stdout.readline()
    process.stdout.close()
    process.stdin.close()
    process.wait(60)
    assert directory.exists() is bool(reports)


def test_signals_that_the_command_ignores_stay_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    handled = []
    monkeypatch.setattr("django_startup.measure.supervisor.signal.set_wakeup_fd", lambda descriptor, **options: -1)
    monkeypatch.setattr("django_startup.measure.supervisor.signal.getsignal", lambda number: signal.SIG_IGN)
    monkeypatch.setattr(
        "django_startup.measure.supervisor.signal.signal", lambda number, handler: handled.append(number)
    )
    os.close(supervisor.wake_on_signals())
    assert handled == [signal.SIGCHLD]


def test_other_children_end_first(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = iter([{5: 0}, {}, {6: 3}])
    monkeypatch.setattr(supervisor, "reap", lambda wakeup, ended: ended.update(next(rounds)))
    monkeypatch.setattr(
        "django_startup.measure.supervisor.select.poll",
        lambda: SimpleNamespace(register=refuse_nothing, poll=lambda wait: []),
    )
    assert supervisor.wait(6, 7, os.getppid()) == 3


def refuse_nothing(*arguments: object) -> None:
    pass
