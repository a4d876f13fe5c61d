"""Tiny Django projects, and the command line run on them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.forked import is_forkable, run_forked

SETTINGS = """\
SECRET_KEY = "tests"
INSTALLED_APPS = {apps}
ROOT_URLCONF = "shop.urls"
"""
MANAGE = """\
#!/usr/bin/env python
import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
"""
# What would change what the commands print, or how often the tiny projects are compiled.
FOREIGN = {
    "DJANGO_COLORS",
    "DJANGO_SETTINGS_MODULE",
    "FORCE_COLOR",
    "GITHUB_STEP_SUMMARY",
    "GITHUB_WORKSPACE",
    "NO_COLOR",
    "PYTHONDEVMODE",  # it makes each boot a quarter longer; test_terminal.py runs the commands in it
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONUNBUFFERED",
}
PATIENCE = 600  # seconds; no command takes as long, on however busy a machine


class Ran(NamedTuple):
    """What a command came to."""

    returncode: int
    stdout: str
    stderr: str


def make_project(
    tmp_path: Path,
    *,
    settings: str = "",
    apps: Mapping[str, Mapping[str, str]] | None = None,
    urls: str = "",
    name: str = "project",
    files: Mapping[str, str] | None = None,
) -> Path:
    """
    A Django project in tmp_path / name; returns its directory.

    settings are further lines of its shop/settings.py, apps the texts of the files of each installed app (apps.py and
    models.py, say), urls the text of shop/urls.py, files those of any other files.
    """
    apps = apps or {}
    texts = {
        "manage.py": MANAGE,
        "shop/__init__.py": "",
        "shop/settings.py": SETTINGS.format(apps=list(apps)) + settings,
        "shop/urls.py": urls or "urlpatterns = []\n",
    }
    for app, app_texts in apps.items():
        directory = app.replace(".", "/")
        texts |= {f"{directory}/__init__.py": ""} | {f"{directory}/{file}": text for file, text in app_texts.items()}
    texts |= files or {}
    project = tmp_path / name
    for file, text in texts.items():
        path = project / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return project


def app_config(ready: str = "pass", *, name: str = "billing") -> str:
    """The text of an apps.py; ready is one line of its ready()."""
    return f"""\
from django.apps import AppConfig


class Config(AppConfig):
    name = {name!r}

    def ready(self):
        {ready}
"""


def environment(project: Path, env: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables for a command: what subprocess coverage needs is kept, its files go beside the project."""
    temporary_directory(project).mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    ours = {
        "COLUMNS": "80",
        "TMPDIR": str(temporary_directory(project)),
        "XDG_CACHE_HOME": str(cache_directory(project)),
    }
    return kept | ours | dict(env or {})


def cache_directory(project: Path) -> Path:
    return project.with_name("cache")


def temporary_directory(project: Path) -> Path:
    return project.with_name("temporary")


def run(project: Path, *arguments: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Ran:
    """Run `python ARGUMENTS` in a project's directory."""
    variables = environment(project, env)
    if is_forkable(arguments, variables):
        code, stdout, stderr = run_forked(arguments, cwd or project, variables, timeout=PATIENCE)
        return Ran(code, as_text(stdout), as_text(stderr))
    process = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd or project,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="backslashreplace",
        timeout=PATIENCE,
        check=False,
    )
    return Ran(process.returncode, process.stdout, process.stderr)


def as_text(output: bytes) -> str:
    return output.decode("utf-8", "backslashreplace").replace("\r\n", "\n").replace("\r", "\n")


def profile(
    project: Path, *options: str, env: Mapping[str, str] | None = None, cwd: Path | None = None, tried: bool = False
) -> Ran:
    """
    Run `python -m django_startup profile OPTIONS` in a project's directory; --runs 1 unless they say how many.

    tried: whether the fixes are tried, which takes boots.
    """
    runs = [] if "--runs" in options else ["--runs", "1"]
    untried = [] if tried or {"--untried", "--load", "--drill", "--diff"} & {*options} else ["--untried"]
    return run(project, "-m", "django_startup", "profile", *runs, *untried, *options, env=env, cwd=cwd)


def measured(saved: Path) -> dict[str, Any]:
    """A saved profile in which the saving is beyond doubt, which boots on a busy machine do not always show."""
    document: dict[str, Any] = json.loads(saved.read_text("utf-8"))
    document["trial"] |= {"saving_ms": 100.0, "error_ms": 1.0}
    saved.write_text(json.dumps(document), "utf-8")
    return document


def left_behind(project: Path) -> list[str]:
    """Temporary files and processes (which name the project's parent directory) that a command has left for good."""
    for _ in range(1200):
        found = left_now(project)
        if not found:
            break
        time.sleep(0.05)  # what has been killed takes a moment to be gone
    return found


def left_now(project: Path) -> list[str]:
    found = [str(path) for path in temporary_directory(project).iterdir()]
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = process.read_bytes()
        except OSError:  # it has just ended
            continue
        if os.fsencode(project.parent) in command:
            found.append(command.decode("utf-8", "backslashreplace"))
    return found


def at(project: Path, file: str, fragment: str) -> str:
    """FILE:LINE of the first line with fragment in one of a project's files, as messages name it."""
    lines = (project / file).read_text("utf-8").splitlines()
    return f"{file}:{next(number for number, line in enumerate(lines, 1) if fragment in line)}"
