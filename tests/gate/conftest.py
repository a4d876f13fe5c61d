"""A project before and after a change, booted once each for the tests of what is found out about the difference."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import pytest

from django_startup.gate.evidence import BootRunner, GateEvidence, evidence_boot
from django_startup.measure.target import BootTarget, Until, find_entry
from tests.support.budget import install
from tests.support.helpers import app_config, environment, make_project

CALLS = "def f():\n    pass\n\n\nfor number in range({count}):\n    f()\n"
READY = "[str(ready) for ready in map(lambda number: number, range({count}))]"
USE_TZ = "USE_TZ = True\n"  # Django 4.2 warns where it is not set


class Change(NamedTuple):
    """What was before, what is now, and what makes boots of that."""

    before: GateEvidence
    now: GateEvidence
    runner: BootRunner


def runner_of(project: Path, variables: dict[str, str]) -> BootRunner:
    target = BootTarget(find_entry(None, project), Until.SETUP, directory=project, environment=variables)
    return BootRunner(target, 60, lambda done, planned: None)


@pytest.fixture(scope="session")
def change(tmp_path_factory: pytest.TempPathFactory) -> Change:
    """
    heavy came, and inner with it; server came, which requires extra, which tool imports where it is there; steady has
    another version, gone is gone; billing.models and ready() of billing call more; the app extras is new.
    """
    directory = tmp_path_factory.mktemp("change")
    apps = {"billing": {"models.py": "import steady, tool, gone\n", "apps.py": app_config(READY.format(count=1))}}
    old = make_project(directory / "old", settings=USE_TZ, apps=apps)
    tool = {"tool/__init__.py": "try:\n    import extra\nexcept ImportError:\n    pass\n"}
    for project, version, steady in (
        (old, "1.9", ""),
        (directory / "new" / "project", "1.10", CALLS.format(count=5500)),
    ):
        install(project, "steady", version, {"steady/__init__.py": steady})
        install(project, "tool", "3", tool)
    install(old, "gone", "4", {"gone/__init__.py": ""})
    apps["billing"] = {
        "models.py": "import steady, tool\nimport heavy\n" + CALLS.format(count=30_000),
        "apps.py": app_config(READY.format(count=20_000)),
    }
    apps["extras"] = {"models.py": "import extras.helpers, server\n", "helpers.py": ""}
    new = make_project(directory / "new", settings=USE_TZ, apps=apps)
    install(new, "heavy", "2", {"heavy/__init__.py": "import inner\n" + CALLS.format(count=9000)})
    install(new, "inner", "1", {"inner/__init__.py": ""})
    install(new, "extra", "1", {"extra/__init__.py": ""})
    install(new, "server", "5", {"server/__init__.py": ""})
    metadata = new.parent / "venv" / "site-packages" / "server-5.dist-info" / "METADATA"
    metadata.write_text(metadata.read_text() + 'Requires-Dist: middle\nRequires-Dist: idna; extra == "tls"\n')
    install(new, "middle", "1", {})
    metadata = new.parent / "venv" / "site-packages" / "middle-1.dist-info" / "METADATA"
    metadata.write_text(metadata.read_text() + "Requires-Dist: Extra (>=1)\nRequires-Dist: server\n")
    found = []
    for project in (old, new):
        # The project's directory is not on the path where Python runs with -P.
        path = {"PYTHONPATH": os.pathsep.join([str(project.parent / "venv" / "site-packages"), str(project)])}
        runner = runner_of(project, environment(project, path))
        _ = evidence_boot(runner).recording  # writes the bytecode
        found.append(evidence_boot(runner))
        assert found[-1].recording.modules
    return Change(found[0], found[1], runner)
