"""Helpers of the tests in end_to_end/failing_boots."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.support.helpers import left_behind, make_project, profile, run

PHASE = re.compile(r"^  (interpreter|entry|settings|apps|models|ready|urls|checks|command) +\d+\.\d{3} s", re.MULTILINE)


SETUP = ("--until", "setup")


TO_SETTINGS = ["interpreter", "entry", "settings"]


TO_MODELS = [*TO_SETTINGS, "apps", "models"]


TO_READY = [*TO_MODELS, "ready"]


IN_SETTINGS = "manage.py died after T s in settings, importing shop.settings from django/conf/__init__.py:N"


IN_MODELS = (
    "manage.py died after T s in models, the models of billing, importing billing.models from django/apps/config.py:N"
)


IN_READY = "manage.py died after T s in ready, ready() of billing"


class Failed(NamedTuple):
    """A sentence without its time and Django's line numbers, the phases that are shown, the child's last lines."""

    sentence: str
    phases: list[str]
    lines: list[str]


def fail(project: Path, *options: str, manage: bool = False, env: Mapping[str, str] | None = None) -> Failed:
    """Profile a project that does not boot. Checks what holds for each of them."""
    if manage:
        ran = run(project, "manage.py", "startupprofile", "--runs", "1", *options, env=env)
    else:
        ran = profile(project, *options, env=env)
    assert ran.returncode == 3, ran
    sentence, end, rest = ran.stderr.removeprefix("CommandError: ").partition("\n")
    assert ran.stderr.startswith("CommandError: ")
    assert (end, rest) == ("\n", "")
    assert not re.search(
        r"django_startup[/.](?:probe|measure|profile|imports|gate|management|cli)", ran.stdout + ran.stderr
    )
    assert left_behind(project) == []
    sentence = re.sub(r"died after \d+\.\d{3} s ", "died after T s ", sentence)
    sentence = re.sub(r"\b(django/[\w/]+\.py):\d+", r"\1:N", sentence)
    lines = [line.removeprefix("  | ") for line in ran.stdout.splitlines() if line.startswith("  | ")]
    return Failed(sentence, PHASE.findall(ran.stdout), lines)


def probe_customized(tmp_path: Path, text: str) -> dict[str, str]:
    """The variables with which site runs text in a measured process."""
    lines = [f"    {line}\n" for line in text.splitlines()]
    condition = "import sys\nif any(argument.endswith('boot.py') for argument in sys.orig_argv):\n"
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(condition + "".join(lines), encoding="utf-8")
    return {"PYTHONPATH": str(tmp_path / "site")}


def command_project(tmp_path: Path, handle: str) -> Path:
    text = f"""\
import sys
from django.core.management.base import BaseCommand, CommandError

class Command(BaseCommand):
    requires_system_checks = []

    def handle(self, **options):
        {handle}
"""
    files = {"management/__init__.py": "", "management/commands/__init__.py": "", "management/commands/pay.py": text}
    return make_project(tmp_path, apps={"billing": files})


FAILURE = "raise ArithmeticError('sum')"


TWO_IMPORTS = """\
errors = []
for name in ("shop.one", "shop.two"):
    try:
        __import__(name)
    except ArithmeticError as error:
        errors.append(error)
raise ExceptionGroup("both", errors)
"""


HOSTILE = """\
class Closed(Exception):
    @property
    def __cause__(self):
        raise TypeError

    @property
    def __traceback__(self):
        raise TypeError

    def __setattr__(self, name, value):
        raise TypeError

    def __getattribute__(self, name):
        raise TypeError

class Loud(Exception):
    def __str__(self):
        raise KeyboardInterrupt

class Unreadable(SyntaxError):
    @property
    def filename(self):
        raise TypeError
"""
