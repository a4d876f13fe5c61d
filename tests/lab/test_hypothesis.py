"""What names mean, and why some of it cannot be tried."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from django_startup.exceptions import UsageError
from django_startup.imports.graph import Statement
from django_startup.imports.inquiry import Inquiry
from django_startup.lab.candidates import Sources
from django_startup.lab.hypothesis import Hypotheses, Hypothesis, is_named, together
from django_startup.profile.parts import App, NamedInSettings
from django_startup.profile.profile import GraphInfo, StartupProfile
from tests.support.advice import advise

FILES = {
    "shop.py": "import views\nimport tools\n",
    "views.py": "import heavy\nimport lost\nimport twice\n"
    "def f():\n    return heavy.x\n"
    "def g():\n    return lost.x, locals()\n"
    "x = twice.y\n",
    "tools.py": "import twice\nclass A(twice.B):\n    pass\n",
    "heavy.py": "",
    "lost.py": "",
    "twice.py": "",
    "middleware.py": "",
    "stray.py": "",
    "early.py": "",
}


def make(directory: Path) -> StartupProfile:
    profile = advise(directory, FILES, {}).profile
    app = App("news", "paper.news", True, 0, 0, 0, 0, 0, 0, 1, 0, "paper.news.NewsConfig")
    modules = (replace(row, phase="interpreter") if row.name == "early" else row for row in profile.modules)
    named = (NamedInSettings("MIDDLEWARE", "middleware.M", "middleware"),)
    return replace(profile, modules=tuple(modules), named=named, apps=(app,))


@pytest.fixture
def hypotheses(tmp_path: Path) -> Hypotheses:
    return Hypotheses(Inquiry(make(tmp_path), tmp_path), tmp_path, Sources())


def test_what_can_be_moved(hypotheses: Hypotheses) -> None:
    heavy = hypotheses.find("heavy")
    assert heavy.statements == {Statement("views", "views.py", 1, False)}
    assert (heavy.how, heavy.problem) == ("1 import moved to where the names are used", "")
    assert hypotheses.find("views.py:1").statements == heavy.statements
    everything = together([heavy, hypotheses.find("gc"), hypotheses.find("app:news")])
    assert everything == Hypothesis(
        "together", "all of these that work, at once", heavy.statements, frozenset({"news"}), collects=False
    )


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("lost", "views.py:2: used in g(), which calls locals(), line 7"),
        ("twice", "tools.py:1: used at import: base of class A, line 2 (and 1 more like that)"),
        ("middleware", "a setting names it: 'middleware.M' in MIDDLEWARE"),
        ("stray", "stray comes in without an import statement that was seen"),
        ("early", "it is loaded before the project, by site, a .pth file or sitecustomize"),
    ],
)
def test_what_cannot(hypotheses: Hypotheses, name: str, problem: str) -> None:
    found = hypotheses.find(name)
    assert (found.how, found.problem) == ("", problem)
    assert found.statements or found.nodes


def test_an_import_by_name(tmp_path: Path) -> None:
    profile = make(tmp_path)
    graph = profile.graph
    rows = tuple((module, file, line, 1) for module, file, line, _ in graph.statements)
    profile = replace(profile, graph=GraphInfo(graph.nodes, graph.files, rows, graph.edges))
    found = Hypotheses(Inquiry(profile, tmp_path), tmp_path, Sources()).find("views.py:1")
    assert found.problem == "views.py:1: imported by name"


def test_modules_that_code_makes(tmp_path: Path) -> None:
    """A package puts modules of its own into sys.modules: they are gone with it, as boots show."""
    profile = make(tmp_path)
    graph = profile.graph
    made = replace(profile.modules[0], name="twice.made", phase="", importer=None)
    edges = (*graph.edges, (0, len(graph.nodes), -1))
    graph = GraphInfo((*graph.nodes, "twice.made"), graph.files, graph.statements, edges)
    profile = replace(profile, modules=(*profile.modules, made), graph=graph)
    hypotheses = Hypotheses(Inquiry(profile, tmp_path), tmp_path, Sources())
    assert hypotheses.find("twice").problem.startswith("tools.py:1: used at import: base of class A, line 2")
    assert hypotheses.find("twice.made").problem == (
        "twice.made comes in without an import statement that was seen: try --what-if twice"
    )


def test_what_is_an_app_only(hypotheses: Hypotheses) -> None:
    with pytest.raises(UsageError, match=r"that is an app only. Did you mean app:news\?"):
        hypotheses.find("news")


def test_names_of_files() -> None:
    installed = "/venv/lib/python3.13/site-packages/pandas/api.py"
    assert is_named(installed, "pandas/api.py")
    assert is_named(installed, installed)
    assert is_named("shop/views.py", "./shop/views.py")
    assert not is_named("shop/views.py", "views.py")
