from __future__ import annotations

from pathlib import Path

import pytest

from django_startup import profiler
from django_startup.measure.target import BootTarget, Until, find_entry
from django_startup.profile.profile_file import dump_profile, load_profile
from tests.support.helpers import make_project


def test_fewer_boots_where_they_take_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(tmp_path, settings="USE_TZ = True\n")  # Django 4.2 warns where it is not set
    monkeypatch.setenv("PYTHONPATH", str(project))
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    monkeypatch.setattr(profiler, "LONG_ENOUGH", 0.0)
    seen: list[tuple[int, int]] = []
    target = BootTarget(find_entry(None, project), Until.SETUP, directory=project)
    profile = profiler.profile_startup(target, on_boot=lambda done, planned: seen.append((done, planned)))
    assert [boot.kind for boot in profile.boots] == ["evidence", "recorded", "recorded"]
    assert seen == [(0, 6), (1, 6), (2, 6), (3, 3)]
    (tmp_path / "saved.json").write_text(dump_profile(profile), "utf-8")
    assert load_profile(tmp_path / "saved.json") == profile
