"""Files that git could not give back are not changed."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from django_startup.exceptions import UsageError
from django_startup.lab.repository import changed_files, check_committed, check_repository

COMMIT = ("-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "x")


def git(directory: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=directory, check=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    top = (tmp_path / "shop").resolve()
    (top / "app").mkdir(parents=True)
    for name in ("a.py", "b.py", "c.py", "d.py", "app/[e].py"):
        (top / name).write_text("import os\n")
    git(top, "init", "-q")
    git(top, "add", ".")
    git(top, *COMMIT)
    return top


def test_what_is_committed(repository: Path) -> None:
    check_repository(repository / "app")
    check_committed([repository / "a.py", repository / "app" / "[e].py"], repository)
    check_committed([], repository)
    assert changed_files(repository) == {}


def test_what_is_not(repository: Path) -> None:
    (repository / "a.py").write_text("import re\n")
    with pytest.raises(
        UsageError, match=r"^a.py has changes that are not committed: commit or stash them first. No file"
    ):
        check_committed([repository / "a.py", repository / "b.py"], repository)
    (repository / "b.py").write_text("import re\n")
    git(repository, "add", "b.py")
    (repository / "new.py").touch()
    (repository / "app" / "[e].py").write_text("import re\n")
    files = [repository / name for name in ("a.py", "b.py", "c.py", "new.py", "app/[e].py")]
    with pytest.raises(UsageError, match=re.escape("a.py, app/[e].py, b.py and 1 more have changes that are not")):
        check_committed(files, repository)
    git(repository, "rm", "-q", "c.py")
    assert sorted(changed_files(repository)) == ["a.py", "app/[e].py", "b.py"]


def test_before_the_first_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "a.py").touch()
    with pytest.raises(UsageError, match=r"^a.py has changes"):
        check_committed([tmp_path.resolve() / "a.py"], tmp_path.resolve())


def test_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", os.fspath(tmp_path.parent))
    with pytest.raises(UsageError, match=r"is in no repository \(git rev-parse.*\); --force writes all the same\.$"):
        check_committed([tmp_path / "a.py"], tmp_path)
    assert changed_files(tmp_path) == {}
