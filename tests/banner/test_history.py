"""The last starts, kept in the user's cache directory."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from django_startup.banner import history
from django_startup.banner.history import History, add_start, history_path, read_history, write_history
from django_startup.banner.start import PackageStart
from tests.support.starts import MS, make_start

START = make_start(
    1000,
    packages={"stripe": PackageStart(5 * MS, ("requests",), "billing/models.py:3"), "dotenv": PackageStart(None)},
    parts={"ready() of billing": 7 * MS},
)
LAST = '{"time_ns": 1, "compiled_ns": 0, "compiled": 0, "modules": 0, "packages": {}, "parts": {}}'
NAMES = {"stripe": "stripe", "yaml": "PyYAML"}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "cache/shop.json"
    written = add_start(History(), START, NAMES)
    write_history(path, written)
    assert read_history(path) == written == History((1000 * MS,), START, NAMES)
    assert [file.name for file in path.parent.iterdir()] == ["shop.json"]


def test_it_keeps_the_last_starts(tmp_path: Path) -> None:
    kept = History()
    for time_ms in range(1, 15):
        kept = add_start(kept, make_start(time_ms), {})
    assert kept.times_ns == tuple(time_ms * MS for time_ms in range(5, 15))


def test_nothing_is_written_of_no_start(tmp_path: Path) -> None:
    write_history(tmp_path / "shop.json", History())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "[" * 100_000,
        '{"version": 2, "times_ns": [], "last": {}, "names": {}}',
        '{"version": 1, "times_ns": [1], "last": {}, "names": {}}',
        '{"version": 1, "times_ns": [1], "last": {"packages": {"a": 1}, "parts": {}}, "names": {}}',
        '{"version": 1, "times_ns": [1], "last": {"packages": {"a": ["x", [], ""]}, "parts": {}}, "names": {}}',
        '{"version": 1, "times_ns": [1], "last": {"packages": [], "parts": {}}, "names": {}}',
        '{"version": 1, "times_ns": [1], "last": {"packages": {}, "parts": {}, "more": 1}, "names": {}}',
        f'{{"version": 1, "times_ns": [{"9" * 400}], "last": {LAST}, "names": {{}}}}',
        f'{{"version": 1, "times_ns": [Infinity], "last": {LAST}, "names": {{}}}}',
        f'{{"version": 1, "times_ns": [-1], "last": {LAST}, "names": {{}}}}',
        f'{{"version": 1, "times_ns": [1], "last": {LAST.replace("1", "1e400")}, "names": {{}}}}',
        f'{{"version": 1, "times_ns": [1], "last": {LAST.replace("1", "9" * 5000)}, "names": {{}}}}',
        " " * (history.MOST_BYTES + 1),
    ],
)
def test_what_cannot_be_read_is_as_if_it_were_not_there(tmp_path: Path, text: str) -> None:
    path = tmp_path / "shop.json"
    assert read_history(path) == History()
    path.write_text(text)
    assert read_history(path) == History()
    write_history(path, add_start(read_history(path), START, NAMES))
    assert read_history(path).last == START


def test_a_file_that_cannot_be_replaced_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.mkdir()
    write_history(path, add_start(History(), START, NAMES))
    assert list(tmp_path.iterdir()) == [path]


def test_the_oldest_projects_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MOST_PROJECTS", 3)
    for number in range(5):
        path = tmp_path / f"shop-{number}.json"
        write_history(path, add_start(History(), START, NAMES))
        os.utime(path, (number, number))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["shop-2.json", "shop-3.json", "shop-4.json"]


def test_each_project_has_its_own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    one, other = history_path("/srv/shop one/settings.py", "/venv"), history_path("/srv/shop one/settings.py", "/other")
    assert one != other
    assert one.name.startswith("shopone-")
    assert history_path("/").name.startswith("project-")
    assert one == history_path("/srv/shop one/settings.py", "/venv")


def test_names_that_are_no_unicode(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    start = START._replace(packages={"stripe": PackageStart(1, (), "\udc80.py:1")})
    write_history(path, add_start(History(), start, {}))
    assert read_history(path).last == start
    assert json.loads(path.read_text())["version"] == 1


def test_numbers_that_can_be(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(f'{{"version": 1, "times_ns": [1], "last": {LAST}, "names": {{}}}}')
    assert read_history(path).times_ns == (1,)
