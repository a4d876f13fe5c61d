"""The disk cache as the system has it, and systems that have none of this."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.cold import disk_cache
from django_startup.cold.disk_cache import bytes_in_memory, empty_disk_cache, find_mincore

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="posix_fadvise and mincore as Linux has them")


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "large"
    path.write_bytes(bytes(64 * 1024))
    return str(path)


def test_what_has_been_written_is_in_memory(file: str) -> None:
    assert bytes_in_memory([file, file, "/no/such/file"]) == 64 * 1024


def test_what_stays_is_told(file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a file that another process has mapped: the advice is given and has no effect."""
    advised: list[tuple[int, int, int]] = []
    monkeypatch.setattr(os, "posix_fadvise", lambda descriptor, *advice: advised.append(advice))
    empty, small = tmp_path / "empty", tmp_path / "small"
    empty.touch()
    small.write_bytes(b"1")
    emptied = empty_disk_cache([str(small), file, str(empty), file, "/no/such/file"])
    assert advised == [(0, 0, os.POSIX_FADV_DONTNEED)] * 3
    assert [(kept.path, kept.size_bytes) for kept in emptied.kept] == [(file, 65536), (str(small), 4096)]
    assert (emptied.kept_bytes, emptied.hidden, emptied.problem) == (69632, 0, "")


def test_files_of_other_users(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert bytes_in_memory([file]) is None
    emptied = empty_disk_cache([file])
    assert (emptied.kept, emptied.hidden) == ((), 1)
    monkeypatch.setattr(os, "access", lambda path, mode: True)
    assert bytes_in_memory([file]) is not None


def test_a_system_that_cannot_empty_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "posix_fadvise")
    assert empty_disk_cache(["/etc/hosts"]).problem == snapshot(
        "This system cannot empty the disk cache of single files (posix_fadvise): all files were in memory."
    )


def test_a_system_without_mincore(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_library(name: object) -> object:
        raise OSError

    monkeypatch.setattr(ctypes, "CDLL", no_library)
    assert find_mincore() is None
    with monkeypatch.context() as windows:
        windows.delattr(os, "geteuid")
        assert bytes_in_memory([file]) is None
    monkeypatch.setattr(disk_cache, "find_mincore", lambda: lambda *arguments: -1)
    assert bytes_in_memory([file]) is None
