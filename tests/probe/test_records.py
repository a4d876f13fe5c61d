"""The records of a child: each that is written somewhere is declared, and each that is declared has a reader."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from django_startup.measure.recording_file import READERS
from django_startup.probe import records
from django_startup.probe.records import COMMON, FIELDS, HEADS, WIDTHS, fits

PROBE = Path(records.__file__).parent


def is_tag(node: ast.AST) -> bool:
    value = node.value if isinstance(node, ast.Constant) else None
    return isinstance(value, str) and len(value) <= 2 and value.isalpha() and value.isupper()


def written() -> set[str]:
    """The tags that stand first in a list or tuple somewhere in the probe, or are handed to edges.note()."""
    found = set()
    for path in PROBE.glob("*.py"):
        if path.name == "records.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, (ast.List, ast.Tuple)) and len(node.elts) > 1 and is_tag(node.elts[0]):
                found.add(ast.literal_eval(node.elts[0]))
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "note":
                found |= {ast.literal_eval(tag) for part in node.args for tag in ast.walk(part) if is_tag(tag)}
    return found


def heads() -> set[str]:
    """The names of tables that are written."""
    found = set()
    for path in PROBE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            first = node.keys[0] if isinstance(node, ast.Dict) and node.keys else None
            if isinstance(node, ast.Dict) and isinstance(first, ast.Constant) and first.value == "record":
                found.add(ast.literal_eval(node.values[0]))
    return found


def test_every_tag_that_is_written_has_a_reader() -> None:
    assert written() == set(READERS) == set(FIELDS)
    assert heads() == set(HEADS)


def test_readers_take_the_fields() -> None:
    for tag, read in READERS.items():
        names = read.__code__.co_varnames[1 : read.__code__.co_argcount]
        assert len(names) in (0, len(FIELDS[tag])), tag


def test_the_recorders_records_begin_alike() -> None:
    assert WIDTHS["C"] == COMMON
    assert [name for name, _ in FIELDS["B"][: COMMON - 1]] == [name for name, _ in FIELDS["E"][: COMMON - 1]]


@pytest.mark.parametrize(
    ("record", "is_right"),
    [
        (["R", 7, 4096], True),
        (["R", 7], False),
        (["R", 7, 4096, 1], False),
        (["R", 7, "4096"], False),
        (["Z", 7], False),
        ([7, 7], False),
        ([[], 7], False),
        ([], False),
        ("R", False),
        (None, False),
    ],
)
def test_what_fits(record: Any, is_right: bool) -> None:
    assert fits(record) is is_right
