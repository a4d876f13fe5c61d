from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from django_startup import profiler
from django_startup.exceptions import BootError
from django_startup.measure.boot import BootKind, boot
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget, Until, find_entry
from django_startup.profile.boot_minimums import BootMinimums
from django_startup.profile.profile import Note, StartupProfile
from django_startup.profile.profile_file import dump_profile, load_profile
from tests.support.helpers import environment, make_project

Booted = tuple[StartupProfile, list[tuple[int, int]]]


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> BootTarget:
    # Django 4.2 warns where USE_TZ is not set.
    project = make_project(tmp_path_factory.mktemp("profiled"), settings="USE_TZ = True\n")
    variables = environment(project, {"PYTHONPATH": str(project)})
    return BootTarget(find_entry(None, project), Until.SETUP, directory=project, environment=variables)


@pytest.fixture(scope="module")
def recordings(target: BootTarget) -> dict[BootKind, Recording]:
    return {kind: boot(target, kind, timeout=120) for kind in (BootKind.EVIDENCE, BootKind.RECORDED)}


@pytest.fixture
def replayed(
    target: BootTarget, recordings: dict[BootKind, Recording], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> BootTarget:
    """A target each of whose boots is the same one over again."""

    def replay(asked: BootTarget, kind: BootKind, **options: Any) -> Recording:
        return recordings[kind] if asked is target else boot(asked, kind, **options)

    monkeypatch.setattr(profiler, "boot", replay)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return target


def boots_of(target: BootTarget, runs: int | None = None) -> Booted:
    seen: list[tuple[int, int]] = []
    on_boot = lambda done, planned: seen.append((done, planned))  # noqa: E731
    return profiler.profile_startup(target, runs=runs, on_boot=on_boot), seen


def test_fewer_boots_where_they_take_long(
    replayed: BootTarget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BootMinimums, "have_settled", lambda minimums: False)
    monkeypatch.setattr(profiler, "LONG_ENOUGH", 0.0)
    profile, seen = boots_of(replayed)
    assert [boot.kind for boot in profile.boots] == ["evidence", "recorded", "recorded"]
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
    (tmp_path / "saved.json").write_text(dump_profile(profile), "utf-8")
    assert load_profile(tmp_path / "saved.json") == profile


def test_boots_until_the_least_times_no_longer_fall(replayed: BootTarget, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([False, True])
    monkeypatch.setattr(BootMinimums, "have_settled", lambda minimums: next(answers))
    _, seen = boots_of(replayed)
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 4), (4, 4)]  # asked after the second boot and after the third


def test_the_speed_of_the_machine(replayed: BootTarget, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BootMinimums, "have_settled", lambda minimums: False)
    monkeypatch.setattr(profiler, "MAX_RUNS", 4)
    times = iter([5, 0, 6])

    def reference_cpu_ns() -> int:
        if time_ns := next(times):
            return time_ns
        raise BootError("The reference workload did not run: out of memory.")

    monkeypatch.setattr(profiler, "reference_cpu_ns", reference_cpu_ns)
    monkeypatch.setattr(profiler, "note_on_speed", lambda times_ns: Note("speed", str(times_ns)))
    profile, _ = boots_of(replayed)
    assert [note.text for note in profile.notes if note.id == "speed"] == ["[5, 6]"]


def test_no_end_of_boots_whose_times_fall(replayed: BootTarget, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BootMinimums, "have_settled", lambda minimums: False)
    monkeypatch.setattr(profiler, "MAX_RUNS", 3)
    profile, _ = boots_of(replayed)
    assert len(profile.boots) == 1 + 3


def test_as_many_boots_as_are_asked_for(replayed: BootTarget, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BootMinimums, "have_settled", lambda minimums: True)
    _, seen = boots_of(replayed, runs=3)
    assert seen == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]


def test_nothing_is_loaded_before_the_project(target: BootTarget, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiler, "NOTE", "none")
    profile, _ = boots_of(target, runs=1)
    assert [boot.kind for boot in profile.boots] == ["evidence", "recorded"]
