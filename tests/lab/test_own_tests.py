"""The project's own tests, as commands of the shell."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.lab.own_tests import MINUTE, TIMEOUT, OwnTests, RedTests


def suite(directory: Path, command: str, *, limit_s: float = TIMEOUT) -> OwnTests:
    return OwnTests(command, directory, environment=None, limit_s=limit_s, on_run=lambda: None)


def outcome(run: Callable[[], object]) -> tuple[str, tuple[str, ...]]:
    with pytest.raises(RedTests) as error:
        run()
    return str(error.value), error.value.lines


def test_those_that_pass(tmp_path: Path) -> None:
    ran: list[int] = []
    tests = OwnTests("pwd > where; test -d . && true", tmp_path, environment={"A": "b"}, on_run=lambda: ran.append(1))
    tests.run_unchanged()
    assert tests.run() is None
    assert (tmp_path / "where").read_text().strip() == str(tmp_path.resolve())
    assert len(ran) == 2
    assert MINUTE <= tests.limit_s < TIMEOUT
    assert tests.changed == ()


def test_those_that_are_red_from_the_start(tmp_path: Path) -> None:
    sentence, lines = outcome(suite(tmp_path, "echo one; echo two >&2; exit 3").run_unchanged)
    assert sentence == snapshot(
        "echo one; echo two >&2; exit 3 ends with exit code 3 before anything is changed, so nothing was done."
    )
    assert lines == ("one", "two")
    sentence, _ = outcome(suite(tmp_path, "kill -SEGV $$").run_unchanged)
    assert sentence == snapshot("kill -SEGV $$ is ended by SIGSEGV before anything is changed, so nothing was done.")


def test_those_that_hang(tmp_path: Path) -> None:
    failed = suite(tmp_path, "echo begun; sleep 1000 & wait", limit_s=1).run()
    assert failed is not None
    assert failed.sentence == snapshot("echo begun; sleep 1000 & wait has not ended after 1 second (begun)")
    sentence, lines = outcome(suite(tmp_path, "echo begun; sleep 1000", limit_s=2).run_unchanged)
    assert sentence == snapshot(
        "echo begun; sleep 1000 has not ended after 2 seconds before anything is changed, so nothing was done."
    )
    assert lines == ("begun",)


def test_those_that_say_nothing(tmp_path: Path) -> None:
    failed = suite(tmp_path, "false").run()
    assert failed is not None
    assert failed.sentence == "false ends with exit code 1"


def test_those_that_change_files(tmp_path: Path) -> None:
    (tmp_path / "prices.txt").touch()
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "x"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    tests = suite(tmp_path, "echo 1 > prices.txt; echo 1 > new.txt")
    tests.run_unchanged()
    assert tests.changed == ("prices.txt",)
