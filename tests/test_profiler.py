from __future__ import annotations

from pathlib import Path

import pytest

from django_startup import profiler
from django_startup.exceptions import BootError
from django_startup.measure.target import BootTarget, Until, find_entry
from django_startup.profile.boot_minimums import BootMinimums
from django_startup.profile.profile import Note, StartupProfile
from django_startup.profile.profile_file import dump_profile, load_profile
from tests.support.helpers import make_project

Booted = tuple[StartupProfile, list[tuple[int, int]]]


def make_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BootTarget:
    project = make_project(tmp_path, settings="USE_TZ = True\n")  # Django 4.2 warns where it is not set
    monkeypatch.setenv("PYTHONPATH", str(project))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    return BootTarget(find_entry(None, project), Until.SETUP, directory=project)


def boots_of(target: BootTarget, runs: int | None = None) -> Booted:
    seen: list[tuple[int, int]] = []
    on_boot = lambda done, planned: seen.append((done, planned))  # noqa: E731
    return profiler.profile_startup(target, runs=runs, on_boot=on_boot), seen


def test_fewer_boots_where_they_take_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BootMinimums, "have_settled", lambda minimums: False)
    monkeypatch.setattr(profiler, "LONG_ENOUGH", 0.0)
    profile, seen = boots_of(make_target(tmp_path, monkeypatch))
    assert [boot.kind for boot in profile.boots] == ["evidence", "recorded", "recorded"]
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
    (tmp_path / "saved.json").write_text(dump_profile(profile), "utf-8")
    assert load_profile(tmp_path / "saved.json") == profile


def test_boots_until_the_least_times_no_longer_fall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([False, True])
    monkeypatch.setattr(BootMinimums, "have_settled", lambda minimums: next(answers))
    _, seen = boots_of(make_target(tmp_path, monkeypatch))
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 4), (4, 4)]  # asked after the second boot and after the third


def test_the_speed_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BootMinimums, "have_settled", lambda minimums: False)
    monkeypatch.setattr(profiler, "MAX_RUNS", 4)
    times = iter([5, 0, 6])

    def reference_cpu_ns() -> int:
        if time_ns := next(times):
            return time_ns
        raise BootError("The reference workload did not run: out of memory.")

    monkeypatch.setattr(profiler, "reference_cpu_ns", reference_cpu_ns)
    monkeypatch.setattr(profiler, "note_on_speed", lambda times_ns: Note("speed", str(times_ns)))
    profile, _ = boots_of(make_target(tmp_path, monkeypatch))
    assert [note.text for note in profile.notes if note.id == "speed"] == ["[5, 6]"]


def test_no_end_of_boots_whose_times_fall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BootMinimums, "have_settled", lambda minimums: False)
    monkeypatch.setattr(profiler, "MAX_RUNS", 3)
    profile, _ = boots_of(make_target(tmp_path, monkeypatch))
    assert len(profile.boots) == 1 + 3


def test_as_many_boots_as_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BootMinimums, "have_settled", lambda minimums: True)
    _, seen = boots_of(make_target(tmp_path, monkeypatch), runs=3)
    assert seen == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]


def test_nothing_is_loaded_before_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiler, "NOTE", "none")
    profile, _ = boots_of(make_target(tmp_path, monkeypatch), runs=1)
    assert [boot.kind for boot in profile.boots] == ["evidence", "recorded"]
