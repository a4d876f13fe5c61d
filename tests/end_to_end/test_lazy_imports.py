"""Lazy imports (PEP 810, Python 3.15): done, and recorded, where their names are first used."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.helpers import app_config, at, make_project, measured, profile, run

pytestmark = [
    pytest.mark.skipif(sys.version_info < (3, 15), reason="lazy imports are new in Python 3.15"),
    pytest.mark.smoke,
]

MODELS = """\
lazy import chunk
lazy import shop.never
lazy from shop import part, other_part
lazy from colours import RED, BLUE
import shop.eager

def pay():
    return chunk.SIZE

def parts():
    return part.NAME
"""
LISTED = """\
__lazy_modules__ = ["shop.listed", "shop.never_listed", "tones"]
import shop.listed
import shop.never_listed
from tones import DARK

def use():
    return shop.listed, DARK
"""
FAILING = """\
lazy import not_there

def ask():
    try:
        return not_there.x
    except ImportError:
        import shop.instead
"""
READY = """\
from billing import failing, listed, models
        models.pay()
        models.parts()
        models.pay()
        models.RED
        listed.use()
        failing.ask()"""
FILES = {
    "chunk.py": "lazy import wrapped\nSIZE = wrapped.SIZE\n",
    "wrapped.py": "SIZE = 3\n",
    "colours.py": "RED = BLUE = 3\n",
    "tones.py": "DARK = 3\n",
    **{f"shop/{name}.py": "NAME = 3\n" for name in ("never", "part", "other_part", "eager")},
    **{f"shop/{name}.py": "" for name in ("listed", "never_listed", "instead")},
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    billing = {"models.py": MODELS, "listed.py": LISTED, "failing.py": FAILING, "apps.py": app_config(READY)}
    return make_project(tmp_path_factory.mktemp("lazy"), apps={"billing": billing}, files=FILES)


@pytest.fixture(scope="module")
def saved(project: Path) -> dict[str, Any]:
    output = project.with_name("profile.json")
    ran = profile(project, "-o", str(output))
    assert (ran.returncode, ran.stderr) == (0, "")
    found: dict[str, Any] = json.loads(output.read_text("utf-8"))
    return found


def importers(saved: dict[str, Any]) -> dict[str, str]:
    """FILE:LINE that imported each module."""
    sites = {module["name"]: module["importer"] for module in saved["modules"]}
    return {name: f"{site['file']}:{site['line']}" for name, site in sites.items() if site}


@pytest.mark.parametrize(
    ("name", "file", "fragment", "phase"),
    [
        ("shop.eager", "billing/models.py", "import shop.eager", "models"),
        ("chunk", "billing/models.py", "return chunk.SIZE", "ready"),
        ("wrapped", "chunk.py", "SIZE =", "ready"),
        ("shop.part", "billing/models.py", "return part.NAME", "ready"),
        ("colours", "billing/apps.py", "models.RED", "ready"),
        ("shop.listed", "billing/listed.py", "return shop.listed", "ready"),
        ("tones", "billing/listed.py", "return shop.listed, DARK", "ready"),
        ("not_there", "billing/failing.py", "return not_there.x", "ready"),
        ("shop.instead", "billing/failing.py", "import shop.instead", "ready"),
    ],
)
def test_it_is_recorded_under_the_line_that_used_it(
    project: Path, saved: dict[str, Any], name: str, file: str, fragment: str, phase: str
) -> None:
    (module,) = [module for module in saved["modules"] if module["name"] == name]
    assert importers(saved)[name] == at(project, file, fragment)
    assert (module["phase"], module["app"]) == (phase, "billing")
    assert module["loaded"] is (name != "not_there")


def test_what_stayed_lazy_is_not_there(saved: dict[str, Any]) -> None:
    never = {"shop.never", "shop.other_part"}
    assert not (never | {"shop.never_listed"}) & {module["name"] for module in saved["modules"]}
    assert not never & set(saved["graph"]["nodes"])


def test_edges_come_from_the_line_that_used_it(project: Path, saved: dict[str, Any]) -> None:
    graph = saved["graph"]
    edges = {
        (graph["nodes"][other], f"{graph['files'][file]}:{line}", is_dynamic)
        for _, other, number in graph["edges"]
        if number >= 0
        for _, file, line, is_dynamic in [graph["statements"][number]]
    }
    assert ("chunk", at(project, "billing/models.py", "return chunk.SIZE"), 0) in edges
    assert ("wrapped", at(project, "chunk.py", "SIZE ="), 0) in edges
    assert ("colours", at(project, "billing/apps.py", "models.RED"), 0) in edges
    assert not [place for name, place, _ in edges if name == "chunk" and place == "billing/models.py:1"]


@pytest.mark.parametrize(
    ("name", "door", "reason"),
    [
        ("chunk", "billing/models.py:8  lazy import chunk", "line 1"),
        (
            "tones",
            "billing/listed.py:7  import shop.listed; import shop.never_listed; from tones\n   import DARK",
            "lines 2, 3, 4",
        ),
    ],
)
def test_why(project: Path, saved: dict[str, Any], name: str, door: str, reason: str) -> None:
    options = ("--load", str(project.with_name("profile.json")), "--why", name)
    ran = run(project, "-m", "django_startup", "profile", *options)
    assert f"1  {door}\n" in ran.stdout
    shown = " ".join(ran.stdout.split())
    assert f"imported lazily, {reason}, and first used on this line" in shown


def test_every_import_is_lazy(tmp_path: Path) -> None:
    texts = {"models.py": "import shop.eager, shop.never\ndef pay():\n    return shop.eager.NAME\n"}
    apps = {"billing": {**texts, "apps.py": app_config("from billing import models; models.pay()")}}
    project = make_project(tmp_path, apps=apps, files=FILES)
    output = tmp_path / "profile.json"
    ran = profile(project, "-o", str(output), env={"PYTHON_LAZY_IMPORTS": "all"})
    assert (ran.returncode, ran.stderr) == (0, "")
    everything = json.loads(output.read_text("utf-8"))
    assert [phase["name"] for phase in everything["phases"]] == [
        *("interpreter", "entry", "settings", "apps", "models", "ready", "urls", "noise")
    ]
    assert importers(everything)["shop.eager"] == at(project, "billing/models.py", "return shop.eager")


def test_fixes_are_lazy_imports(tmp_path: Path) -> None:
    """Those of a project that needs Python 3.15 anyway."""
    burn = "import time\nend = time.thread_time() + 0.1\nwhile time.thread_time() < end: pass\ndef work(): pass\n"
    urls = "from shop.slow import work\nurlpatterns = []\ndef index(request):\n    work()\n"
    # Where a function's import would need this line to be changed as well.
    reader = "from shop.urls import work\n"
    files = {"shop/slow.py": burn, "pyproject.toml": '[project]\nrequires-python = ">=3.15"\n', "shop/tests.py": reader}
    project = make_project(tmp_path, urls=urls, files=files)
    output = tmp_path / "profile.json"
    ran = run(project, "-m", "django_startup", "profile", "--runs", "1", "-o", str(output))
    assert "  FIXES  tried: boots to URLs and checks, registers the same, the lazy imports work" in " ".join(
        ran.stdout.split()
    ).replace("FIXES ", "  FIXES  ")
    assert "shop.slow: make the import lazy" in ran.stdout
    assert measured(output)["trial"]["style"] == "lazy"
    patch = run(project, "-m", "django_startup", "profile", "--load", str(output), "--fix", "--diff")
    assert patch.stdout.startswith("shop.slow: boots to URLs and checks · registers the same · the lazy imports work")
    assert "\n--- a/shop/urls.py\n" in patch.stdout and "\n+lazy from shop.slow import work\n" in patch.stdout
    options = ("--fix", "--force", "--runs", "1")
    ran = run(project, "-m", "django_startup", "profile", *options, "--style", "lazy-modules")
    assert ran.returncode == 0, ran
    assert (project / "shop/urls.py").read_text("utf-8") == f'__lazy_modules__ = ["shop.slow"]\n\n{urls}'
