"""git bisect run finds the commit that broke a budget."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from django_startup.cli.budget_command import BudgetCommand
from django_startup.management.commands import startupbudget
from tests.support.budget import git, report
from tests.support.helpers import environment, make_project

FIRST_BAD, DEAD = 14, (9, 10)
IDENTITY = ("-c", "user.name=T", "-c", "user.email=t@example.com")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Twenty commits: one brings an import in that is forbidden, two do not boot."""
    project = make_project(tmp_path)
    settings = project / "shop/settings.py"
    text = settings.read_text()
    git(project, "init", "--quiet")
    (project / ".gitignore").write_text("__pycache__/\n")
    for number in range(1, 21):
        more = "import wsgiref.util\n" if number >= FIRST_BAD else ""
        more += "raise ValueError\n" if number in DEAD else ""
        settings.write_text(f"{text}COMMIT = {number}\n{more}")
        git(project, "add", ".")
        git(project, *IDENTITY, "commit", "--quiet", "-m", f"Commit {number}")
    return project


def test_the_commit_is_found(repository: Path) -> None:
    git(repository, "bisect", "start", "HEAD", "HEAD~19")
    command = (
        "-m",
        "django_startup",
        "budget",
        "--until",
        "settings",
        "--exact-only",
        "--bisect",
        "--forbid",
        "wsgiref",
    )
    ran = subprocess.run(
        ["git", "bisect", "run", sys.executable, *command],
        cwd=repository,
        env=environment(repository),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran
    assert f"Commit {FIRST_BAD}\n" in git(repository, "show", "--no-patch", "refs/bisect/bad")
    assert "is the first bad commit" in ran.stdout
    assert "ValueError" in ran.stderr
    assert git(repository, "for-each-ref", "refs/bisect/skip-*")  # one that does not boot was met


def test_what_cannot_be_judged_is_skipped(repository: Path) -> None:
    options = ("--until", "settings", "--exact-only", "--bisect")
    assert report(repository, *options, "--forbid", "wsgiref", code=1)["error"] is None
    document = report(repository, *options, code=125)
    assert document["error"].startswith("There is no budget: ")


@pytest.mark.parametrize("options", [{}, {"bisect": True}])
def test_a_fault_of_ours_is_no_bad_commit(
    tmp_path: Path, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(command: BudgetCommand) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(BudgetCommand, "check", check)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # for the traceback
    with pytest.raises(CommandError if options else ZeroDivisionError) as caught:
        call_command(startupbudget.Command(), max="3s", **options)
    if isinstance(caught.value, CommandError):
        assert caught.value.returncode == 125
        assert str(caught.value).startswith("This is a fault of django-startup, not of the project: ")
