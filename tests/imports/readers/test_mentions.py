"""What is found without parsing: never less than what the code has."""

from __future__ import annotations

import ast
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import django_startup
from django_startup.imports.readers.meanings import dotted_names, import_targets
from django_startup.imports.readers.mentions import STAR, bindings_of, find_mentions
from django_startup.imports.source import Import


def bindings(text: str) -> set[str]:
    return {f"{name}={target}" for name, target in find_mentions(text).bindings}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import a", {"a=a"}),
        ("import a.b.c", {"a=a", "=a.b.c"}),
        ("import a.b as c, d", {"c=a.b", "d=d"}),
        ("import a; import b", {"a=a", "b=b"}),
        ("import a # import b", {"a=a", "b=b"}),
        ("import a, \\\n  b", {"a=a", "b=b"}),
        ("from a import b", {"b=a.b"}),
        ("from a import b as c, d", {"c=a.b", "d=a.d"}),
        ("from a import (b, c as d)", {"b=a.b", "d=a.c"}),
        ("from a import (\n  b, # one (1)\n  c,\n)\nimport d", {"b=a.b", "c=a.c", "d=d"}),
        ("from a import(b)", {"b=a.b"}),
        ("from a \\\n import \\\n b", {"b=a.b"}),
        ("from . import b", {"b=.b"}),
        ("from .import b", {"b=.b"}),
        ("from ..a.b import c", {"c=..a.b.c"}),
        ("from . a import c", {"c=.a.c"}),
        ("from a import *", {"*=a"}),
        ("from .. import *", {"*=.."}),
        ("if x: from a import b", {"b=a.b"}),
        ("lazy from a import b\nlazy import c", {"b=a.b", "c=c"}),
        ("from a import b\r\nfrom c import d\rimport e", {"b=a.b", "d=c.d", "e=e"}),
        ('"""we import (lazily\n"""\nimport a\nf()\n', {"a=a"}),
        ("reimport a\nimport_ a\nimportant = 1", set()),
        ("import", set()),
        ("import *", set()),
    ],
)
def test_imports(text: str, expected: set[str]) -> None:
    assert expected <= bindings(text)
    if '"""' not in text and "#" not in text:
        assert bindings(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'a.b'", {"a.b"}),
        ("{'x':'a.b', 'c.d': \"e.f\"}", {"a.b", "c.d", "e.f"}),
        ("'a.b:c'", {"a.b.c"}),
        ("'.a'", {".a"}),
        ("'a' '.b'", {"a.b"}),
        ("'a.'\n  'b.c'", {"a.b.c"}),
        ("'a.b'\n'c'", {"a.b", "a.bc"}),
        ("X = 'a.b'\n'''text'''", {"a.b"}),
        ("f'a.b'", {"a.b"}),
        ("'a b.c'\n'1.5'\n'...'\n'a.b/c'\n'name'", set()),
        ("import_module('name')", {"name"}),
    ],
)
def test_strings(text: str, expected: set[str]) -> None:
    found = set(find_mentions(text).strings)
    assert expected <= found
    assert expected or not found


def test_files_that_are_run() -> None:
    assert find_mentions("include('a/*.py', optional('b.py'))\nexec(f'{x}/c.py')").ran == ("/c.py", "a/*.py", "b.py")
    assert find_mentions("open('a.py')\npath('a.urls')").ran == ()


def real_files() -> list[Path]:
    ours = Path(django_startup.__file__).parent.rglob("*.py")
    return [*ours, *sorted(Path(sysconfig.get_path("stdlib")).glob("[a-m]*/*.py"))[:400]]


def test_real_files_mention_all_that_they_have() -> None:
    for path in real_files():
        source = path.read_bytes()
        nodes = list(ast.walk(ast.parse(source)))
        found = find_mentions(source.decode("utf-8", "replace"))
        imports = {binding for node in nodes if isinstance(node, Import) for binding in import_targets(node)}
        assert {name for name, _ in imports} - {name for name, _ in found.bindings} == set(), path
        assert {binding for binding in imports if binding[0] != STAR} <= set(found.bindings), path
        parts = {part for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
        constants = [node.value for node in nodes if isinstance(node, ast.Constant) and node not in parts]
        strings = [value for value in constants if isinstance(value, str)]
        assert {name for string in strings for name in dotted_names(string)} <= set(found.strings), path


WORDS = (
    "import",
    "from",
    "a",
    "b.c",
    ".",
    "..",
    "*",
    " ",
    "\n",
    "\\\n",
    "(",
    ")",
    ",",
    "#",
    ";",
    "'",
    '"',
    "as",
    ":",
    "0",
)


@given(words=st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=12))
def test_whatever_the_text_is_there_are_only_names(words: list[str]) -> None:
    found = find_mentions("".join(words))
    names = [target for _, target in found.bindings] + list(found.strings)
    assert all(name.replace(".", "_").isidentifier() for name in names)


@given(words=st.lists(st.sampled_from(WORDS), max_size=10))
def test_whatever_parses_is_mentioned(words: list[str]) -> None:
    text = "".join(words)
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError):
        return
    imports = {binding for node in nodes if isinstance(node, Import) for binding in import_targets(node)}
    assert {binding for binding in imports if binding[0] != STAR} <= set(find_mentions(text).bindings)


def test_a_module_that_cannot_be_one() -> None:
    assert list(bindings_of("1", "a")) == []


def test_letters_of_regular_expressions_that_are_none_of_names() -> None:
    assert find_mentions("'b.c¼'").strings == ()
    assert find_mentions("import_module('é.a'); 'a¼'").strings == ("é.a",)
