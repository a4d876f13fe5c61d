"""What the options that both commands have take."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from django_startup.cli.target_options import MOST, at_least, boot_target, working_directory
from django_startup.exceptions import UsageError
from django_startup.measure.target import Until
from tests.support.helpers import make_project


def test_a_number_that_is_too_large() -> None:
    with pytest.raises(argparse.ArgumentTypeError) as error:
        at_least(1)(str(MOST + 1))
    assert str(error.value) == f"'{MOST + 1}' is too much"


def test_a_working_directory_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    def cwd() -> Path:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(Path, "cwd", cwd)
    with pytest.raises(UsageError) as error:
        working_directory()
    assert str(error.value) == "The working directory cannot be used: No such file or directory."


def options(**given: object) -> dict[str, object]:
    return {"entry": None, "until": None, "seen_as": None, "command": [], "pytest": None, **given}


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        (["runserver", "8001"], ("runserver", "8001", "--noreload")),
        (["runserver", "--noreload"], ("runserver", "--noreload")),
        (["runserver", "--help"], ("runserver", "--help")),
        (["migrate"], ("migrate",)),
    ],
)
def test_a_server_whose_reloader_would_run_the_project_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(make_project(tmp_path))
    target = boot_target(options(command=command), on_command_line=False)
    assert (target.until, target.arguments) == (Until.COMMAND, arguments)


@pytest.mark.parametrize(
    ("entry", "seen_as", "arguments"),
    [
        (None, None, ("check",)),
        (None, "", ()),
        ("pytest", None, ()),
        ("-m pytest", None, ()),
        ("pytest", "tests -x", ("tests", "-x")),
    ],
)
def test_what_the_project_sees_in_sys_argv(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    entry: str | None,
    seen_as: str | None,
    arguments: tuple[str, ...],
) -> None:
    monkeypatch.chdir(make_project(tmp_path))
    target = boot_target(options(entry=entry, seen_as=seen_as), on_command_line=False)
    assert target.arguments == arguments
