from __future__ import annotations

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.files import locked
from django_startup.profile import machine_speed
from django_startup.profile.machine_speed import note_on_speed, sentence, times_path

MS = 1_000_000


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "cache"
    monkeypatch.setattr(machine_speed, "user_cache_path", lambda name, appauthor: directory / name)
    return directory


def test_what_is_usual_is_known_after_three_profiles() -> None:
    assert [note_on_speed([time_ns]) for time_ns in (200 * MS, 210 * MS, 220 * MS)] == [None] * 3
    note = note_on_speed([300 * MS, 330 * MS])
    assert note is not None
    assert (note.id, note.text) == snapshot(
        (
            "speed",
            "This machine was 1.50 times slower than usual: the reference workload took 0.315 s of CPU time beside "
            "these boots, 0.210 s in the median of the last 3 profiles.",
        )
    )
    assert times_path().read_text() == "200000000\n210000000\n220000000\n315000000\n"


@pytest.mark.parametrize(
    ("now_ms", "speed"),
    [(209, "as fast as usual"), (191, "as fast as usual"), (212, "1.06 times slower than usual")],
)
def test_as_fast_as_usual(now_ms: int, speed: str) -> None:
    assert sentence(now_ms * MS, 200 * MS, 9).startswith(f"This machine was {speed}: ")


def test_faster() -> None:
    assert sentence(100 * MS, 200 * MS, 9).startswith("This machine was 2.00 times faster than usual: ")


def test_the_last_twenty_are_kept() -> None:
    for number in range(1, 25):
        note_on_speed([number])
    assert times_path().read_text().split() == [str(number) for number in range(5, 25)]


def test_where_the_workload_did_not_run() -> None:
    assert note_on_speed([]) is None
    assert not times_path().exists()


@pytest.mark.parametrize("text", ["200\nfast\n", "200\n-1\n", "200\n\udcff\n"])
def test_a_file_that_says_something_else_counts_as_missing(text: str) -> None:
    for time_ns in (1, 2, 3):
        note_on_speed([time_ns])
    times_path().write_text(text, errors="surrogateescape")
    assert note_on_speed([4]) is None
    assert times_path().read_text() == "4\n"


def test_where_nothing_can_be_kept(cache: Path) -> None:
    cache.write_text("a file")
    assert note_on_speed([4]) is None


def test_another_profile_that_writes_is_not_waited_for() -> None:
    note_on_speed([1])
    with locked(times_path()):
        assert note_on_speed([2]) is None
    assert times_path().read_text() == "1\n"


def test_each_python_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    here = times_path()
    monkeypatch.setattr("platform.python_version", lambda: "3.99.0")
    assert times_path() != here
