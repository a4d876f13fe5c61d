"""startupprofile --pytest and budgets to the first test, on a real pytest with pytest-django."""

from __future__ import annotations

import json
import re
import sys
import textwrap
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from tests.support.helpers import left_behind, profile, run
from tests.support.pytest_projects import ALONE, make_tested_project

MODELS = {"models.py": "from django.db import models\n\nclass Item(models.Model):\n    pass\n"}
BASKET = """\
import heavylib
import pytest


@pytest.fixture
def basket():
    return [1]


@pytest.fixture
def other():
    return heavylib.VALUE
"""
TESTS = """\
import pytest
from billing.models import Item


@pytest.mark.django_db
def test_items(basket):
    assert Item.objects.count() == 0


def test_other():
    raise SystemExit("the second test is not run")
"""
THREE = """\
import pytest

def test_it(): pass

def test_broken(broken): pass

@pytest.mark.skip
def test_skipped(): pass
"""
HEAVY = "VALUE = sum(number * number for number in range(400_000))\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tested_project(
        tmp_path_factory.mktemp("pytest"),
        {"conftest.py": BASKET, "tests/test_items.py": TESTS, "heavylib.py": HEAVY, "unused/test_empty.py": ""},
        apps={"billing": MODELS},
    )


@pytest.mark.parametrize(
    ("files", "arguments", "sentence"),
    [
        ({}, ["unused"], snapshot(["CommandError: pytest unused found no tests (exit code 5)."])),
        (
            {},
            ["nowhere"],
            snapshot(
                [
                    "CommandError: pytest nowhere ended before its first test, with exit code 4. What",
                    "it printed says why.",
                ]
            ),
        ),
        (
            {},
            ["--collect-only"],
            snapshot(
                [
                    "CommandError: pytest --collect-only collected 3 tests and ran none: they are",
                    "skipped, or only listed.",
                ]
            ),
        ),
        (
            {"tests/test_items.py": "import nothing_like_it\n"},
            [],
            snapshot(
                [
                    "CommandError: pytest died after N s in collection, tests/test_items.py,",
                    "importing nothing_like_it from tests/test_items.py:1: ModuleNotFoundError: No",
                    "module named 'nothing_like_it' (tests/test_items.py:1).",
                ]
            ),
        ),
        (
            {"conftest.py": "import nothing_like_it\n"},
            [],
            snapshot(
                [
                    "CommandError: pytest died after N s in conftest, conftest.py, importing",
                    "nothing_like_it from conftest.py:1: ModuleNotFoundError: No module named",
                    "'nothing_like_it' (conftest.py:1).",
                ]
            ),
        ),
        (
            {"conftest.py": "import pytest\n\n@pytest.fixture\ndef broken():\n    1 / 0\n"},
            ["-k", "broken"],
            snapshot(
                [
                    "CommandError: pytest died after N s in test, the fixture broken:",
                    "ZeroDivisionError: division by zero (conftest.py:5).",
                ]
            ),
        ),
        (
            {},
            ["-k", "skipped"],
            snapshot(
                [
                    "CommandError: pytest -k skipped collected 1 test and did not run it: it is",
                    "skipped, or only listed.",
                ]
            ),
        ),
    ],
)
def test_a_session_without_a_first_test(
    files: dict[str, str], arguments: list[str], sentence: list[str], tmp_path: Path
) -> None:
    texts = {"tests/test_items.py": THREE, "unused/test_empty.py": "", **files}
    ran = profile(make_tested_project(tmp_path, texts), "--pytest", "--", *arguments, env=ALONE)
    assert ran.returncode == 3
    error = re.sub(r"__init__.py:\d+", "__init__.py:N", re.sub(r"after \d+\.\d+ s", "after N s", ran.stderr))
    assert textwrap.wrap(error, 80, break_on_hyphens=False) == sentence


