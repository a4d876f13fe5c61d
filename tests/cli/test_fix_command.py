"""What startupprofile --fix refuses before anything is booted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.cli import console
from django_startup.profile.profile_file import dump_profile
from tests.support.command_line import call
from tests.support.profiles import make_profile


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that cannot be booted, outside of any repository."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", os.fspath(tmp_path.parent))
    (tmp_path / "manage.py").touch()
    (tmp_path / "before.json").write_text(dump_profile(make_profile()))
    return tmp_path


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--diff"], snapshot("--diff is about what --fix writes: add --fix.")),
        (["--only", "pandas"], snapshot("--only is about what --fix writes: add --fix.")),
        (["--test", "pytest"], snapshot("--test is about what --fix writes: add --fix.")),
        (["--force"], snapshot("--force is about what --fix writes: add --fix.")),
        (["--fix", "--test", ""], snapshot("--test has an empty value.")),
        (
            ["--fix", "--untried"],
            snapshot("--untried cannot be combined with --fix, which shows what it writes."),
        ),
        (
            ["--fix", "--diff", "--test", "pytest"],
            snapshot("--test cannot be combined with --diff, which writes nothing."),
        ),
        (
            ["--fix", "--load", "before.json"],
            snapshot("--fix writes what it has just tried, and --load boots nothing: add --diff for the patch."),
        ),
        (
            ["--fix", "--load", "before.json", "--only", "stripe"],
            snapshot("--only cannot be combined with --load, which boots nothing."),
        ),
        (
            ["--fix", "-o", "fixes.txt"],
            snapshot("-o fixes.txt: the suffix chooses the format, one of .patch .json."),
        ),
    ],
)
def test_options(capsys: pytest.CaptureFixture[str], words: list[str], sentence: str) -> None:
    ran = call(capsys, "profile", *words)
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", f"CommandError: {sentence}\n")


def test_outside_of_a_repository(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    ran = call(capsys, "profile", "--fix")
    assert (ran.returncode, ran.stdout) == (2, "")
    sentence = f"--fix writes where git can take it back, and {project} is in no repository (git rev-parse "
    assert ran.stderr.startswith(f"CommandError: {sentence}")
    assert ran.stderr.endswith("); --force writes all the same.\n")


def test_tests_that_are_red(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(console, "say", said.append)
    ran = call(capsys, "profile", "--fix", "--force", "--test", "echo 1 failed; exit 1")
    assert (ran.returncode, ran.stdout) == (2, "  | 1 failed\n")
    assert ran.stderr == snapshot("""\
CommandError: echo 1 failed; exit 1 ends with exit code 1 before anything is changed, so nothing was done.
""")
    assert said == ["running echo 1 failed; exit 1"]


def test_the_patch_of_a_saved_profile(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its fixes were not tried."""
    said: list[str] = []
    monkeypatch.setattr(console, "say", said.append)
    assert call(capsys, "profile", "--fix", "--diff", "--load", "before.json") == (0, "", "")
    assert said == ["The patch is empty: there is no fix that moves imports and that works."]
