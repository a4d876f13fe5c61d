"""What tells whose doing a change is, where no tiny project gets it to."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from django_startup.probe import attributes, stored_names
from django_startup.probe.bodies import Bodies, Body
from django_startup.probe.changes import Changes
from django_startup.probe.shared_state import Place, SharedState

HARMLESS = "import json\nfrom os import path as where\nNAME = 1\ndef pay(): pass\n"


class FakeRecorder(SimpleNamespace):
    def __init__(self) -> None:
        super().__init__(records=[], calls=0, resident=None)

    def emit(self, record: Any) -> None:
        self.records.append(record)

    def begin(self, *arguments: Any) -> int:
        return 7

    def end(self, *arguments: Any) -> None: ...


@pytest.fixture
def module() -> Iterator[ModuleType]:
    module = ModuleType("registering")
    sys.modules["registering"] = module
    yield module
    del sys.modules["registering"]


OWN = SimpleNamespace(has=lambda file: False)


@pytest.fixture
def changes() -> Changes:
    return Changes(FakeRecorder(), OWN, SharedState(gc, attributes), SimpleNamespace(_ncallbacks=lambda: 0))


@pytest.fixture
def bodies(changes: Changes) -> Bodies:
    return Bodies(changes.recorder, OWN, changes, stored_names)


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


def test_odd_things_are_left_alone(changes: Changes, module: ModuleType) -> None:
    class Slotted:
        __slots__ = ()

    class Hostile(type):
        def __getattribute__(cls, name: str) -> Any:
            raise AssertionError(name)

    class Made(metaclass=Hostile):
        pass

    vars(module).update(slotted=Slotted(), made=Made, hostile=Hostile)
    vars(module)[3] = 4  # type: ignore[index]
    sys.modules["registering.odd"] = Slotted()  # type: ignore[assignment]
    try:
        changes.state.add_new_modules()
    finally:
        del sys.modules["registering.odd"]
    assert "registering" in changes.state.modules


def test_a_module_that_is_being_imported_is_left_for_later(changes: Changes, module: ModuleType) -> None:
    module.__spec__ = SimpleNamespace(_initializing=True)  # type: ignore[assignment]
    changes.state.add_new_modules()
    assert "registering" not in changes.state.modules


def test_a_failure_of_ours_is_said_and_breaks_nothing(bodies: Bodies) -> None:
    def watch() -> None:
        raise ValueError("odd")

    guarded = bodies.guarded(watch)
    guarded()
    guarded()
    assert bodies.recorder.records == [("X", "changes", "ValueError: odd")]


def test_names_that_come_by_themselves(changes: Changes, module: ModuleType) -> None:
    class Lazy:
        def __getattr__(self, name: str) -> Any: ...

    class Cached:
        first = property()

    def adds(path: tuple[str, ...], thing: Any, kind: Any, name: str) -> bool:
        return bool(changes.state.adds_by_itself(Place("registering", path, thing, True, kind), name))

    names = vars(module)
    sys.modules["registering.sub"] = module
    assert adds((), names, None, "sub")
    del sys.modules["registering.sub"]
    assert not adds((), names, None, "sub")
    assert not adds(("Class",), names, None, "sub")
    assert adds(("lazy",), {}, Lazy, "x")
    assert adds(("cached",), {}, Cached, "first")
    assert not adds(("cached",), {}, Cached, "second")
    names["__getattr__"] = print
    assert adds((), names, None, "x")


def test_a_body_that_is_on_no_frame(bodies: Bodies) -> None:
    body = Body(1, "shop", True, 0)
    body.code = compile(HARMLESS, "", "exec")
    assert not bodies.has_done_nothing(body)

    def deeper(depth: int) -> bool:
        return deeper(depth - 1) if depth else bodies.has_done_nothing(body)

    assert not deeper(30)


def test_a_change_is_noted_once_and_for_what_could_move(changes: Changes) -> None:
    watched, other = Body(1, "shop", True, 0), Body(2, "", False, 0)
    place = Place("registering", ("kinds",), {"a": print}, False)
    changes.compare(other_with(other, place))
    changes.compare(other_with(watched, place))
    for body in (watched, watched, other):
        changes.emit(body, "json", "json.dumps")
    assert changes.recorder.records == [("H", "shop", "json", "json.dumps")]


def test_private_parts_that_packages_change_are_caches(changes: Changes) -> None:
    changes.note(Body(1, "shop", True, 0), Place("registering", ("_kinds",), {}, False), ("_kinds",))
    assert changes.recorder.records == []


def other_with(body: Body, place: Place) -> Body:
    body.mappings = [(place, (0,))]
    return body
