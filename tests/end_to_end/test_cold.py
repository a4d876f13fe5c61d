"""Cold starts of a real project: nothing of it is in memory, and it has no bytecode."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.helpers import app_config, left_now, make_project, profile, run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the disk cache of Linux")
BILLING = {"apps.py": app_config(), "models.py": "from django.db import models\n"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("cold"), apps={"billing": BILLING})


@pytest.fixture(scope="module")
def cold(project: Path) -> dict[str, Any]:
    ran = profile(project, "--cold", "-o", "cold.json")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "COLD START" in ran.stdout
    assert "WHAT WOULD HELP, tried" in ran.stdout
    document: dict[str, Any] = json.loads((project / "cold.json").read_text())["cold"]
    return document


def test_each_kind_of_boot_found_what_it_should(cold: dict[str, Any]) -> None:
    compiled = {boot["kind"]: boot["compiled"] for boot in cold["boots"]}
    own = sum(row["modules"] for row in cold["packages"] if row["name"] in ("project", "app billing"))
    assert own == 6
    assert compiled["cold"] == compiled["unwritten"] == sum(row["modules"] for row in cold["packages"]) > 100
    assert compiled["warm"] == compiled["cold-disk"] == compiled["compiled"] == compiled["second"] == 0
    assert compiled["unchecked-hash"] == 0
    assert 0 < compiled["installed-only"] == sum(row["modules"] for row in cold["missed"]) < compiled["cold"]
    assert {row["name"] for row in cold["missed"]} == {"stdlib", "project", "app billing"}


def test_as_many_files_with_and_without_bytecode(cold: dict[str, Any]) -> None:
    """Of each module the source or the bytecode is read."""
    files = {boot["kind"]: boot["files"] for boot in cold["boots"]}
    assert files["warm"] == files["cold-disk"]
    assert abs(files["cold"] - files["warm"]) < 10
    assert all(boot["needed_mib"] is None or boot["needed_mib"] > 1 for boot in cold["boots"])


def test_a_budget(project: Path) -> None:
    options = ("--max-read", "1GiB", "--max-faults", "100000", "--max-files", "5", "--max-compiled", "5")
    ran = run(project, "-m", "django_startup", "budget", *options, "--format", "json")
    assert ran.returncode == 1, ran.stderr
    report = json.loads(ran.stdout)
    assert report["boots"] == 3
    assert {check["kind"]: check["verdict"] for check in report["checks"] if check["verdict"] == "over"} == {
        "compiled": "over",
        "files": "over",
    }
    assert not left_now(project)


def test_an_interpreter_that_ignores_the_environment(project: Path) -> None:
    ran = run(project, "-E", "-m", "django_startup", "budget", "--max-compiled", "5")
    assert ran.returncode == 2
    assert "Python does not look at PYTHONPYCACHEPREFIX here" in ran.stderr


def test_what_it_cannot_be_combined_with(project: Path) -> None:
    ran = run(project, "-m", "django_startup", "profile", "--cold", "--why", "billing")
    assert ran.returncode == 2
    assert ran.stderr.strip() == "CommandError: --why cannot be combined with --cold, which boots otherwise."
