"""All files or none, and each of them whole."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from django_startup import files as files_module
from django_startup.exceptions import UsageError
from django_startup.lab import writing as writing_module
from django_startup.lab.writing import Writing

NAMES = ("a.py", "b.py", "c.py")
LONG_AGO_NS = 1_000_000_000


@pytest.fixture
def files(tmp_path: Path) -> dict[Path, bytes]:
    texts = {tmp_path / name: f"old {name}".encode() for name in NAMES}
    for path, text in texts.items():
        path.write_bytes(text)
        path.chmod(0o640)
        os.utime(path, ns=(LONG_AGO_NS, LONG_AGO_NS))
    return texts


def new(files: dict[Path, bytes], *names: str) -> dict[Path, bytes]:
    return {path: b"new" for path in files if path.name in (names or NAMES)}


def contents(directory: Path) -> dict[str, bytes]:
    """What the files in a directory hold; those beside them, too."""
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def second(path: Path) -> int:
    """What bytecode knows its file by, its size apart."""
    return path.stat().st_mtime_ns // 1_000_000_000


def test_written_and_put_back(tmp_path: Path, files: dict[Path, bytes]) -> None:
    before = contents(tmp_path)
    writing = Writing(files, tmp_path)
    writing.write(new(files))
    assert contents(tmp_path) == dict.fromkeys(NAMES, b"new")
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o640}
    assert not writing.strange()
    writing.put_back()
    assert contents(tmp_path) == before
    assert {path.stat().st_mtime_ns for path in files} == {LONG_AGO_NS}


def test_no_two_texts_have_the_same_second(tmp_path: Path, files: dict[Path, bytes]) -> None:
    writing = Writing(files, tmp_path)
    first, *_ = files
    seconds = [second(first)]
    for text in (b"1", b"2", b"3"):
        writing.write({first: text})
        seconds.append(second(first))
    assert len(set(seconds)) == 4
    assert second(tmp_path / "b.py") == seconds[0]


def test_texts_that_are_given_up(tmp_path: Path, files: dict[Path, bytes]) -> None:
    writing = Writing(files, tmp_path)
    writing.write(new(files, "a.py"))
    writing.write(new(files, "b.py"))
    assert contents(tmp_path) == {"a.py": b"old a.py", "b.py": b"new", "c.py": b"old c.py"}


def test_a_file_that_has_changed(tmp_path: Path, files: dict[Path, bytes]) -> None:
    writing = Writing(files, tmp_path)
    (tmp_path / "b.py").write_bytes(b"mine")
    before = contents(tmp_path)
    with pytest.raises(UsageError, match=r"^b.py has changed since the project was booted. No file was changed.$"):
        writing.write(new(files))
    assert contents(tmp_path) == before


def test_a_file_that_changes_while_it_is_written(tmp_path: Path, files: dict[Path, bytes]) -> None:
    writing = Writing(files, tmp_path)
    writing.write(new(files))
    (tmp_path / "b.py").write_bytes(b"mine")
    (tmp_path / "c.py").unlink()
    with pytest.raises(UsageError, match=r"^b.py has changed while the tests ran, and is left as it is now.$"):
        writing.put_back()
    assert contents(tmp_path) == {"a.py": b"old a.py", "b.py": b"mine"}


@pytest.mark.parametrize("refused", NAMES)
def test_a_file_that_cannot_be_replaced(
    tmp_path: Path, files: dict[Path, bytes], monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    replace = Path.replace
    times = iter(range(3))

    def refuse(path: Path, target: Path) -> Path:
        if target.name == refused and next(times) == 0:
            raise PermissionError(1, "Operation not permitted")
        return replace(path, target)

    before = contents(tmp_path)
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(
        UsageError, match=rf"{refused} cannot be written: Operation not permitted. No file was changed.$"
    ):
        Writing(files, tmp_path).write(new(files))
    assert contents(tmp_path) == before
    assert {path.stat().st_mtime_ns for path in files} == {LONG_AGO_NS}


def test_a_disk_that_is_full(tmp_path: Path, files: dict[Path, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    write_beside = files_module.write_beside

    def full(path: Path, data: bytes, before: os.stat_result | None, mode: int | None) -> Path:
        if path.name == "c.py":
            raise OSError(28, "No space left on device")
        return write_beside(path, data, before, mode)

    before = contents(tmp_path)
    monkeypatch.setattr(writing_module, "write_beside", full)
    with pytest.raises(UsageError, match=r"c.py cannot be written: No space left on device. No file was changed.$"):
        Writing(files, tmp_path).write(new(files))
    assert contents(tmp_path) == before
