"""The attributes of things that would run code of their own if they were asked."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from django_startup.probe.attributes import attributes, find


def never(*arguments: object) -> Any:
    raise AssertionError("code of the project was run")


class Proxy(ModuleType):
    """As apipkg's: its __dict__ imports all that it stands for."""

    __dict__ = property(never)


class Hostile:
    __getattribute__ = never

    def __init__(self) -> None:
        object.__setattr__(self, "rate", 7)


class Hidden:
    __dict__ = property(never)


class Slotted:
    __slots__ = ("rate",)


class Names(dict[str, Any]):
    get = items = __iter__ = keys = __getitem__ = never


class Metaclass(type):
    __getattribute__ = never


class Made(metaclass=Metaclass):
    rate = 7


class Named:
    def __init__(self) -> None:
        self.__dict__ = Names(rate=7)


@pytest.mark.parametrize(
    ("make", "names"),
    [(Hostile, {"rate": 7}), (Slotted, {}), (Hidden, {}), (Named, {"rate": 7}), (int, {}), (lambda: int, {})],
)
def test_attributes_of(make: Callable[[], object], names: dict[str, int]) -> None:
    found = attributes(make())
    assert type(found) is dict
    assert {**found} == names


def test_attributes_of_modules() -> None:
    proxy = Proxy("proxy")
    assert attributes(proxy)["__name__"] == "proxy"
    assert attributes(sys) is vars(sys)


def test_what_a_class_has() -> None:
    assert find(Made, "rate") == 7
    assert find(Made, "price") is None
