"""Which imports can be lazy, told by boots, without one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from django_startup.imports.graph import ROOT
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.source import SyntaxIndex
from django_startup.lab import differences
from django_startup.lab.attempt import Attempt, Failure
from django_startup.lab.declarations import find_declarations, lines_of
from django_startup.lab.lazy import LazyTrials, loaded_by_lines, way_to
from django_startup.lab.lazy_packages import LazyPackages
from django_startup.lab.patch import render_lazy_patch
from django_startup.lab.source_text import SourceText
from django_startup.measure.target import BootTarget, Entry, How
from django_startup.profile.lazy import LazyImport, LazyImports, LazyKind, LazySet
from django_startup.profile.profile import GraphInfo
from django_startup.profile.trial import RefusedFix, Style
from tests.support.budgets import make_recording
from tests.support.profiles import make_module, make_profile

TEXT = """\
from __future__ import annotations
import a; import b
from c import *
with d:
    import e
try:
    import f
except ImportError:
    pass
if TYPE_CHECKING:
    import g
class A:
    import h
def i():
    import j
"""
URLS = "import shop.hooks\nimport shop.other\n"


def test_where_the_keyword_may_stand() -> None:
    index = SyntaxIndex(SourceText(TEXT.encode()).tree)
    assert {line: len(found) for line, found in lines_of(index).items()} == {2: 2, 5: 1}


def target(directory: Path) -> BootTarget:
    return BootTarget(Entry(How.SCRIPT, "manage.py", str(directory / "manage.py")), directory=directory)


def trials(directory: Path) -> LazyTrials:
    """Those of a file with two imports, of which the first leads to what registers something."""
    (directory / "shop").mkdir()
    (directory / "shop/urls.py").write_text(URLS)
    modules = tuple(make_module(name) for name in ("shop.urls", "shop.hooks", "shop.other", "django_startup.apps"))
    graph = GraphInfo(
        nodes=("", "shop.urls", "shop.hooks", "shop.other"),
        files=("shop/urls.py",),
        statements=((1, 0, 1, 0), (1, 0, 2, 0)),
        edges=((0, 1, -1), (1, 2, 0), (1, 3, 1)),
    )
    profile = replace(make_profile(), modules=modules, graph=graph)
    inquiry = Inquiry(profile, directory)
    found = list(find_declarations(inquiry, target(directory)))
    return LazyTrials(target(directory), profile, inquiry, found, timeout=1, on_boot=lambda done, planned: None)


def test_what_is_on_the_way(tmp_path: Path) -> None:
    lab = trials(tmp_path.resolve())
    first, second = (each.candidate for each in lab.declarations)
    assert lab.on_the_way({"shop.hooks", "not.there"}, [first, second]) == [first]
    assert lab.on_the_way({"shop.hooks"}, [second]) == []
    assert way_to(lab.inquiry.subjects.graph, ROOT) == []


def test_what_is_missed_is_to_blame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = trials(tmp_path.resolve())
    first, second = (each.candidate for each in lab.declarations)
    lab.recording = make_recording()
    monkeypatch.setattr(Attempt, "failure", lambda attempt, overlay: Failure("it is not the same", (second,)))
    monkeypatch.setattr(differences, "missed_makers", lambda *arguments: {"shop.hooks"})
    assert lab.judged([first, second], {}) == Failure("it is not the same", (first, second))


def test_what_was_not_tried(tmp_path: Path) -> None:
    lab = trials(tmp_path.resolve())
    first, second = (each.candidate for each in lab.declarations)
    lab.refused = [RefusedFix(first.fix, "no more boots", tried=False), RefusedFix(second.fix, "it dies")]
    assert [(row.kind, row.reason) for row in lab.rows([], {})] == [
        (LazyKind.UNKNOWN, "no more boots"),
        (LazyKind.NEEDED, "it dies"),
    ]
    lab.refused = []
    forced = {first.fix.subject: "forced by urls.py:2"}
    assert [(row.kind, row.reason) for row in lab.rows([], forced)] == [
        (LazyKind.FORCED, "forced by urls.py:2"),
        (LazyKind.LAZY, ""),
    ]


def test_what_loads_it_all_the_same() -> None:
    assert loaded_by_lines([], "urls.py") == "loaded all the same"
    assert loaded_by_lines(["urls.py:7"], "urls.py") == "forced by urls.py:7"
    lines = ["django/apps/config.py:269", "urls.py:7", "a.py:1"]
    assert loaded_by_lines(lines, "urls.py") == "loaded all the same by django/apps/config.py:269 and 2 other lines"


def test_nothing_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = trials(tmp_path.resolve())
    monkeypatch.setattr(lab, "attempt", lambda candidates: Failure("it dies"))
    monkeypatch.setattr(LazyPackages, "attempt", lambda packages, candidates: Failure("it dies"))
    monkeypatch.setattr(LazyPackages, "measure", lambda packages, works: None)
    looked = lab.look()
    assert [row.kind for row in looked.imports] == [LazyKind.NEEDED, LazyKind.NEEDED]
    assert (looked.saving_ns, looked.modules, looked.all_modules) == (0, 0, None)
    assert looked.everywhere == LazySet(reason="it dies")


def test_a_patch(tmp_path: Path) -> None:
    (tmp_path / "views.py").write_text("import pd\n")
    (tmp_path / "made.py").write_text("# Do not edit.\nimport pd\n")
    row = LazyImport("views", "views.py", 1, "import pd", "pd", LazyKind.LAZY)
    rows = (row, replace(row, module="made", file="made.py", line=2), replace(row, line=9, kind=LazyKind.FORCED))
    patch = render_lazy_patch(LazyImports(True, rows, style=Style.LAZY_MODULES), tmp_path)
    assert patch == (
        "Left out: made.py is generated ('Do not edit', line 1)\n"
        '--- a/views.py\n+++ b/views.py\n@@ -1 +1,3 @@\n+__lazy_modules__ = ["pd"]\n+\n import pd\n'
    )
