"""Interrupted at whatever moment, files that are edited are whole: old, or new where nobody could put them back."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.documents import EXAMPLES

# By hand: FUZZ=2500 is a hundred moments for each way to end.
MOMENTS = max(2, EXAMPLES // 25)
LONGEST = 0.3  # seconds: some rounds of writing, testing and putting back
FILES = 20
HANDLERS: dict[int, Any] = {signal.SIGINT: signal.default_int_handler, signal.SIGHUP: signal.SIG_DFL}
# Writes, tests and puts back, round by round, as --fix --test does for what fails.
PROGRAM = """\
from pathlib import Path
from django_startup.lab.bisection import Bisection
from django_startup.lab.edits import Edit
from django_startup.lab.own_tests import OwnTests
from django_startup.lab.writing import Writing

here = Path.cwd()
before = {path: path.read_bytes() for path in here.glob("*.py")}
edits = [Edit(path.name, path, text, text.replace(b"old", b"new")) for path, text in before.items()]
tests = OwnTests("exit 1", here, environment=None, on_run=lambda: None)
print("begun", flush=True)
while True:
    Bisection(tests, Writing(before, here), lambda fixes: edits).run([])
"""


def text(word: str, number: int) -> bytes:
    return f"{word} {number}\n".encode() * 10_000


def interrupted(directory: Path, moment: random.Random, number: int) -> dict[str, bytes]:
    """What files hold when a program that edits them has got a signal some time after it has begun."""
    for count in range(FILES):
        (directory / f"{count}.py").write_bytes(text("old", count))
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_PROCESS")}
    # In the background SIGINT is ignored, under nohup SIGHUP, and a child inherits that.
    before = {each: signal.signal(each, handler) for each, handler in HANDLERS.items()}
    try:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            cwd=directory,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        try:
            process.wait(moment.uniform(0, LONGEST))
        except subprocess.TimeoutExpired:
            process.send_signal(number)
        assert process.wait(120) != 0
    return {path.name: path.read_bytes() for path in directory.iterdir()}


@pytest.mark.parametrize("seed", range(MOMENTS))
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ended(tmp_path: Path, seed: int, number: signal.Signals) -> None:
    left = interrupted(tmp_path, random.Random(f"{number} {seed}"), number)
    assert left == {f"{count}.py": text("old", count) for count in range(FILES)}


@pytest.mark.parametrize("seed", range(MOMENTS))
def test_killed(tmp_path: Path, seed: int) -> None:
    """What nobody can tidy up: the new files beside the old ones may stay, too."""
    left = interrupted(tmp_path, random.Random(f"killed {seed}"), signal.SIGKILL)
    for count in range(FILES):
        assert left[f"{count}.py"] in (text("old", count), text("new", count))
