"""Temporary directories, and those that killed processes have left."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from django_startup.measure import temporary
from django_startup.measure.temporary import PREFIX, lock, remove_abandoned, temporary_directory

KILLED = """
import os, signal
from django_startup.measure.temporary import temporary_directory
with temporary_directory() as directory:
    (directory / "stdout").write_text("x")
    print(directory, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    remove_abandoned.cache_clear()
    yield tmp_path
    remove_abandoned.cache_clear()


def test_one_that_is_removed(parent: Path) -> None:
    with temporary_directory() as directory:
        assert directory.parent == parent
        (directory / "stdout").touch()
        with lock(str(directory)) as is_free:
            assert is_free is False
    assert list(parent.iterdir()) == []


def test_what_a_killed_process_has_left_is_removed(parent: Path) -> None:
    env = os.environ | {"TMPDIR": str(parent)}
    ran = subprocess.run([sys.executable, "-c", KILLED], env=env, capture_output=True, text=True, check=False)
    left = Path(ran.stdout.strip())
    assert (left / "stdout").exists()
    with temporary_directory() as directory:
        assert list(parent.iterdir()) == [directory]


def test_what_stays(parent: Path) -> None:
    """What is in use, what is no directory, and what has another name."""
    foreign = parent / "django-startup-crash-1"
    foreign.mkdir()
    link = parent / f"{PREFIX}link"
    link.symlink_to(foreign)
    (parent / f"{PREFIX}file").touch()
    with temporary_directory() as directory:
        remove_abandoned.cache_clear()
        remove_abandoned(str(parent))
        assert directory.is_dir()
    assert sorted(path.name for path in parent.iterdir()) == [foreign.name, f"{PREFIX}file", link.name]


def test_what_belongs_to_another_user(parent: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = parent / f"{PREFIX}other"
    other.mkdir()
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    remove_abandoned(str(parent))
    assert other.is_dir()


def test_a_directory_that_is_not_there(parent: Path) -> None:
    remove_abandoned(str(parent / "gone"))


def test_a_file_system_without_locks(parent: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    left = parent / f"{PREFIX}left"
    left.mkdir()
    monkeypatch.setattr("fcntl.flock", refuse)
    with temporary_directory() as directory:
        assert directory.is_dir()
    assert list(parent.iterdir()) == [left]


@pytest.mark.parametrize("is_removed", [True, False])
def test_somebody_takes_a_new_one_for_abandoned(
    parent: Path, monkeypatch: pytest.MonkeyPatch, is_removed: bool
) -> None:
    made: list[str] = []

    def at_once(directory: str) -> object:
        if not made and is_removed:
            Path(directory).rmdir()
        made.append(directory)
        return lock(directory)

    if is_removed:
        monkeypatch.setattr(temporary, "lock", at_once)
        with temporary_directory() as directory:
            assert made == [made[0], str(directory)]
    else:
        answers = iter([False, True])
        monkeypatch.setattr(temporary, "is_locked", lambda handle: next(answers))
        with temporary_directory() as directory:
            assert len(list(parent.iterdir())) == 2
            assert directory.is_dir()
    assert list(parent.iterdir()) == []


def test_a_directory_that_goes_while_it_is_locked(parent: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = parent / f"{PREFIX}left"
    left.mkdir()

    def late(handle: int) -> bool:
        left.rmdir()
        return True

    monkeypatch.setattr(temporary, "is_locked", late)
    with lock(str(left)) as is_free:
        assert is_free is False
