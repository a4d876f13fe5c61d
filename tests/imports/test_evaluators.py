"""Annotations that nothing in their own file evaluates, and what other files may do with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from django_startup.imports.graph import ROOT, ImportGraph, Statement, graph_info
from django_startup.imports.inquiry import Inquiry
from django_startup.profile.effects import Ran
from tests.support.profiles import make_profile

CLASS = "from __future__ import annotations\nimport stripe\nclass Row:\n    charge: stripe.Charge = None\n"
FUNCTION = "from __future__ import annotations\nimport stripe\ndef show(charge: stripe.Charge): pass\n"
METHOD = f"{CLASS.partition('    ')[0]}    def show(self, charge: stripe.Charge): pass\n"
MOVABLE = "used only in annotations: it can move under TYPE_CHECKING"
DOUBT = "used in annotation of {}, which may be evaluated: {}"
OF_ROW = "class Row, line 4"
HINTS = "import typing\ndef f(row): typing.get_type_hints(type(row))\n"
INSPECTED = "from inspect import get_annotations as a\nget_annotations(x)\n"


def verdict(directory: Path, files: dict[str, str]) -> str:
    """That on `import stripe` in rows.py, line 2."""
    for name, text in files.items():
        (directory / name).write_text(text)
    graph = ImportGraph()
    statement = Statement("rows", "rows.py", 2, False)
    graph.connect(ROOT, graph.node("rows"))
    graph.connect(graph.node("rows"), graph.node("stripe"), statement)
    profile = replace(make_profile(), graph=graph_info(graph, directory), ran=Ran("", ()))
    return Inquiry(profile, directory).verdicts.of(statement).reason


@pytest.mark.parametrize(
    ("rows", "text", "what", "doubt"),
    [
        (CLASS, "from rows import Row\nschema(Row)\n", OF_ROW, "a.py:2 hands on Row"),
        (CLASS, "import rows\nSCHEMAS = [rows.Row]\n", OF_ROW, "a.py:2 hands on Row"),
        (METHOD, "from rows import Row\nclass Line(Row): pass\n", "Row.show(), line 4", "a.py:2 hands on Row"),
        (FUNCTION, "import rows\npath('', rows.show)\n", "show(), line 3", "a.py:2 hands on show"),
        (
            CLASS,
            "import typing\ndef f(row): typing.get_type_hints(type(row))\n",
            OF_ROW,
            "a.py:2 calls get_type_hints()",
        ),
        (
            CLASS,
            "from inspect import get_annotations as a\nget_annotations(x)\n",
            OF_ROW,
            "a.py:2 calls get_annotations()",
        ),
    ],
)
def test_an_annotation_that_another_file_may_evaluate(
    tmp_path: Path, rows: str, text: str, what: str, doubt: str
) -> None:
    assert verdict(tmp_path, {"rows.py": rows, "a.py": text}) == DOUBT.format(what, doubt)


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (CLASS, "from rows import Row\nRow()\nisinstance(x, Row)\ndef f(row: Row): pass\n"),
        (CLASS, "from other import Row\nschema(Row)\n"),
        (CLASS, "import rows\nrows.Rows\n"),
        (CLASS, "from rows import Row\nschema(Row\n"),
        (CLASS, "import typing\nfrom inspect import get_annotations\n# get_type_hints\n"),
        (CLASS, "import typing\nget_type_hints(\n"),
        (FUNCTION, "import typing\ndef f(row): typing.get_type_hints(row)\n"),
        (FUNCTION, "from rows import show\nshow(3)\n"),
    ],
)
def test_an_annotation_that_nobody_evaluates(tmp_path: Path, rows: str, text: str) -> None:
    assert verdict(tmp_path, {"rows.py": rows, "a.py": text}) == MOVABLE


def test_an_annotation_of_a_variable(tmp_path: Path) -> None:
    text = "from __future__ import annotations\nimport stripe\ncharge: stripe.Charge = None\n"
    assert verdict(tmp_path, {"rows.py": text, "a.py": "import rows\nsend(rows)\n"}) == MOVABLE
