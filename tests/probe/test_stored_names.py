"""What code stores, by its bytecode."""

from __future__ import annotations

from typing import Any

import pytest

from django_startup.probe import stored_names
from tests.support.changes import HARMLESS, stores


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("json.x = 1", {"x"}),
        ("del json.x", {"x"}),
        ("setattr(json, 'x.y', 1)", {"x", "y"}),
        ("def pay(order): order.x = 1", {"x"}),
        ("class A:\n    def pay(self): self.x = 1", set()),
        ("json.__x__ = 1", set()),
        ("\n".join(f"a{number} = 1" for number in range(300)) + "\njson.x = 1", {"x"}),
    ],
)
def test_attributes_that_code_stores(text: str, names: set[str]) -> None:
    assert stored_names.stored_names(compile(text, "", "exec"), True) == names


def test_functions_are_left_out_of_the_parts_of_a_package() -> None:
    code = compile("json.x = 1\ndef pay(order): order.y = 1", "", "exec")
    assert stored_names.stored_names(code, False) == {"x"}


@pytest.mark.parametrize(
    ("text", "stores"),
    [("a[b] = 1", True), ("a.update(b)", True), ("a: int = 1", False), ("a = 1", False)],
)
def test_whether_a_body_stores_under_keys(text: str, stores: bool) -> None:
    assert stored_names.stores_items(compile(text, "", "exec")) is stores


def test_what_changes_nothing() -> None:
    assert stored_names.is_harmless(compile(HARMLESS, "", "exec"), 0, None)
    assert not stored_names.is_harmless(compile(f"{HARMLESS}pay()", "", "exec"), 0, None)


def test_attributes_that_methods_store() -> None:
    code = stores.__code__
    found = [*stored_names.stored_by_method(code)]
    assert {name for name, is_of_itself in found if not is_of_itself} == {"four", "five"}
    assert {name for name, is_of_itself in found if is_of_itself} == {"one", "two", "three", "seven"}
    assert {*stored_names.stored_by_method(shop.__code__)} == {("level", False)}
    many = "\n".join(f" x.a{number} = 1" for number in range(300))
    (long,) = compile(f"def f(self):\n{many}\n self.b = 1", "", "exec").co_consts[:1]
    assert ("b", True) in stored_names.stored_by_method(long)


def shop(lib: Any) -> None:
    lib.level = 3


IMPORTS = """\
from . import models
import json.decoder as decoder
from json import dumps, loads
from .pay import charge
"""


def test_modules_that_code_imports() -> None:
    assert [*stored_names.imported(compile(IMPORTS, "", "exec"))] == [
        *(".", ".models"),
        *("json.decoder", "json.decoder.decoder"),
        *("json", "json.dumps", "json.loads"),
        *(".pay", ".charge"),
    ]
    many = "\n".join(f"a{number} = 1" for number in range(300))
    assert [*stored_names.imported(compile(f"{many}\nimport json", "", "exec"))] == ["json"]


DEFINES = """\
from shop.patches import apply
@hook
def pay(): json.x = 1
class Order(Base):
    def charge(self): pass
    total = compute(lambda: other())
apply(json, [pick(each) for each in ()])
"""


def test_code_that_runs_while_a_file_is_imported() -> None:
    parts = [*stored_names.run_at_import(compile(DEFINES, "", "exec"))]
    assert {"<module>", "Order", "<lambda>"} <= {part.co_name for part in parts}
    assert not {"pay", "charge"} & {part.co_name for part in parts}
    loaded = set().union(*(stored_names.loaded(part) for part in parts))
    assert loaded >= {"hook", "Base", "compute", "other", "apply", "json", "pick"}
    assert not loaded & {"pay", "charge", "total", "Order"}


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        ("site.x = 1", True),
        ("if site: return None\n site.x = 1", True),
        ("if site: return site\n site.x = 1", False),
        ("return 'x'", False),
        ("return site", False),
        ("yield", True),
    ],
)
def test_functions_that_return_nothing(text: str, nothing: bool) -> None:
    assert stored_names.returns_nothing(stored_names.code_of_function(text)) is nothing
