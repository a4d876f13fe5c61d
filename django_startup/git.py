"""Git commands, which no signal stops in the middle of what they do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from django_startup.exceptions import UsageError
from django_startup.measure.interrupts import has_arrived

# What git hands to its hooks (pre-commit among them) about the repository and index that it works on.
OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")
LOOK_S = 0.25  # between looks at whether a signal has arrived


def git(directory: Path, *arguments: str, interruptible: bool = False) -> str:
    """
    What a git command prints, without the end of its last line. Raises UsageError with its own words.

    No signal to the process group reaches it: half of what it does may be left. One that is interruptible is ended, and
    cleans up, when a signal has arrived here.
    """
    try:
        process = subprocess.Popen(
            ["git", *arguments],
            cwd=directory,
            env={name: value for name, value in os.environ.items() if name not in OF_A_HOOK},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="surrogateescape",
            start_new_session=True,
        )
    except OSError as error:
        raise UsageError(f"git cannot be run: {error.strerror}.") from error
    with process:
        while True:
            try:
                stdout, stderr = process.communicate(timeout=LOOK_S)
                break
            except subprocess.TimeoutExpired:
                if interruptible and has_arrived():
                    end(process)
    if process.returncode:
        raise UsageError(complaint(arguments, stderr))
    return stdout.removesuffix("\n")


def complaint(arguments: Sequence[str], stderr: str) -> str:
    """What went wrong, in one sentence."""
    lines = [line.strip() for line in stderr.strip().splitlines()]
    for line in lines:
        if "--add safe.directory " in line:
            return f"git does not trust this repository, which belongs to another user; if you do, run {line}"
    return f"git {' '.join(arguments)}: {lines[-1].rstrip('.') if lines else 'it failed'}."


def end(process: subprocess.Popen[str]) -> None:
    if sys.platform == "win32":  # pragma: no cover
        process.terminate()
    else:
        os.killpg(process.pid, signal.SIGTERM)
