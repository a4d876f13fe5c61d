"""The sentences about a boot that failed."""

from __future__ import annotations

import json
from pathlib import Path

from django_startup.measure.recording_file import read_recording
from django_startup.measure.target import BootTarget, find_entry
from django_startup.profile.failure import where
from tests.support.helpers import make_project


def test_before_the_first_phase(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    path = tmp_path / "recording.jsonl"
    start = {"record": "start", "thread": 7, "first_line": [1, 1, 1], "ready": [2, 2, 2], "preloaded": []}
    place = (str(project / "shop/settings.py"), 3, "shop.settings")
    records = [start, ["B", 1, 7, 2000, 400, 15, "import", "json", *place]]
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records))
    target = BootTarget(find_entry(None, project), directory=project)
    recording = read_recording(path, spawned_ns=0)
    assert where(target, recording) == "in interpreter, importing json from shop/settings.py:3"
