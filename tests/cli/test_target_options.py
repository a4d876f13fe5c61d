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
    given_or_not = ("entry", "until", "seen_as", "pytest", "completion")
    return {"command": [], **dict.fromkeys(given_or_not), **given}


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


@pytest.mark.parametrize(
    ("words", "settings", "command", "variables"),
    [
        ("", None, "<TAB>", ("manage.py ", "1", None)),
        ("mig", None, "mig<TAB>", ("manage.py mig", "1", None)),
        ("migrate --da", "shop.other", "migrate --da<TAB>", ("manage.py migrate --da", "2", "shop.other")),
    ],
)
def test_what_a_shell_completes(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    settings: str | None,
    command: str,
    variables: tuple[str | None, ...],
) -> None:
    monkeypatch.chdir(make_project(tmp_path))
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    target = boot_target(options(completion=words, settings=settings), on_command_line=False)
    assert (target.until, target.arguments, target.command) == (Until.COMMAND, (), (command,))
    environment = target.environment or {}
    assert environment["DJANGO_AUTO_COMPLETE"] == "1"
    assert environment["PATH"]
    assert tuple(map(environment.get, ("COMP_WORDS", "COMP_CWORD", "DJANGO_SETTINGS_MODULE"))) == variables


def test_what_a_shell_completes_is_no_command() -> None:
    with pytest.raises(UsageError) as error:
        boot_target(options(completion="mig", command=["migrate"]), on_command_line=False)
    assert str(error.value) == "-- COMMAND cannot be combined with --completion, which runs no command."
