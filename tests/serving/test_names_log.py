"""The file of names that requests import late."""

from __future__ import annotations

import atexit
import os
from pathlib import Path

import pytest

from django_startup.files import locked
from django_startup.serving.names_log import NamesLog, names_log


@pytest.fixture(autouse=True)
def at_the_end(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the process would call at its end."""
    registered: list[object] = []
    monkeypatch.setattr(atexit, "register", registered.append)
    return registered


def messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


def test_each_name_once(tmp_path: Path) -> None:
    log = NamesLog(tmp_path / "late.txt")
    log.path.write_text("# by hand\nb  # dear")
    log.add(["a", "b", "two words\n", "c # d", ""])
    log.add(["a", "e"])
    log.add(["a"])
    assert log.path.read_text() == "# by hand\nb  # dear\na\ne\n"


def test_one_log_a_path(tmp_path: Path) -> None:
    assert names_log(tmp_path / "late.txt") is names_log(tmp_path / "late.txt")


def test_a_file_that_is_deleted_gets_its_names_again(tmp_path: Path) -> None:
    log = NamesLog(tmp_path / "late.txt")
    log.add(["a"])
    log.path.unlink()
    log.add(["a"])
    assert log.path.read_text() == "a\n"
    log.path.unlink()
    log.add(["b"])
    assert log.path.read_text() == "a\nb\n"


def test_a_lock_that_another_process_keeps(tmp_path: Path, at_the_end: list[object]) -> None:
    log = NamesLog(tmp_path / "late.txt")
    with locked(log.path):
        log.add(["a"])
    assert not log.path.exists()
    log.add(["b"])
    assert log.path.read_text() == "a\nb\n"
    with locked(log.path):
        log.add(["c"])
    assert at_the_end == [log.close]
    log.close()
    assert log.path.read_text() == "a\nb\nc\n"
    log.path.unlink()
    log.close()  # nothing is pending
    assert not log.path.exists()


def test_a_fifo_gets_what_is_new(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    log = NamesLog(tmp_path / "fifo")
    os.mkfifo(log.path)
    log.add(["a"])
    log.add(["b"])
    assert messages(caplog) == [
        f"{log.path} cannot be written: Nothing reads from it. Module names are kept until it can be."
    ]
    reader = os.open(log.path, os.O_RDONLY | os.O_NONBLOCK)
    log.add(["c"])
    log.add(["c", "d"])
    assert os.read(reader, 100) == b"a\nb\nc\nd\n"
    os.close(reader)
    log.add(["e"])
    assert len(messages(caplog)) == 2


@pytest.mark.parametrize(
    ("name", "reason"), [("missing/late.txt", "No such file or directory"), (".", "Is a directory"), ("\0", "embedded")]
)
def test_a_file_that_cannot_be_written(
    tmp_path: Path, name: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    log = NamesLog(tmp_path / name)
    log.add(["a"])
    log.add(["b"])
    (message,) = messages(caplog)
    assert reason in message
