"""Projects that are not ours: what startproject and `wagtail start` make, and example_project."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import django_startup.profile
from django_startup.measure.boot import BootKind, command_line
from django_startup.measure.recording import Recording
from django_startup.measure.recording_file import read_recording
from django_startup.measure.target import BootTarget, Until, find_entry

EXAMPLE = Path(__file__).parents[2] / "example_project"
SCHEMA = json.loads((Path(django_startup.profile.__file__).parent / "profile.schema.json").read_text())
LISTED = re.compile(r"^import time:\s+\d+ \|\s+\d+ \| +(\S+)$", re.MULTILINE)


def profile(directory: Path, *arguments: str) -> dict[str, Any]:
    """What `python -m django_startup profile` saves, checked against the schema."""
    command = [sys.executable, "-m", "django_startup", "profile", "--runs", "1", "-o", "profile.json", *arguments]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    saved: dict[str, Any] = json.loads((directory / "profile.json").read_text())
    jsonschema.Draft202012Validator(SCHEMA).validate(saved)
    phases = saved["phases"]
    assert sum(phase["time_ms"] for phase in phases) == pytest.approx(saved["total"]["time_ms"])
    return saved


def start(directory: Path, program: str, command: str) -> Path:
    directory.mkdir()
    code = f"from {program} import execute_from_command_line as main; main()" if program.startswith("django") else ""
    code = code or "from wagtail.bin.wagtail import main; main()"
    subprocess.run([sys.executable, "-c", code, command, "mysite", "."], cwd=directory, check=True, capture_output=True)
    return directory


@pytest.mark.parametrize("until", ["settings", "setup", "urls", "checks", "wsgi", "asgi"])
def test_startproject(tmp_path: Path, until: str) -> None:
    directory = start(tmp_path / "project", "django.core.management", "startproject")
    saved = profile(directory, "--until", until)
    phases = {phase["name"] for phase in saved["phases"]}
    setup = {"apps", "models", "ready"}
    own = {"settings": set(), "setup": setup, "checks": {*setup, "urls", "checks"}}.get(until, {*setup, until})
    assert phases == {"interpreter", "entry", "settings", "noise", *own}
    target = {"entry": "manage.py", "until": until, "command": None, "settings": "mysite.settings"}
    assert saved["target"] == {**target, "secrets": "redacted"}
    names = [module["name"] for module in saved["modules"]]
    assert ("mysite.urls" in names) == (until in ("urls", "checks"))
    assert (f"mysite.{until}" in names) == (until in ("urls", "settings", "wsgi", "asgi"))
    assert [app["label"] for app in saved["apps"]][:2] == ([] if until == "settings" else ["admin", "auth"])
    assert {note["id"] for note in saved["notes"]} <= {"bytecode", "lazy", "site", "run-queue"}


@pytest.fixture(scope="module")
def wagtail(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("wagtail")
    return start(tmp_path_factory.mktemp("wagtail") / "project", "wagtail", "start")


@pytest.mark.slow
def test_wagtail(wagtail: Path) -> None:
    saved = profile(wagtail)
    assert saved["total"]["modules"] > 1200
    assert len(saved["apps"]) > 20
    apps = {app["label"]: app for app in saved["apps"]}
    assert (apps["home"]["project"], apps["wagtailcore"]["project"], apps["auth"]["project"]) == (True, False, False)
    packages = {package["name"]: package for package in saved["packages"]}
    assert packages["wagtail"]["modules"] > 200
    owners = {module["name"]: module["owner"] for module in saved["modules"]}
    assert owners["home.models"] == {"kind": "app", "name": "home"}
    assert owners["mysite.settings.dev"] == {"kind": "project", "name": "project"}
    assert owners["wagtail.models"] == {"kind": "package", "name": "wagtail"}
    assert owners["treebeard"] == {"kind": "package", "name": "django-treebeard"}
    assert owners["PIL.Image"]["name"].lower() == "pillow"


@pytest.mark.slow
def test_everything_that_importtime_lists_is_recorded_and_what_it_misses_too(wagtail: Path, tmp_path: Path) -> None:
    target = BootTarget(find_entry(None, wagtail), Until.URLS, directory=wagtail)
    python, *rest = command_line(target, BootKind.RECORDED, tmp_path, 300.0)
    with (tmp_path / "importtime").open("w") as stderr:
        env = os.environ | {"PYTHONPATH": str(wagtail)}  # rest has -P, where the tests run with it
        subprocess.run([python, "-X", "importtime", *rest], cwd=wagtail, env=env, stderr=stderr, check=True)
    lines = LISTED.findall((tmp_path / "importtime").read_text())
    listed = set(lines[lines.index("django_startup_probe_self_test") + 1 :])
    recording: Recording = read_recording(tmp_path / "recording.jsonl", spawned_ns=0)
    recorded = {span.name for span in recording.spans if span.kind == "import"}
    assert len(listed) > 1200
    assert listed - recorded <= {"faulthandler", "_thread"}  # compiled into the interpreter, and the probe's own
    missed = recorded - listed
    assert {"mysite.settings.dev", "mysite.urls", "home.models", "wagtail.admin.apps"} <= missed


@pytest.mark.slow
@pytest.mark.skipif(None in map(find_spec, ("pandas", "boto3", "stripe", "openpyxl")), reason="packages are missing")
def test_example_project(tmp_path: Path) -> None:
    directory = tmp_path / "shop"
    shutil.copytree(EXAMPLE, directory, ignore=shutil.ignore_patterns("db.sqlite3", "__pycache__"))
    saved = profile(directory, "--until", "checks")
    apps = {app["label"]: app for app in saved["apps"]}
    assert apps["newsletter"]["waiting_ms"] == max(app["waiting_ms"] for app in saved["apps"])
    assert apps["catalog"]["models_ms"] == max(app["models_ms"] for app in saved["apps"])
    assert apps["search"]["modules"] > 20
    assert saved["checks"][0]["name"].startswith("catalog.checks.")
    packages = {package["name"] for package in saved["packages"]}
    assert {"pandas", "stripe", "openpyxl", "boto3", "Django"} <= packages
    importers = {module["name"]: module["importer"]["file"] for module in saved["modules"] if module["importer"]}
    assert importers["pandas"] == "catalog/models.py"
    assert importers["stripe"] == "billing/models.py"
    assert importers["boto3"] == "media_library/storage.py"
    assert importers["openpyxl"] == "reports/exports.py"
