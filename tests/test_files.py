from __future__ import annotations

from pathlib import Path

import pytest

from django_startup.exceptions import UsageError
from django_startup.files import write_file


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "profile.txt"
    path.write_text("before")
    write_file(path, "ü\udc80\n")
    assert path.read_text("utf-8") == "ü\\udc80\n"
    assert list(tmp_path.iterdir()) == [path]


def test_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "folder"
    path.mkdir()
    with pytest.raises(UsageError) as error:
        write_file(path, "text")
    assert str(error.value) == f"{path} cannot be written: Is a directory."
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(UsageError) as error:
        write_file(tmp_path / "missing" / "profile.txt", "text")
    assert str(error.value) == f"{tmp_path / 'missing' / 'profile.txt'} cannot be written: No such file or directory."
