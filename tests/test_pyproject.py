from __future__ import annotations

import os
from pathlib import Path

import pytest

from django_startup.exceptions import UsageError
from django_startup.pyproject import Settings, read_settings


def write(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "pyproject.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_nothing_is_declared(tmp_path: Path) -> None:
    path = write(tmp_path, "[project]\nname = 'shop'\n")
    assert read_settings(tmp_path) == Settings(path)
    path.write_text("tool = 3\n")
    assert read_settings(tmp_path) == Settings(path)
    path.write_text("[tool.django-startup]\n")
    assert read_settings(tmp_path) == Settings(path)


def test_a_table(tmp_path: Path) -> None:
    path = write(tmp_path, "[tool.django-startup.budget]\nmax = '3s'\n")
    assert read_settings(tmp_path) == Settings(path, {"max": "3s"})


def test_the_nearest_file_above(tmp_path: Path) -> None:
    path = write(tmp_path, "[tool.django-startup.budget]\nmax = '3s'\n")
    directory = tmp_path / "backend" / "shop"
    directory.mkdir(parents=True)
    assert read_settings(directory) == Settings(path, {"max": "3s"})
    nearer = write(tmp_path / "backend", "[tool.django-startup.budget]\n")
    assert read_settings(directory) == Settings(nearer, {})


def test_no_file_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "is_file", lambda path: False)
    assert read_settings(tmp_path) == Settings()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[tool]\ndjango-startup = 3\n", "[tool.django-startup] must be a table, not 3."),
        ("[tool.django-startup]\nbudget = '3s'\n", "[tool.django-startup.budget] must be a table, not '3s'."),
        (
            "[tool.django-startup]\nbudgets = 3\n",
            "[tool.django-startup] has an unknown key 'budgets'; did you mean budget?",
        ),
        ("[tool.django-startup]\nx = 3\n", "[tool.django-startup] has an unknown key 'x'; known are budget."),
    ],
)
def test_tables_that_cannot_be_used(tmp_path: Path, text: str, sentence: str) -> None:
    write(tmp_path, text)
    with pytest.raises(UsageError) as error:
        read_settings(tmp_path)
    assert str(error.value) == sentence


@pytest.mark.parametrize("text", ["[tool", b"\xff\xfe", "x = " + "[" * 100_000], ids=["torn", "bytes", "deep"])
def test_no_toml(tmp_path: Path, text: str | bytes) -> None:
    path = write(tmp_path, text)
    with pytest.raises(UsageError) as error:
        read_settings(tmp_path)
    assert str(error.value).startswith(f"{path} is not TOML: ")


def test_a_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "")

    def refuse(*args: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(UsageError) as error:
        read_settings(tmp_path)
    assert str(error.value) == f"{path} cannot be read: Permission denied."
