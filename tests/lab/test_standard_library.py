"""
Imports of the standard library's own files that are moved, or made lazy: thousands of files by many hands, with tabs,
odd encodings, every form of import, and syntax that nobody thinks of.
"""

from __future__ import annotations

import ast
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, partial
from pathlib import Path

import pytest

from django_startup.imports.deferral import WrittenImport, judge_import
from django_startup.imports.source import SyntaxIndex, find_imports
from django_startup.lab.lazy_imports import make_lazy, name_lazy_modules
from django_startup.lab.move import move_imports
from django_startup.lab.source_text import SourceText, Uneditable

LIBRARY = Path(os.__file__).parent
ALL = os.environ.get("STANDARD_LIBRARY") == "all"
MOST_BYTES = 40_000  # a long file takes as long as a hundred others
SAMPLE = 45  # files
# Why an import that can move by what its file says is left where it is.
REFUSED = re.compile(
    r"not used in this file$|no room for an import$|which calls (locals|vars|dir|eval|exec)\(\)|^global |"
    r"another name inside a class$"
)
# What may stand in a changed file that was not there.
ADDED = re.compile(rb"(import|from) |if (typing\.)?TYPE_CHECKING:$|pass$|#|$")

LIST = re.compile(rb"^__lazy_modules__ = \[[^]]*\]\r?\n", re.MULTILINE)
LAZY = re.compile(rb"\blazy (?=import |from )")


@cache
def library() -> list[Path]:
    return sorted(
        path
        for path in LIBRARY.rglob("*.py")
        if "site-packages" not in path.parts and path.is_file() and (ALL or path.stat().st_size < MOST_BYTES)
    )


def sample() -> list[Path]:
    return library()[:: len(library()) // SAMPLE]


def movable(data: bytes) -> tuple[SyntaxIndex, set[int]]:
    """The lines of the imports that can move, by what a file says. Raises Uneditable."""
    index = SyntaxIndex(SourceText(data).tree)
    found = (WrittenImport(Path("x.py"), index, find_imports(index, node.lineno)) for node in index.imports)
    return index, {import_.line for import_ in found if judge_import(import_).deferrable}


def usable(files: list[Path]) -> Iterator[tuple[Path, bytes]]:
    """Those of some files that can be compiled, as not all of the parser's own tests can, and what they hold."""
    for file in files:
        data = file.read_bytes()
        with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            compile_quietly(data, file)
            yield file, data


def edited(edit: Callable[[set[int]], bytes], lines: set[int]) -> Iterator[tuple[set[int], bytes]]:
    """Those of some lines that an edit takes together, and the changed file; what it refuses is searched in halves."""
    if not lines:
        return
    try:
        after = edit(lines)
    except Uneditable as error:
        if len(lines) == 1:
            assert REFUSED.search(str(error)), error
            return
    else:
        yield lines, after
        return
    order = sorted(lines)
    for half in (order[: len(order) // 2], order[len(order) // 2 :]):
        yield from edited(edit, set(half))


def check_rest(before: bytes, after: bytes, index: SyntaxIndex, lines: set[int]) -> None:
    """Outside of the imports on some lines every byte is what it was."""
    gone = {
        number
        for node in index.imports
        if lines.intersection(range(node.lineno, (node.end_lineno or 0) + 1))
        for number in range(node.lineno, (node.end_lineno or 0) + 1)
    }
    old = before.splitlines(keepends=True)
    kept = [line for number, line in enumerate(old, 1) if number not in gone and not is_comment(line)]
    shared = b"".join(old[number - 1] for number in gone)
    waiting = iter(kept)
    awaited = next(waiting, None)
    for line in after.splitlines(keepends=True):
        part = line.strip()
        if line == awaited or (awaited is not None and awaited.strip() == part != b""):
            awaited = next(waiting, None)
        elif awaited is not None and part.endswith(b":") and awaited.strip().startswith(part):
            awaited = awaited.strip().removeprefix(part)  # a function on one line
        else:
            assert ADDED.match(part) or part in shared, line
    assert awaited is None, awaited


def is_comment(line: bytes) -> bool:
    """Whether a line is one that may go with an import."""
    return not line.strip() or line.strip().startswith(b"#")


def move_all(files: list[Path]) -> int:
    """Move what can move in files, and count it. move_imports() compares the trees itself."""
    count = 0
    for file, data in usable(files):
        index, lines = movable(data)
        for taken, after in edited(partial(move_imports, file, data, noqa="PLC0415"), lines):
            compile_quietly(after, file)
            check_rest(data, after, index, taken)
            count += len(taken)
    return count


def compile_quietly(data: bytes, file: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(data, file, "exec", dont_inherit=True)


def test_a_sample_is_moved() -> None:
    assert move_all(sample()) > 20


@pytest.mark.slow
def test_more_are_moved() -> None:
    """A larger sample; all of them, thousands, with STANDARD_LIBRARY=all in some minutes."""
    assert move_all(library()[1 :: 1 if ALL else len(library()) // (4 * SAMPLE)]) > 80


def top_imports(data: bytes) -> set[int]:
    """The lines of the imports of a file that stand in no block, but for those that cannot be lazy, or are."""
    return {
        node.lineno
        for node in SourceText(data).tree.body
        if (isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and node.names[0].name != "*"))
        and getattr(node, "module", "") != "__future__"
        and not getattr(node, "is_lazy", False)
    }


def test_a_sample_is_listed_as_lazy() -> None:
    count = 0
    for file, data in usable(sample()):
        lines = top_imports(data)
        if not lines:
            continue
        try:
            after = name_lazy_modules(data, lines, "a.b.c", is_package=False)
        except Uneditable as error:
            assert str(error).startswith(("another statement stands", "a relative import")), error
            continue
        compile_quietly(after, file)
        check_rest(data, LIST.sub(b"", after, count=1), SyntaxIndex(ast.parse(data)), set())
        count += 1
    assert count > 15


@pytest.mark.skipif(sys.version_info < (3, 15), reason="the keyword is new in Python 3.15")
def test_a_sample_gets_the_keyword() -> None:
    count = 0
    for file, data in usable(sample()):
        lines = top_imports(data)
        if lines:
            after = make_lazy(data, lines)
            compile_quietly(after, file)
            assert LAZY.sub(b"", after) == LAZY.sub(b"", data)
            count += len(lines)
    assert count > 60
