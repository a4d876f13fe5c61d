"""Imports of the standard library's own files are moved: the rest of each file stays as it is."""

from __future__ import annotations

import ast
import os
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from django_startup.imports.deferral import judge
from django_startup.lab.move import move_imports
from django_startup.lab.source_text import SourceText, Uneditable
from tests.support.documents import EXAMPLES

LIBRARY = Path(os.__file__).parent
# By hand: FUZZ=2500 is all of them.
STEP = max(1, 2500 // EXAMPLES)
MOST_BYTES = 40_000 if STEP > 1 else 10_000_000  # a long file takes as long as a hundred others
REFUSED = re.compile(r"not used in this file|no room for an import|which calls|another name inside a class|global ")


def files() -> list[Path]:
    found = sorted(path for path in LIBRARY.rglob("*.py") if "site-packages" not in path.parts and path.is_file())
    return [path for path in found[::STEP] if path.stat().st_size < MOST_BYTES]


def movable(file: Path, data: bytes) -> Iterator[int]:
    """The lines of a file's imports that can move, as far as its text says and as they can be written."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the file's own text
        statements = ast.parse(data).body
    for node in statements:
        if isinstance(node, (ast.Import, ast.ImportFrom)) and judge(file, node.lineno).deferrable:
            try:
                move_imports(file, data, [node.lineno])
            except Uneditable as error:
                assert REFUSED.search(str(error)), (file, node.lineno, error)
            else:
                yield node.lineno


@pytest.mark.parametrize("file", files(), ids=lambda file: file.relative_to(LIBRARY).as_posix())
def test_a_file_of_the_standard_library(file: Path) -> None:
    """move_imports() compares the trees itself, so what is left is its lines: those that stay, in their order."""
    data = file.read_bytes()
    try:
        lines = list(movable(file, data))
    except (SyntaxError, ValueError):
        pytest.skip("no Python")
    if not lines:
        return
    after = move_imports(file, data, lines, noqa="PLC0415")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(after, file, "exec")
    source = SourceText(data)
    gone = {
        number
        for node in ast.walk(source.tree)
        if isinstance(node, (ast.Import, ast.ImportFrom)) and node.lineno in lines
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    kept = [line for number, line in enumerate(source.lines, 1) if number not in gone and not is_changed(line)]
    waiting = iter(SourceText(after).lines)
    missing = [line for line in kept if line not in waiting]
    assert missing == []


def is_changed(line: str) -> bool:
    """Whether a line may change or go though it is no import: a comment, a blank line, and a function on one line."""
    return not line.strip() or line.lstrip().startswith(("#", "def ", "async def "))
