"""--pytest and --until first-test as a boot target."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from django_startup.cli.pytest_options import about_argument, is_pytest, pytest_target
from django_startup.exceptions import UsageError
from django_startup.gate.config import target_words
from django_startup.measure.target import BootTarget, Entry, How, Until, pytest_entry

OPTIONS: dict[str, Any] = {"pytest": None, "until": None, "entry": None, "seen_as": None, "command": []}


def target(**options: Any) -> BootTarget:
    return pytest_target({**OPTIONS, **options}, Path("/srv"), None)


def test_when_pytest_is_booted() -> None:
    assert not is_pytest(OPTIONS)
    assert not is_pytest({**OPTIONS, "until": "urls"})
    assert is_pytest({**OPTIONS, "until": "first-test"})
    assert is_pytest({**OPTIONS, "pytest": ()})
    assert is_pytest({**OPTIONS, "pytest": "tests"})


def test_arguments() -> None:
    assert (target(pytest=()).until, target(pytest=()).arguments) == (Until.FIRST_TEST, ())
    assert target(pytest="tests -k 'a b'", command=["-x"]).arguments == ("tests", "-k", "a b", "-x")
    assert target(pytest=(), until="setup").until is Until.SETUP
    assert target(until="first-test", seen_as="-x").arguments == ("-x",)
    assert target(pytest=(), settings="shop.tests", command=["-x"]).arguments == ("--ds=shop.tests", "-x")


def test_another_entry(tmp_path: Path) -> None:
    (tmp_path / "runtests.py").touch()
    options = {**OPTIONS, "until": "first-test", "entry": "runtests.py"}
    assert pytest_target(options, tmp_path, None).entry.label == "runtests.py"


def test_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "lib")
    assert target(pytest=()).environment is None
    environment = target(pytest=(), pythonpath="src").environment
    assert environment is not None
    assert environment["PYTHONPATH"] == f"src{os.pathsep}lib"
    given = pytest_target({**OPTIONS, "pytest": (), "pythonpath": "src"}, Path("/srv"), {"HOME": "/"})
    assert given.environment == {"HOME": "/", "PYTHONPATH": "src"}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            {"pytest": (), "workers": 2},
            snapshot("--workers cannot be combined with --pytest, which boots a session of tests."),
        ),
        (
            {"until": "first-test", "workers": 2},
            snapshot("--workers cannot be combined with --pytest, which boots a session of tests."),
        ),
        ({"pytest": "tests 'x"}, snapshot("--pytest tests 'x: No closing quotation.")),
        (
            {"pytest": (), "seen_as": "check"},
            snapshot("--as cannot be combined with --pytest, whose arguments stand after it or after --."),
        ),
    ],
)
def test_refusals(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UsageError) as error:
        target(**options)
    assert str(error.value) == sentence


def test_where_pytest_is_no_script(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert pytest_entry() == Entry(How.MODULE, "-m pytest", "pytest")
    (tmp_path / "pytest").touch()
    assert pytest_entry().target == str(tmp_path / "pytest")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match="pytest is not installed for "):
        pytest_entry()


def test_what_names_the_target_again() -> None:
    assert target_words({**OPTIONS, "pytest": (), "command": ["-x"]}) == ("--pytest", "--", "-x")
    assert target_words({**OPTIONS, "pytest": "tests"}) == ("--pytest", "tests")


def test_words_that_are_pytests() -> None:
    assert about_argument("-x", "startupprofile ") == snapshot(
        "-x is not an option. What pytest is to take stands after --: startupprofile --pytest -- -x"
    )
