"""Which file a path leads to, and what linecache shows of it."""

from __future__ import annotations

import marshal
import os
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from django_startup.measure.overlay import compile_overlay, write_overlay
from django_startup.probe.overlay import Overlay


def make_overlay(directory: Path, files: dict[str, bytes]) -> Overlay:
    write_overlay(directory / "overlay", files, compile_overlay(files))
    return Overlay(str(directory / "overlay"), marshal, lambda function: function)


def test_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path(os.path.realpath(tmp_path)) / "real"
    real.mkdir()
    for name in ("a.py", "b.py"):
        (real / name).touch()
    (real / "link.py").symlink_to("a.py")
    (real / "other.py").hardlink_to(real / "a.py")  # the same file, by a path of its own
    (tmp_path / "linked").symlink_to("real")
    overlay = make_overlay(tmp_path, {str(real / "a.py"): b""})

    for path in (real / "a.py", tmp_path / "linked/a.py", real / "link.py", tmp_path / "linked/../linked/link.py"):
        assert overlay.number(str(path)) == 0, path
    monkeypatch.chdir(tmp_path)
    assert overlay.number("linked/a.py") == 0
    monkeypatch.chdir(tmp_path / "linked")
    assert [overlay.number(path) for path in ("a.py", "./link.py", "linked/a.py")] == [0, 0, None]
    odd: list[Any] = ["", "<string>", "b.py", "other.py", "a.py\0", "/none/a.py", b"a.py", None]
    assert [overlay.number(path) for path in odd] == [None] * len(odd)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (b"a = 1\r\nb = 2\r\n", ["a = 1\n", "b = 2\n"]),
        (b"a = 1\x0c\nb = 2", ["a = 1\x0c\n", "b = 2\n"]),
        (b"", ["\n"]),
        (b"\n\n", ["\n", "\n"]),
        ("# coding: latin-1\n'½'".encode("latin-1"), ["# coding: latin-1\n", "'½'\n"]),
    ],
)
def test_lines(text: bytes, lines: list[str], tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    overlay = make_overlay(tmp_path, {os.path.realpath(file): text})
    linecache: Any = SimpleNamespace(cache={}, updatecache=lambda *arguments: list(arguments))
    overlay.wrap_linecache(linecache)
    assert linecache.updatecache(str(file), {}) == lines
    assert linecache.cache == {str(file): (len(text), None, lines, str(file))} or b"\r" in text
    assert linecache.updatecache("other.py", {"a": 1}) == ["other.py", {"a": 1}]


def test_what_was_used(tmp_path: Path) -> None:
    loaded, read, unused = (f"{os.path.realpath(tmp_path)}/{name}.py" for name in ("loaded", "read", "unused"))
    overlay = make_overlay(tmp_path, {loaded: b"", read: b"", unused: b""})
    get_code = overlay.getting_code(SourceFileLoader.get_code)
    get_data = overlay.getting_data(SourceFileLoader.get_data)
    loader = SourceFileLoader("loaded", loaded)
    assert get_code(loader, "loaded").co_filename == loaded
    assert get_data(loader, read) == b""
    assert overlay.files() == [loaded, read]


def test_the_system_is_asked_once_for_the_state_of_a_file(tmp_path: Path) -> None:
    overlay = make_overlay(tmp_path, {})
    file = tmp_path / "a.py"
    file.write_text("A = 1\n")
    loader = SourceFileLoader("a", str(file))
    path_stats = overlay.getting_stats(lambda loader, path: {"asked": path})
    stats: list[dict[str, Any]] = []

    def get_code(loader: SourceFileLoader, name: str) -> None:
        stats.extend(path_stats(loader, loader.path) for _ in range(2))

    overlay.getting_code(get_code)(loader, "a")
    assert stats == [loader.path_stats(loader.path), {"asked": str(file)}]
    file.unlink()
    overlay.getting_code(get_code)(loader, "a")
    assert (stats[2:], overlay.statuses) == ([{"asked": str(file)}] * 2, {})
