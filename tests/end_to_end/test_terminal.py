"""What is different on a terminal: a progress bar on standard error, colours on standard output."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.helpers import make_project

pty = pytest.importorskip("pty")

pytestmark = pytest.mark.smoke
COMMAND = [sys.executable, "-m", "django_startup", "profile", "--runs", "1", "--until", "setup"]


def run_on_terminal(project: Path, stream: str, *arguments: str, **environ: str) -> tuple[str, str]:
    """Run the command with one of its streams on a terminal; returns what came there, and what in the other's pipe."""
    ours, theirs = pty.openpty()
    other = "stderr" if stream == "stdout" else "stdout"
    removed = {"COLUMNS", "DJANGO_COLORS", "NO_COLOR", "FORCE_COLOR"}
    env = {name: value for name, value in os.environ.items() if name not in removed} | {"TERM": "xterm"} | environ
    streams = {stream: theirs, other: subprocess.PIPE}
    with subprocess.Popen([*COMMAND, *arguments], cwd=project, env=env, text=True, **streams) as process:
        os.close(theirs)
        pipe = process.stdout or process.stderr
        assert pipe is not None
        piped = pipe.read()
        shown = b""
        while True:
            try:
                chunk = os.read(ours, 65536)
            except OSError:  # Linux says so at the end
                break
            if not chunk:
                break
            shown += chunk
    os.close(ours)
    assert process.returncode == 0, (shown, piped)
    return shown.decode(), piped


def test_progress_on_standard_error_only(tmp_path: Path) -> None:
    shown, piped = run_on_terminal(make_project(tmp_path), "stderr")
    assert "booting" in shown
    assert "2/2" in shown
    assert "\x1b" not in piped
    assert piped.startswith("manage.py to django.setup(), 1 boot")


def test_colours_on_standard_output(tmp_path: Path) -> None:
    shown, piped = run_on_terminal(make_project(tmp_path), "stdout")
    assert "\x1b[36m" in shown
    assert piped == ""


def test_no_colours_where_they_are_not_wanted(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    assert "\x1b[36m" not in run_on_terminal(project, "stdout", "--no-color")[0]
    assert "\x1b[36m" not in run_on_terminal(project, "stdout", DJANGO_COLORS="nocolor")[0]
