"""Imports inside functions: which there are, and what their files look like when they are hoisted."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_startup.lab.candidates import Candidate
from django_startup.lab.hoisting import HoistedSources
from django_startup.lab.source_text import Uneditable
from django_startup.profile.parts import Fix

TEXT = """\
import os


def f():
    import a, b.c as d
    with x:
        from . import e
    if TYPE_CHECKING:
        import g
    if x:
        import h; import i


class A:
    async def f(self):
        try:
            from ..j import (
                k,
                l as m,
            )
        except ImportError:
            pass
"""


def candidate(path: Path, line: int) -> Candidate:
    return Candidate(Fix("inline", str(line), "", (), 0, 0), {path: frozenset({line})}, frozenset())


def test_those_that_there_are(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text(TEXT)
    found = [(each.line, each.text, each.function, each.condition) for each in HoistedSources().find(path)]
    assert found == [
        (5, "import a, b.c as d", "f()", ""),
        (7, "from . import e", "f()", ""),
        (11, "import h; import i", "f()", "if, line 10"),
        (17, "from ..j import k, l as m", "A.f()", "try, line 16"),
    ]


def test_they_are_hoisted(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text(TEXT)
    sources = HoistedSources()
    list(sources.find(path))
    candidates = [candidate(path, line) for line in (17, 11, 5)]
    (edited,) = sources.edited(candidates).values()
    name = "_django_startup_hoisted"
    added = [
        f"import a as {name}, b.c as {name}; del {name}",
        f"import h as {name}; import i as {name}; del {name}",
        f"from ..j import k as {name}, l as {name}; del {name}",
    ]
    assert edited.decode() == TEXT.replace("import os\n", "\n".join(["import os", *added, ""]))
    places = sources.new_lines(candidates)
    assert {line: one.fix.subject for (_, line), one in places.items()} == {2: "5", 3: "11", 4: "17"}


def test_there_is_no_room(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text("import os; x = [\n1]\ndef f():\n    import a\n")
    sources = HoistedSources()
    list(sources.find(path))
    with pytest.raises(Uneditable, match=r"^x\.py has no room for an import behind those at its top$"):
        sources.edited([candidate(path, 4)])


def test_what_cannot_be_read(tmp_path: Path) -> None:
    assert list(HoistedSources().find(tmp_path / "x.py")) == []
    (tmp_path / "x.py").write_text("def f(:\n    import a\n")
    assert list(HoistedSources().find(tmp_path / "x.py")) == []


def test_what_they_need(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text(TEXT)
    names = {each.line: list(each.names("shop.views")) for each in HoistedSources().find(path)}
    assert names == {
        5: ["a", "b.c"],
        7: ["shop.views", "shop.views.e"],
        11: ["h", "i"],
        17: ["shop.j", "shop.j.k", "shop.j.l"],
    }
    assert [list(each.names("")) for each in HoistedSources().find(path)] == [["a", "b.c"], [], ["h", "i"], []]
