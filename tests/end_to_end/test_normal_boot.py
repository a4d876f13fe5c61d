"""What a normal start of a user's project pays for having the app installed."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from django_startup.profile.trial import Style
from django_startup.reports import format_names, formats
from django_startup.reports.budget import formats as budget_formats

pytestmark = pytest.mark.smoke
HEAVY = {"rich", "django_rich", "pyinstrument"}
CODE = """
import json, sys
import django
from django.conf import settings

settings.configure(INSTALLED_APPS=json.loads(sys.argv[1]), SECRET_KEY="-")
django.setup()
print(json.dumps(sorted(sys.modules)))
"""


def modules_with(*apps: str, cwd: Path) -> set[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    command = [sys.executable, "-c", CODE, json.dumps(apps)]
    return set(json.loads(subprocess.run(command, env=environ, cwd=cwd, capture_output=True, check=True).stdout))


def test_it_costs_at_most_three_modules(tmp_path: Path) -> None:
    more = modules_with("django_startup", cwd=tmp_path) - modules_with(cwd=tmp_path)
    assert more == {"django_startup", "django_startup.apps", "django_startup.checks"}


def test_nothing_heavy_is_loaded(tmp_path: Path) -> None:
    loaded = {name.partition(".")[0] for name in modules_with("django_startup", cwd=tmp_path)}
    assert not loaded & HEAVY


def test_a_serving_process_loads_little(tmp_path: Path) -> None:
    code = "import sys, django_startup.middleware, django_startup.preload; print(*sys.modules)"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    ran = subprocess.run([sys.executable, "-c", code], env=environ, cwd=tmp_path, capture_output=True, check=True)
    loaded = set(ran.stdout.decode().split())
    assert not {name.partition(".")[0] for name in loaded} & HEAVY
    assert {name for name in loaded if name.startswith("django_startup.")} == {
        "django_startup.exceptions",
        "django_startup.measure",
        "django_startup.measure.clocks",
        "django_startup.serving",
        "django_startup.serving.names_file",
        "django_startup.text",
        "django_startup.settings",
        "django_startup.serving.late_imports",
        "django_startup.middleware",
        "django_startup.preload",
        "django_startup.probe",
        "django_startup.probe.importlib_bootstrap_frames",
        "django_startup.probe.importlib_bootstrap_serving",
    }


@pytest.mark.parametrize("command", ["profile", "budget"])
def test_help_does_not_wait_for_what_reports_need(command: str, tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    code = [sys.executable, "-X", "importtime", "-m", "django_startup", command, "--help"]
    ran = subprocess.run(code, env=environ, cwd=tmp_path, capture_output=True, text=True, check=True)
    loaded = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()}
    assert "django_startup.cli.target_options" in loaded
    heavy = {
        "django_startup.profile",
        "django_startup.imports",
        "django_startup.measure.recording",
        "importlib.metadata",
        "pyinstrument",
    }
    assert not loaded & heavy


def test_the_formats_that_options_name_are_those_that_there_are() -> None:
    assert tuple(formats.FORMATS) == format_names.PROFILE_FORMATS
    assert tuple(budget_formats.FORMATS) == format_names.BUDGET_FORMATS
    assert tuple(map(str, Style)) == format_names.STYLES


def test_packages_that_every_process_imports_are_empty() -> None:
    import django_startup.management
    import django_startup.management.commands

    for package in (django_startup, django_startup.management, django_startup.management.commands):
        statements = ast.parse(Path(str(package.__file__)).read_bytes()).body
        assert len(statements) == (package is django_startup)  # what it is, and a word for pytest