def test_a_plugin_that_is_not_there(tmp_path: Path) -> None:
    ran = profile(make_tested_project(tmp_path, {}), "--pytest", "-p nothing_like_it", env=ALONE)
    assert ran.returncode == 3
    # The rest of it differs from one release of pytest to the next.
    assert " in plugins, the plugin nothing_like_it" in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_what_was_done_for_the_first_test_is_undone(project: Path) -> None:
    path = project / "profile.json"
    settings = project / "shop/settings.py"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace('"shop.sqlite3"', '"shop.sqlite3", "TEST": {"NAME": "tests.sqlite3"}'), "utf-8")
    try:
        ran = profile(project, "--pytest", "tests -p no:cacheprovider", "-o", str(path), env=ALONE)
    finally:
        settings.write_text(text, "utf-8")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert left_behind(project) == []
    assert not (project / "tests.sqlite3").exists()
    assert ran.stdout.splitlines()[0].startswith("pytest to its first test, 1 boot, ")
    assert "\n  PYTEST  " in ran.stdout
    document = json.loads(path.read_text("utf-8"))
    assert document["session"]["first_test"] == "tests/test_items.py::test_items"
    assert [phase["name"] for phase in document["phases"]] == snapshot(
        [
            "interpreter",
            "entry",
            "plugins",
            "conftest",
            "settings",
            "apps",
            "models",
            "ready",
            "collection",
            "database",
            "test",
            "noise",
        ]
    )
    assert [fix["kind"] for fix in document["fixes"] if fix["kind"] in ("effect", "gc")] == []


def test_a_line_of_a_conftest_file_is_tried(project: Path) -> None:
    ran = profile(project, "--pytest", "--", "tests", "-p", "no:cacheprovider", env=ALONE, tried=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    start, end = ran.stdout.index("  FIXES  tried: "), ran.stdout.index("  NEXT  ")
    first = ran.stdout[start:end]
    assert "boots to its first test" in first
    assert "conftest.py:1  import heavylib  (used only in other())" in first


def test_a_first_test_that_fails_is_a_start_all_the_same(tmp_path: Path) -> None:
    text = "import unittest\n\nclass Case(unittest.TestCase):\n    def test_it(self):\n        self.fail('no')\n"
    project = make_tested_project(tmp_path, {"test_it.py": text})
    ran = profile(project, "--pytest", env=ALONE)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout[ran.stdout.index("  The first test failed") :].splitlines()[:2] == snapshot(
        ["  The first test failed (AssertionError): test_it.py::Case::test_it. The time up", "  to there is shown."]
    )


def test_each_worker_of_xdist_makes_the_start(tmp_path: Path) -> None:
    files = {"test_it.py": "def test_it(): pass\n", "pytest.ini": "[pytest]\naddopts = -n 3\n"}
    project = make_tested_project(tmp_path, files)
    path = project / "profile.json"
    env = {**ALONE, "PYTEST_PLUGINS": "xdist.plugin"}
    ran = profile(project, "--pytest", "-o", str(path), env=env)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert json.loads(path.read_text("utf-8"))["session"]["workers"] == 3
    assert "pytest-xdist runs the tests in 3 processes" in ran.stdout
    assert "Django was not set up when the first test ran" in ran.stdout


def test_budgets_of_the_way_to_the_first_test(project: Path) -> None:
    budget = "-m", "django_startup", "budget", "--until", "first-test"
    ran = run(project, *budget, "--max-phase", "test=1m", "--max-modules", "1", "--", "tests", env=ALONE)
    assert (ran.returncode, ran.stderr) == (1, "CommandError: Over budget: modules.\n")
    assert "\nTo its first test: over budget (" in ran.stdout


def test_without_pytest(project: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, '.'); sys.modules['pytest'] = None; "
        "from django_startup.__main__ import main; sys.exit(main(['profile', '--pytest']))"
    )
    ran = run(project, "-c", code)
    assert ran.returncode == 2
    assert textwrap.wrap(ran.stderr.replace(sys.executable, "PYTHON"), 80) == snapshot(
        [
            "CommandError: pytest is not installed for PYTHON. Install it there, with pytest-",
            "django, or run this command with the Python that runs your tests.",
        ]
    )
