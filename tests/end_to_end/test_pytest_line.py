"""The plugin in sessions of a real pytest."""

from __future__ import annotations

import re
from pathlib import Path

from inline_snapshot import snapshot

from tests.support.helpers import run
from tests.support.pytest_projects import ALONE, SETTINGS, make_tested_project

LOADED = """\
import sys


def test_it():
    ours = [name for name in sys.modules if name.startswith("django_startup.")]
    assert ours == ["django_startup.pytest_plugin"]
"""
WITH_IT = {**ALONE, "PYTEST_PLUGINS": "pytest_django.plugin,django_startup.pytest_plugin"}


def session(project: Path) -> tuple[int, str]:
    ran = run(project, "-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider", env=WITH_IT)
    return ran.returncode, re.sub(r"<?\d+\.\d+ ?s", "N s", ran.stdout)


def test_nothing_is_loaded_where_settings_do_not_ask_for_it(tmp_path: Path) -> None:
    project = make_tested_project(tmp_path, {"test_it.py": LOADED})
    assert session(project) == snapshot(
        (
            0,
            """\
.                                                                        [100%]
1 passed in N s
""",
        )
    )


def test_a_line_where_settings_ask_for_it(tmp_path: Path) -> None:
    text = f'{SETTINGS}DJANGO_STARTUP = {{"PYTEST": True}}\n'
    project = make_tested_project(tmp_path, {"test_it.py": "def test_it(): pass\n"})
    settings = project / "shop/settings.py"
    settings.write_text(settings.read_text("utf-8") + text, "utf-8")
    assert session(project) == snapshot(
        (
            0,
            """\
.                                                                        [100%]
First test after N s · ready Django N s · collection of 1 test N s · first fixtures N s
1 passed in N s
""",
        )
    )
