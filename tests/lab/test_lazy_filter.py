"""The source text that makes imports of some modules lazy, by what its filter answers."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from inline_snapshot import snapshot

from django_startup.lab.lazy_filter import shortened, source_of

NAMES = ("boto3.*", "shop.late")


def test_the_text() -> None:
    assert source_of(NAMES) == snapshot("""\
import sys

LAZY = frozenset([
    "boto3",
    "shop.late",
])
INSIDE = (
    "boto3.",
)


def is_lazy(importer, name, names=()):
    targets = [name, *(f"{name}.{inner}" for inner in names or ())]
    return any(target in LAZY or target.startswith(INSIDE) for target in targets)


if hasattr(sys, "set_lazy_imports_filter"):
    sys.set_lazy_imports_filter(is_lazy)
    sys.set_lazy_imports("all")
""")


@pytest.mark.parametrize(
    ("name", "names", "answer"),
    [
        ("boto3", None, True),
        ("boto3.session", None, True),
        ("shop.late", ("on_save",), True),
        ("shop", ("late", "urls"), True),
        ("shop", ("urls",), False),
        ("boto", None, False),
        ("shop.later", None, False),
    ],
)
def test_what_its_filter_answers(
    monkeypatch: pytest.MonkeyPatch, name: str, names: tuple[str, ...] | None, answer: bool
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(sys, "set_lazy_imports_filter", told.append, raising=False)
    monkeypatch.setattr(sys, "set_lazy_imports", told.append, raising=False)
    exec(source_of(NAMES), {})
    is_lazy, mode = told
    assert mode == "all"
    assert is_lazy("shop.urls", name, names) is answer


def test_a_package_of_which_all_is_lazy_is_one_name() -> None:
    known = {"boto3", "boto3.session", "boto3.s3", "boto3.s3.inject", "shop", "shop.late", "shop.urls", "os"}
    lazy = known - {"shop", "shop.urls", "os"}
    assert list(shortened(lazy, known)) == ["boto3.*", "shop.late"]
    assert list(shortened({"boto3.s3", "boto3.s3.inject"}, known)) == ["boto3.s3.*"]
    assert list(shortened({"os"}, known)) == ["os"]
