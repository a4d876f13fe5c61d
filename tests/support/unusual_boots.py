"""Helpers of the tests in end_to_end/unusual_boots."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.helpers import app_config, left_behind, profile, run

SETUP = ("--until", "setup")


TO_SETUP = ["interpreter", "entry", "settings", "apps", "models", "ready", "noise"]


TO_URLS = [*TO_SETUP[:-1], "urls", "noise"]


BILLING = {"billing": {"models.py": "", "apps.py": app_config()}}


def boot(project: Path, *options: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> dict[str, Any]:
    """Profile a project that boots; returns its profile. Checks what holds for each of them."""
    ran = profile(project, *options, "-o", str(project.with_name("profile.json")), env=env, cwd=cwd)
    assert (ran.returncode, ran.stderr) == (0, ""), ran
    assert left_behind(project) == []
    saved = load(project)
    assert [boot["kind"] for boot in saved["boots"]] == ["evidence", "recorded"]
    return saved


def load(project: Path) -> dict[str, Any]:
    saved: dict[str, Any] = json.loads(project.with_name("profile.json").read_text("utf-8"))
    microseconds = [round(phase["time_ms"] * 1000) for phase in saved["phases"]]
    assert sum(microseconds) == round(saved["total"]["time_ms"] * 1000)
    return saved


def phases(saved: dict[str, Any]) -> list[str]:
    return [phase["name"] for phase in saved["phases"]]


def notes(saved: dict[str, Any], name: str) -> list[str]:
    return [note["text"] for note in saved["notes"] if note["id"] == name]


def module(saved: dict[str, Any], name: str) -> dict[str, Any]:
    """The one row of a module."""
    (row,) = [row for row in saved["modules"] if row["name"] == name]
    return dict(row)


def importer(saved: dict[str, Any], name: str) -> str:
    """FILE:LINE that imported a module."""
    site = module(saved, name)["importer"]
    return f"{site['file']}:{site['line']}"


FACTS = """\
import json, os, sys
facts = {
    "argv": sys.argv,
    "path": sys.path,
    "name": __name__,
    "file": __file__,
    "package": __package__,
    "spec": __spec__,
    "main": sys.modules["__main__"].__dict__ is globals(),
    "directory": os.getcwd(),
    "environ": {name: value for name, value in os.environ.items() if name != "FACTS"},
    "flags": list(sys.flags),
    "modules": sorted(sys.modules),
}
with open(os.environ["FACTS"], "w") as file:
    json.dump(facts, file)
"""


SAFE_PATH = pytest.mark.parametrize("safe_path", [False, True], ids=["", "safe path"])


def safely(project: Path, safe_path: bool) -> dict[str, str]:
    """The variables under which neither the script's directory nor the working one is searched (python -P)."""
    return {"PYTHONPATH": str(project), "PYTHONSAFEPATH": "1"} if safe_path else {}


def both(
    project: Path,
    command: tuple[str, ...],
    options: tuple[str, ...] = (),
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Iterator[dict[str, Any]]:
    """What the entry script of a project finds in a plain run of a command, and in a measured boot."""
    plain, measured = project.with_name("plain.json"), project.with_name("measured.json")
    ran = run(project, *command, env={**(env or {}), "FACTS": str(plain)}, cwd=cwd)
    assert ran.returncode == 0, ran
    boot(project, *SETUP, *options, env={**(env or {}), "FACTS": str(measured)}, cwd=cwd)
    for path in (plain, measured):
        yield json.loads(path.read_text("utf-8"))
