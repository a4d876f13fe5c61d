"""Git, which signals do not stop in the middle of what it does."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from django_startup import git as git_module
from django_startup.exceptions import UsageError
from django_startup.git import git
from django_startup.measure import interrupts


def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A git that does something else, while a signal waits to take effect."""
    program = tmp_path / "git"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(git_module, "LOOK_S", 0.01)
    monkeypatch.setattr(interrupts, "arrived", [signal.SIGTERM])


def test_one_that_is_interruptible(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, monkeypatch, "while :; do sleep 1; done")
    with pytest.raises(UsageError, match=r"^git worktree add: it failed.$"):
        git(tmp_path, "worktree", "add", interruptible=True)


def test_any_other_comes_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, monkeypatch, "sleep 0.2; echo removed")
    assert git(tmp_path, "worktree", "remove") == "removed"


def test_what_it_prints_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spaces at an end may be those of a directory's name."""
    stand_in(tmp_path, monkeypatch, "printf ' shop \\n'")
    assert git(tmp_path, "rev-parse", "--show-toplevel") == " shop "
