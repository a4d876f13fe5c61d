"""Interrupted at whatever moment, a command leaves no process, no temporary file, no worktree, and old output whole."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.budget import budget_of_few_pairs
from tests.support.documents import EXAMPLES
from tests.support.helpers import (
    app_config,
    environment,
    left_behind,
    left_now,
    make_project,
    profile,
    temporary_directory,
)

# By hand: FUZZ=2500 is two hundred moments for each command.
MOMENTS = max(2, EXAMPLES // 25)
LONGEST = 3.0  # seconds: some moments are after the end
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project under git with a saved profile and a baseline."""
    project = make_project(
        tmp_path_factory.mktemp("interrupts"), apps={"billing": {"apps.py": app_config("import json.tool")}}
    )
    assert profile(project, "--until", "setup", "-o", "profile.json").returncode == 0
    assert budget_of_few_pairs(project, "--baseline", "baseline.json", "--update-baseline").returncode == 0
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "x"]):
        subprocess.run(["git", *command], cwd=project, check=True)
    return project


def interrupt(project: Path, moment: random.Random, *arguments: str) -> int:
    """Run a command, and signal it some time later, or its group, once or twice in a row. Returns its exit code."""
    # Coverage has a handler of its own for SIGTERM, which is not to be interrupted: here it is not measured.
    env = {name: value for name, value in environment(project).items() if not name.startswith("COVERAGE_PROCESS")}
    # What runs in the background ignores SIGINT, and a child inherits that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    number, kill, times = moment.choice(SIGNALS), moment.choice((os.kill, os.killpg)), moment.choice((1, 2))
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "django_startup", *arguments],
            cwd=project,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        return process.wait(moment.uniform(0, LONGEST))
    except subprocess.TimeoutExpired:
        for _ in range(times):
            kill(process.pid, number)
        return process.wait(120)


@pytest.mark.parametrize("seed", range(2 * MOMENTS))
def test_a_profile(repository: Path, seed: int) -> None:
    path = repository / "profile.json"
    moment = random.Random(f"profile {seed}")
    interrupt(repository, moment, "profile", "--until", "setup", "--runs", "1", "-o", "profile.json")
    assert json.loads(path.read_text())["schema"] == "django-startup/profile/1"
    clean(repository)


@pytest.mark.parametrize("seed", range(2 * MOMENTS))
def test_a_comparison_with_another_revision(repository: Path, seed: int) -> None:
    moment = random.Random(f"against {seed}")
    options = ("--until", "setup", "--against", "HEAD", "--format", "json=budget.json")
    interrupt(repository, moment, "budget", *options)
    written = repository / "budget.json"
    assert not written.exists() or json.loads(written.read_text())["schema"] == "django-startup/budget/1"
    clean(repository)


@pytest.mark.parametrize("seed", range(2 * MOMENTS))
def test_a_baseline(repository: Path, seed: int) -> None:
    moment = random.Random(f"baseline {seed}")
    options = ("--until", "setup", "--baseline", "baseline.json", "--update-baseline", "modules", "time")
    interrupt(repository, moment, "budget", *options)
    assert json.loads((repository / "baseline.json").read_text())["schema"] == "django-startup/baseline/1"
    clean(repository)


def clean(repository: Path) -> None:
    """Nothing is there that was not there before, and the repository knows of no other tree."""
    assert left_behind(repository) == []
    trees = subprocess.run(["git", "worktree", "list"], cwd=repository, capture_output=True, text=True, check=True)
    assert len(trees.stdout.splitlines()) == 1
    known = {".git", "baseline.json", "billing", "budget.json", "manage.py", "profile.json", "shop"}
    assert {path.name for path in repository.iterdir()} <= known


@pytest.mark.parametrize("seed", range(MOMENTS))
def test_nothing_runs_on_when_a_command_is_killed(repository: Path, seed: int) -> None:
    """By SIGKILL, as the system does when memory runs out. An empty temporary directory may stay."""
    moment = random.Random(f"killed {seed}")
    process = subprocess.Popen(
        [sys.executable, "-m", "django_startup", "profile", "--until", "setup", "--runs", "1"],
        cwd=repository,
        env=environment(repository),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(moment.uniform(0, LONGEST))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    while any(not Path(each).is_dir() for each in left_now(repository)):
        time.sleep(0.05)
    for path in temporary_directory(repository).iterdir():
        shutil.rmtree(path)
