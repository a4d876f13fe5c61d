"""What a command's exit code says, and what becomes of its output when nobody takes it."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from inline_snapshot import snapshot

from django_startup import __main__
from django_startup.cli.budget_command import BudgetCommand
from django_startup.cli.exclusions import check_values
from django_startup.cli.profile_command import ProfileCommand
from django_startup.cli.program import Output, report_crash, version_of
from django_startup.exceptions import UsageError
from django_startup.measure.boot import ProbeFault
from django_startup.profile.profile_file import dump_profile
from tests.support.budget import SCHEMA
from tests.support.command_line import call
from tests.support.helpers import make_project
from tests.support.profiles import make_profile

LOAD = (sys.executable, "-m", "django_startup", "profile", "--load", "saved.json")


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with a saved profile."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "saved.json").write_text(dump_profile(make_profile()))
    return tmp_path


def crash(*arguments: object) -> None:
    raise KeyError("postgres://user:HUNTER2@host")


# Crashes


def test_a_limit_of_the_shell_is_no_crash(
    capsys: pytest.CaptureFixture[str], directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*arguments: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(ProfileCommand, "run", crash)
    ran = call(capsys, "profile")
    assert ran == (
        3,
        "",
        "CommandError: The project cannot be booted within the limits of this shell: Too many open "
        "files. See ulimit -a.\n",
    )
    assert list(directory.glob("django-startup-crash-*.txt")) == []


def test_a_crash_has_a_code_of_its_own(
    capsys: pytest.CaptureFixture[str], directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ProfileCommand, "run", crash)
    ran = call(capsys, "profile", "--why", "x", "--", "fetch", "--password=HUNTER2")
    (file,) = directory.glob("django-startup-crash-*.txt")
    assert (ran.returncode, ran.stdout) == (70, "")
    assert ran.stderr.replace(str(file), "FILE") == snapshot(
        "This is a fault of django-startup, not of the project: KeyError. Please report it at "
        "https://github.com/django-startup/django-startup/issues with the traceback in FILE.\n"
    )
    text = file.read_text()
    assert "in crash" in text
    assert "django_startup profile --why x -- fetch --password=***\n" in text
    assert "HUNTER2" not in text


def test_a_crash_is_said_in_every_format(
    capsys: pytest.CaptureFixture[str], directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(command: BudgetCommand) -> None:
        command.formats.append(("json", None))
        crash()

    monkeypatch.setattr(BudgetCommand, "check", check)
    ran = call(capsys, "budget")
    assert ran.returncode == 70
    document = json.loads(ran.stdout)
    jsonschema.validate(document, SCHEMA)
    assert (document["exit_code"], document["error"]) == snapshot(
        (70, "This is a fault of django-startup, not of the project: KeyError.")
    )


def test_a_crash_under_manage_py(directory: Path) -> None:
    lines = ["import sys", "sys.modules['django_startup.cli.profile_command'] = None"]
    (directory / "sitecustomize.py").write_text("\n".join(lines))
    project = make_project(directory, apps={})
    env = {**os.environ, "PYTHONPATH": str(directory), "TMPDIR": str(directory)}
    (project / "shop/settings.py").write_text("INSTALLED_APPS = ['django_startup']\nUSE_TZ = True\n")
    command = [sys.executable, "manage.py", "startupprofile"]
    ran = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (70, "")
    assert ran.stderr.startswith("This is a fault of django-startup, not of the project: ModuleNotFoundError. Please ")
    assert len(ran.stderr.splitlines()) == 1


def test_a_traceback_that_cannot_be_kept(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**options: object) -> None:
        raise OSError

    monkeypatch.setattr(tempfile, "mkstemp", full)
    assert report_crash(KeyError("x")).endswith("with the traceback above.")
    assert capsys.readouterr().err.endswith("KeyError: 'x'\n")


def test_what_is_not_installed_has_no_version() -> None:
    assert version_of("no-such-distribution") == "?"


def test_calls_by_programs_get_the_exception(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.management import call_command

    from django_startup.management.commands import startupprofile

    monkeypatch.setattr(ProfileCommand, "run", crash)
    with pytest.raises(KeyError):
        call_command(startupprofile.Command())


def test_ctrl_c_while_the_first_modules_are_imported(directory: Path) -> None:
    (directory / "sitecustomize.py").write_text(
        "import sys\n"
        "class Interrupt:\n"
        "    def find_spec(self, name, *arguments):\n"
        "        if name == 'django':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupt())\n"
    )
    env = {**os.environ, "PYTHONPATH": str(directory)}
    ran = subprocess.run(LOAD, env=env, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (128 + signal.SIGINT, "", "")


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (KeyboardInterrupt(), 130, ""),
        (MemoryError(), 70, "django-startup cannot be loaded: MemoryError.\n"),
        (
            ModuleNotFoundError("No module named 'django'"),
            70,
            "django-startup cannot be loaded: ModuleNotFoundError: No module named 'django'.\n",
        ),
    ],
)
def test_modules_that_cannot_be_loaded(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, text: str
) -> None:
    def fail(arguments: list[str]) -> int:
        raise error

    monkeypatch.setattr(__main__, "main", fail)
    assert __main__.run([]) == code
    assert capsys.readouterr() == ("", text)


# Output that nobody takes


@pytest.mark.parametrize("close", [">&-", "| :"])
def test_output_that_nobody_reads(directory: Path, close: str) -> None:
    command = f'{{ "$0" "$@"; echo $? >&2; }} {close}'
    ran = subprocess.run(["sh", "-c", command, *LOAD], capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("", "0\n")


@pytest.mark.parametrize("command", [["-m", "django_startup", "budget"], ["manage.py", "startupbudget"]])
def test_a_verdict_that_nobody_reads_is_one(directory: Path, command: list[str]) -> None:
    project = make_project(directory)
    (project / "shop/settings.py").write_text(
        "INSTALLED_APPS = ['django_startup']\nROOT_URLCONF = 'shop.urls'\nUSE_TZ = True\n"
    )
    options = ["--until", "settings", "--max-modules", "1", "--format", "text", "--format", "json=report.json"]
    words = [sys.executable, *command, *options]
    ours, theirs = os.pipe()
    os.close(ours)
    ran = subprocess.run(words, cwd=project, stdout=theirs, stderr=subprocess.PIPE, text=True, check=False)
    os.close(theirs)
    assert (ran.returncode, ran.stderr) == (1, "CommandError: Over budget: modules.\n")
    assert json.loads((project / "report.json").read_text())["verdict"] == "over"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is always full")
def test_a_full_disk(directory: Path) -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(LOAD, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        assert (ran.returncode, ran.stderr) == snapshot(
            (2, "CommandError: Standard output cannot be written: No space left on device.\n")
        )
        ran = subprocess.run([*LOAD[:-1], "none.json"], stdout=subprocess.PIPE, stderr=full, text=True, check=False)
        assert (ran.returncode, ran.stdout) == (2, "")


def test_a_stream_without_a_descriptor() -> None:
    class Odd:
        def write(self, text: str) -> None:
            raise OSError(28, "No space left on device")

        def fileno(self) -> int:
            raise ValueError

    odd: Any = Odd()
    assert Output(odd).write("abc") == 3
    with pytest.raises(UsageError, match=r"^Standard output cannot be written: No space left on device\.$"):
        Output(odd, "Standard output").write("abc")


@pytest.mark.parametrize("words", ["budget --max 3s", "profile --load {} --fix --diff"])
def test_no_working_directory(directory: Path, words: str) -> None:
    gone = directory / "gone"
    gone.mkdir()
    command = 'cd "$1" && rmdir "$1" && shift && "$0" -m django_startup "$@"'
    called = ["sh", "-c", command, sys.executable, str(gone), *words.format(directory / "saved.json").split()]
    ran = subprocess.run(called, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == snapshot(
        (2, "CommandError: The working directory cannot be used: No such file or directory.\n")
    )


# Empty values


def test_empty_values(capsys: pytest.CaptureFixture[str], directory: Path) -> None:
    found = []
    for words in (
        ("budget", "--max", "3s", "--against", ""),
        ("budget", "--max="),
        ("budget", "--forbid", "shop", "--forbid", " "),
        ("budget", "--entry", ""),
        ("budget", "--baseline", ""),
        ("budget", "--format", ""),
        ("budget", "--settings="),
        ("budget", "accept", "", "--reason", "x"),
        ("budget", "accept", "forbid x", "--reason", ""),
        ("profile", "--why", ""),
        ("profile", "-o", ""),
        ("profile", "--load", ""),
    ):
        ran = call(capsys, *words)
        assert (ran.returncode, ran.stdout) == (2, ""), words
        found.append(ran.stderr.splitlines()[-1])
    assert found == snapshot(
        [
            "CommandError: --against has an empty value.",
            "CommandError: --max has an empty value.",
            "CommandError: --forbid has an empty value.",
            "CommandError: --entry has an empty value.",
            "python -m django_startup budget check: error: argument --baseline: the value is empty",
            "CommandError: --format has an empty value.",
            "CommandError: --settings has an empty value.",
            "CommandError: ITEM has an empty value.",
            "CommandError: --reason has an empty value.",
            "CommandError: --why has an empty value.",
            "python -m django_startup profile: error: argument -o/--output: the value is empty",
            "python -m django_startup profile: error: argument --load: the value is empty",
        ]
    )


def test_an_empty_argument_of_a_management_command_is_its_own() -> None:
    check_values({"command": ["shell", "-c", ""], "why": None, "top": 10, "output": []})


def test_a_traceback_of_a_measured_process_is_kept_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    told = "".join(f'  File "/srv/shop/{number}.py", line 1, in pay\n' for number in range(400))
    report_crash(ProbeFault(f"{told}TypeError: the end"))
    (kept,) = tmp_path.iterdir()
    assert '"/srv/shop/399.py"' in kept.read_text("utf-8")
    assert kept.read_text("utf-8").endswith("TypeError: the end\n")
