"""What a module may get at through the names that its code has from others."""

from __future__ import annotations

import contextvars
import json
import sys
import threading
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from django_startup.probe import stored_names
from django_startup.probe.changes import Changes
from django_startup.probe.methods import Methods
from django_startup.probe.places import Place
from django_startup.probe.reach import Reach
from django_startup.probe.reachable import MOST_THINGS, Reachable
from tests.support.changes import make_reachable


@pytest.fixture
def reachable(changes: Changes) -> Reachable:
    own = SimpleNamespace(has=lambda file: True)
    return make_reachable(changes.state, Reach(stored_names, own, Methods(stored_names)))


def add(reachable: Reachable, module: str, text: str) -> Any:
    code = compile(text, f"/{module}.py", "exec")
    reachable.add(module, code)
    reachable.reach.add(module, code)
    return code


def test_what_code_of_the_project_s_changes_of_others(reachable: Reachable) -> None:
    add(reachable, "shop.helpers", "from site import site\ndef customize(): site.header = 3\ndef other(): site.x = 3")
    text = "from lib import hub\nown.x = 3\nhub.level = 3\ncustomize()\ndef here(): hub.y = 3\nhere()"
    assert {*reachable.of(add(reachable, "shop.admin", text))} == {
        ("shop.admin", "lib", "hub", ("level",), "level"),
        ("shop.admin", "lib", "hub", ("y",), "y"),
        ("shop.helpers", "site", "site", ("header",), "header"),
    }
    add(reachable, "many", "def customize(): pass\n" * 10)
    assert not any(own == "shop.helpers" for own, *_ in reachable.of(add(reachable, "shop.admin", text)))


@pytest.mark.parametrize(
    ("name", "attribute", "found"),
    [
        ("json", "", ("json", (), json)),
        ("json.decoder", "", ("json", (), json)),
        ("json", "decoder", ("json", ("decoder",), json.decoder)),
        ("json.decoder", "decoder", ("json.decoder", (), json.decoder)),
        ("json", "missing", None),
        ("odd", "hub", ("registering.odd", ("hub",), 3)),
        ("", "odd", "registering.odd"),
        ("missing", "hub", None),
    ],
)
def test_what_an_import_binds(
    reachable: Reachable, monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, attribute: str, found: Any
) -> None:
    odd = ModuleType("registering.odd")
    vars(odd)["hub"] = 3
    monkeypatch.setitem(sys.modules, "registering.odd", odd)
    if found == "registering.odd":
        found = "registering.odd", (), odd
    assert reachable.resolve("registering.odd", name, attribute) == found


class Options:
    def get_field(self) -> None: ...


class Model:
    meta = Options()


def function() -> None: ...


def test_what_names_lead_to(reachable: Reachable) -> None:
    here = sys.modules[__name__]

    def lead(*names: str) -> Any:
        found = reachable.follow("shop", (), here, names)
        return found and (*found[:2], type(found[2]))

    assert lead("Model", "meta", "get_field") == (__name__, ("Model", "meta"), Options)
    assert lead("Model", "missing") is None
    assert lead("json", "decoder") is None
    assert lead("missing") is None
    assert lead("function", "label") == (__name__, ("function",), type(function))
    assert reachable.follow("shop", ("state",), SimpleNamespace(conf=[1]), ("conf", "append")) == (
        *("shop", ("state", "conf")),
        [1],
    )


class Slotted:
    __slots__ = ("filled", "missing")
    filled: dict[str, int]


class Hub:
    def __init__(self) -> None:
        self.kinds = {"text": [Hub]}
        self._engines = {"django": SimpleNamespace(builtins=[], engine=self), 3: {}}
        self.known_cache: list[int] = []
        self.pair = ([1], 2)
        self.large = [0] * 301
        self.local = threading.local()
        self.local.name = [1]
        self.variable = contextvars.ContextVar[dict[str, int]]("variable")
        self.variable.set({"a": 1})
        self.slotted = Slotted()
        self.slotted.filled = {"b": 2}
        self.module, self.lock = json, threading.Lock()


def test_what_is_behind_a_thing(changes: Changes, reachable: Reachable) -> None:
    hub = Hub()
    places = [*reachable.behind("lib", ("hub",), hub)]
    assert {(place.path, place.name, place.is_namespace) for place in places} == {
        (("hub",), "hub", True),
        (("hub",), "engines", False),
        (("hub",), "", False),
        (("hub", "django"), "django", True),
        (("hub", "django", "builtins"), "builtins", False),
        (("hub", "kinds"), "kinds", False),
        (("hub", "kinds", "text"), "text", False),
        (("hub", "pair"), "", False),
        (("hub", "local"), "local", True),
        (("hub", "local", "name"), "name", False),
        (("hub", "variable"), "", False),
        (("hub", "slotted"), "", False),
    }
    assert all(place.is_deep for place in places)
    assert [*reachable.behind("shop", ("mine",), hub)] == []
    (kinds,) = (place for place in places if place.thing is hub.kinds)
    assert (kinds.module, kinds.path) == ("shop", ("mine", "kinds"))
    assert changes.state.by_name["builtins"]


def test_a_name_behind_which_there_is_too_much(reachable: Reachable) -> None:
    everything = [[[number] for number in range(100)] for _ in range(10)]
    assert len([*reachable.behind("lib", ("everything",), everything)]) <= MOST_THINGS


def test_what_is_watched(changes: Changes, reachable: Reachable, module: Any) -> None:
    module.hub, module.pay = Hub(), function
    assert reachable.watch("shop", "missing", "hub", ()) is None
    assert reachable.watch("shop", "registering", "", ("missing",)) == []
    assert reachable.watch("shop", "registering", "pay", ("label",))
    assert reachable.watch("shop", "registering", "hub", ("kinds", "append"))


def test_what_settings_have_is_watched_where_code_of_the_project_s_changes_it(changes: Changes, module: Any) -> None:
    module.INSTALLED_APPS, module.SHOP = [], {"a": 1}
    changes.state.add_new_modules()
    place = Place("registering", ("SHOP",), module.SHOP, False)
    assert not changes.state.add(place)
    assert changes.state.add_deep(place)
