"""Helpers of the tests in end_to_end/budget."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import jsonschema

import django_startup.reports.budget
from tests.support.helpers import Ran, left_behind, run

SCHEMA = json.loads((Path(str(django_startup.reports.budget.__file__)).parent / "budget.schema.json").read_text())


TABLE = "[tool.django-startup.budget]\n"
# The time of a baseline takes many pairs of boots. Here a few have to do, and no load of the machine is a difference.
FEW_PAIRS = """\
import sys
from django_startup import __main__, thresholds
thresholds.BASELINE_PAIRS, thresholds.TOLERANCE = 3, 0.5
sys.exit(__main__.main(["budget", *sys.argv[1:]]))
"""


RECEIVER = """\
from django.db.backends.signals import connection_created


def reindex(**kwargs):
    pass


connection_created.connect(reindex)
"""


def budget(project: Path, *options: str, env: dict[str, str] | None = None, cwd: Path | None = None) -> Ran:
    """Run `python -m django_startup budget --until setup OPTIONS` in a project's directory."""
    until = [] if {"--until", "--"} & set(options) else ["--until", "setup"]
    return run(project, "-m", "django_startup", "budget", *until, *options, env=env, cwd=cwd)


def budget_of_few_pairs(project: Path, *options: str) -> Ran:
    """Run the same as budget() with fewer pairs of boots."""
    return run(project, "-c", FEW_PAIRS, "--until", "setup", *options)


def report(
    project: Path, *options: str, code: int = 0, env: dict[str, str] | None = None, cwd: Path | None = None
) -> dict[str, Any]:
    """The JSON document of a run, which must be valid and tell the exit code."""
    ran = budget(project, "--format", "json", *options, env=env, cwd=cwd)
    assert ran.returncode == code, ran
    document: dict[str, Any] = json.loads(ran.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert document["exit_code"] == code
    assert left_behind(project) == []
    return document


def verdicts(document: dict[str, Any]) -> dict[str, str]:
    """Verdicts by titles."""
    return {f"{check['kind']} {check['name']}".rstrip(): check["verdict"] for check in document["checks"]}


def refuse(project: Path, *options: str, code: int = 2, env: dict[str, str] | None = None) -> str:
    """The one sentence with which a run ends that judges nothing; JSON has it too."""
    ran = budget(project, "--format", "json", *options, env=env)
    assert ran.returncode == code, ran
    *_, last = ran.stderr.splitlines()
    document: dict[str, Any] = json.loads(ran.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    sentence = last.removeprefix("CommandError: ")
    assert (document["error"], document["exit_code"]) == (sentence, code)
    assert left_behind(project) == []
    return sentence


def declare(project: Path, text: str) -> None:
    (project / "pyproject.toml").write_text(text, encoding="utf-8")


def install(project: Path, name: str, version: str, files: dict[str, str]) -> dict[str, str]:
    """Put a distribution into a site-packages directory beside the project; returns the variables that make it seen."""
    site = project.parent / "venv" / "site-packages"
    for file, text in files.items():
        (site / file).parent.mkdir(parents=True, exist_ok=True)
        (site / file).write_text(text)
    information = site / f"{name.replace('-', '_')}-{version}.dist-info"
    information.mkdir(parents=True, exist_ok=True)
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (information / "RECORD").write_text("".join(f"{file},,\n" for file in files))
    return {"PYTHONPATH": str(site)}


def change_baseline(project: Path, **changes: Any) -> None:
    path = project / "startup-baseline.json"
    document = json.loads(path.read_text())
    document["targets"]["setup"] |= changes
    path.write_text(json.dumps(document))


def git(directory: Path, *arguments: str) -> str:
    """What git prints, with no other configuration than the repository's."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(
        ["git", *arguments], cwd=directory, env=env, check=True, capture_output=True, text=True
    ).stdout


def state(repository: Path) -> list[str]:
    """What must stay as it is."""
    commands = (
        ("status", "--porcelain"),
        ("diff",),
        ("diff", "--cached"),
        ("branch", "-a", "-v"),
        ("worktree", "list"),
        ("stash", "list"),
        ("config", "--local", "--list"),
        ("reflog",),
    )
    index = (repository / ".git" / "index").read_bytes()
    return [git(repository, *command) for command in commands] + [str(len(index))]
