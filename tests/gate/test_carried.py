"""What against-files names is copied."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from django_startup.exceptions import UsageError
from django_startup.gate.carried import carry


@pytest.fixture
def trees(tmp_path: Path) -> tuple[Path, Path]:
    root = Path(os.path.realpath(tmp_path))
    for name in ("work/conf/deep", "work/conf/__pycache__", "base/conf"):
        (root / name).mkdir(parents=True)
    texts = {
        "work/.env": "A=1",
        "work/conf/local.py": "here",
        "work/conf/deep/more.py": "here",
        "work/conf/tracked.py": "here",
        "work/conf/__pycache__/local.pyc": "",
        "work/conf/both.py": "here",
        "base/conf/both.py": "base",
    }
    for name, text in texts.items():
        (root / name).write_text(text)
    return root / "work", root / "base"


def names(tree: Path) -> list[str]:
    return sorted(str(path.relative_to(tree)) for path in tree.rglob("*") if path.is_file())


def test_files_and_directories_without_what_git_tracks(trees: tuple[Path, Path]) -> None:
    work, base = trees
    carry([work / ".env", work / "conf", work / "missing"], work, base, {"conf/tracked.py"})
    assert names(base) == [".env", "conf/both.py", "conf/deep/more.py", "conf/local.py"]
    assert (base / "conf/both.py").read_text() == "base"


def test_a_file_that_git_tracks_stays(trees: tuple[Path, Path]) -> None:
    work, base = trees
    carry([work / "conf/tracked.py"], work, base, {"conf/tracked.py"})
    assert names(base) == ["conf/both.py"]


def test_a_file_below_a_directory_that_the_base_lacks(trees: tuple[Path, Path]) -> None:
    work, base = trees
    (work / "link").symlink_to("conf/local.py")
    carry([work / "conf/../conf/deep/more.py", work / "link"], work, base, ())
    assert names(base) == ["conf/both.py", "conf/deep/more.py", "link"]
    assert not (base / "link").is_symlink()


@pytest.mark.parametrize("name", ["../other/.env", "."])
def test_what_is_not_in_the_repository(trees: tuple[Path, Path], name: str) -> None:
    work, base = trees
    with pytest.raises(UsageError) as caught:
        carry([work / name], work, base, ())
    assert str(caught.value) == f"against-files: {work / name} is not in the repository {work}."


def test_what_cannot_be_copied(trees: tuple[Path, Path]) -> None:
    work, base = trees
    os.mkfifo(work / "conf/pipe")
    for name in ("conf/pipe", "conf"):
        with pytest.raises(UsageError) as caught:
            carry([work / name], work, base, ())
        assert str(caught.value) == f"against-files: {name} cannot be copied: some of it cannot be read."
    (work / "new").mkdir()
    (work / "new/file").touch()
    (base / "new").write_text("a file")
    with pytest.raises(UsageError) as caught:
        carry([work / "new/file"], work, base, ())
    assert str(caught.value) == "against-files: new/file cannot be copied: File exists."
