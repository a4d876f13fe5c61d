from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from django_startup.probe.opened_files import MOST_RECORDS, OpenedFiles


class Unusable:
    def __fspath__(self) -> str:
        raise RuntimeError


def make() -> tuple[OpenedFiles, list[Any]]:
    records: list[Any] = []
    recorder: Any = SimpleNamespace(emit=records.append)
    return OpenedFiles(recorder), records


def test_each_is_noted_once_for_reading_and_once_for_writing() -> None:
    opened, records = make()
    for path, mode, flags in (
        ("/shop/.env", "r", os.O_RDONLY),
        (b"/shop/.env", None, os.O_RDONLY | os.O_NONBLOCK),
        (Path("/shop/app.log"), "a", os.O_WRONLY | os.O_APPEND),
        ("/shop/.env", "r+", os.O_RDWR),
        ("/shop/__pycache__/urls.cpython-313.pyc", "r", os.O_RDONLY),
    ):
        opened.audit("open", (path, mode, flags), sys._getframe())
    assert records == [("O", "/shop/.env", 0), ("O", "/shop/app.log", 1), ("O", "/shop/.env", 1)]


@pytest.mark.parametrize(
    ("database", "file"),
    [
        ("/shop/db.sqlite3", "/shop/db.sqlite3"),
        (Path("/shop/db.sqlite3"), "/shop/db.sqlite3"),
        ("file:/shop/db.sqlite3?mode=ro", "/shop/db.sqlite3"),
        ("file:///shop/db.sqlite3", "/shop/db.sqlite3"),
    ],
)
def test_databases(database: object, file: str) -> None:
    opened, records = make()
    opened.audit("sqlite3.connect", (database,), sys._getframe())
    assert records == [("O", file, 0)]


def test_relative_paths(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opened, records = make()
    monkeypatch.chdir(tmp_path)
    opened.audit("open", ("notes.txt", "r", 0), sys._getframe())
    assert records == [("O", str(Path.cwd() / "notes.txt"), 0)]


@pytest.mark.parametrize("file", [3, None, Unusable()])
def test_what_is_no_path(file: object) -> None:
    opened, records = make()
    opened.audit("open", (file, "r", 0), sys._getframe())
    opened.audit("open", ("/shop/.env", "r", None), sys._getframe())
    assert records == []


def test_a_boot_that_walks_through_directories() -> None:
    opened, records = make()
    for number in range(MOST_RECORDS + 2):
        opened.audit("open", (f"/shop/{number}", "r", 0), sys._getframe())
    assert len(records) == MOST_RECORDS
