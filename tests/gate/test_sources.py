from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from django_startup.gate.sources import changed_modules, first_change, hash_of, read_tree, source_hashes
from django_startup.measure.observations import LoadedModule
from django_startup.measure.target import Entry, How
from django_startup.profile.owners import Owners
from tests.support.budgets import make_recording

CODE = '''\
import math


class Price:
    """What something costs."""


def total(prices, tax=0.2):
    return math.fsum(prices) * (1 + tax)
'''
SAME = {
    "comments": CODE.replace("import math\n", "# What computes.\nimport math  # fsum\n"),
    "docstrings": CODE.replace("What something costs.", "The price.").replace(
        "    return", '    """Net and tax."""\n    return'
    ),
    "formatting": CODE.replace("(prices, tax=0.2)", "(\n    prices,\n    tax=0.2,\n)").replace("\n\n", "\n\n\n"),
    "pass for a docstring": CODE.replace('"""What something costs."""', "pass"),
    "line ends": CODE.replace("\n", "\r\n"),
}
OTHER = {
    "a constant": CODE.replace("0.2", "0.21"),
    "a statement": CODE + "total([1])\n",
    "a string that is used": CODE + "NAME = 'x'\n",
}


def write(tmp_path: Path, text: str | bytes, name: str = "prices.py") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def hashed(path: Path) -> str:
    tree = read_tree(path)
    assert tree is not None
    return hash_of(tree)


@pytest.mark.parametrize("text", SAME.values(), ids=SAME.keys())
def test_what_is_only_there_to_be_read_makes_no_difference(tmp_path: Path, text: str) -> None:
    assert text != CODE
    assert hashed(write(tmp_path, text)) == hashed(write(tmp_path, CODE, "before.py"))


@pytest.mark.parametrize("text", OTHER.values(), ids=OTHER.keys())
def test_what_does_something_else(tmp_path: Path, text: str) -> None:
    assert hashed(write(tmp_path, text)) != hashed(write(tmp_path, CODE, "before.py"))


def test_what_cannot_be_parsed(tmp_path: Path) -> None:
    assert read_tree(tmp_path / "missing.py") is None
    assert read_tree(write(tmp_path, b"\x7fELF\0", "prices.so")) is None
    assert read_tree(write(tmp_path, "def")) is None


def test_an_integer_that_python_does_not_write_in_decimal(tmp_path: Path) -> None:
    assert hashed(write(tmp_path, f"LARGE = 0x{'f' * 5000}\n")) == ""


def test_no_warning_of_what_is_parsed(tmp_path: Path) -> None:
    assert hashed(write(tmp_path, "PATTERN = '\\d'\n"))


def test_the_project_s_own_modules_and_the_entry_script(tmp_path: Path) -> None:
    write(tmp_path, CODE)
    write(tmp_path, "import os\n", "manage.py")
    modules = (
        LoadedModule("prices", "", str(tmp_path / "prices.py")),
        LoadedModule("prices_too", "", str(tmp_path / "prices.py")),
        LoadedModule("compiled", "", str(tmp_path / "compiled.so")),
        LoadedModule("names", "", ""),
        LoadedModule("json", "", str(json.__file__)),
        LoadedModule("__main__", "", str(tmp_path / "other.py")),
    )
    recording = replace(make_recording(), modules=modules)
    entry = Entry(How.SCRIPT, "manage.py", str(tmp_path / "manage.py"))
    lines = list(source_hashes(recording, Owners(modules), entry))
    assert [line.partition(" ")[0] for line in lines] == ["__main__", "prices", "prices_too"]
    assert lines[1].partition(" ")[2] == lines[2].partition(" ")[2] == hashed(tmp_path / "prices.py")
    without = source_hashes(recording, Owners(modules), Entry(How.MODULE, "-m shop", "shop"))
    assert list(without) == lines[1:]


def test_only_what_both_have_can_have_changed() -> None:
    assert changed_modules(["a 1", "b 1", "gone 1", "damaged"], ["a 1", "b 2", "new 1"]) == ("b",)
    assert changed_modules([], ["a 1"]) == ()


def test_the_first_statement_that_is_new(tmp_path: Path) -> None:
    before = write(tmp_path, CODE, "before.py")
    assert first_change(before, write(tmp_path, "import time\n" + CODE + "time.sleep(1)\n")) == 11
    assert first_change(before, write(tmp_path, "# Prices\nimport time\n" + CODE)) == 2
    assert first_change(before, write(tmp_path, CODE)) == 1
    assert first_change(before, tmp_path / "missing.py") == first_change(tmp_path / "missing.py", before) == 1
