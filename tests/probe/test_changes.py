"""What tells whose doing a change is, where no tiny project gets it to."""

from __future__ import annotations

import copyreg
import enum
import functools
import json
import sys
from collections import deque
from collections.abc import Callable
from datetime import date
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from django_startup.probe import origins, shared_state
from django_startup.probe.bodies import Body
from django_startup.probe.changes import Changes
from django_startup.probe.places import Place, base_of, inner_values
from tests.support.changes import PLACE


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


def test_names_that_come_by_themselves(changes: Changes, module: ModuleType) -> None:
    class Lazy:
        def __getattr__(self, name: str) -> Any: ...

    class Cached:
        first = property()
        level = "quiet"

        def pay(self) -> None: ...

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
    assert not adds(("cached",), {}, Cached, "level")
    assert not adds(("cached",), {}, Cached, "pay")
    names["__getattr__"] = print
    assert adds((), names, None, "x")


@pytest.mark.parametrize(
    ("owner", "names"),
    [("shop", []), ("pay", ["dispatch_table"])],
)
def test_what_is_registered_for_own_classes_is_nobody_else_s(
    changes: Changes, monkeypatch: pytest.MonkeyPatch, owner: str, names: list[str]
) -> None:
    monkeypatch.delitem(sys.modules, "multiprocessing.reduction", raising=False)  # which has it by a private name
    kind = type("Order", (), {"__module__": owner})
    changes.state.add_new_modules()
    changes.look(Body(1, "shop", True, 0, True), False)
    changes.recorder.records.clear()
    copyreg.dispatch_table[kind] = test_names_that_come_by_themselves  # type: ignore[assignment]
    try:
        changes.look(Body(1, "shop", True, 0, True), False)
    finally:
        del copyreg.dispatch_table[kind]
    assert [name.rpartition(".")[2] for *_, name in changes.recorder.records] == names  # of copyreg, or of pickle


def test_classes_of_c_code_have_modules_too() -> None:
    assert "__module__" not in vars(date)
    assert list(origins.origins([date, date.min, deque])) == ["datetime", "datetime", "collections"]


def test_what_several_modules_have_is_named_after_the_one_that_was_ready_first(
    changes: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub: dict[str, int] = {}
    for name in ("user", "maker"):
        module = ModuleType(name)
        vars(module)["hub"] = hub
        monkeypatch.setitem(sys.modules, name, module)
    changes.state.ended += ["missing", "maker", "user"]
    changes.state.add_new_modules()
    assert [place.module for place in changes.state.places if place.thing is hub] == ["maker"]
    assert changes.state.ended == []


def test_private_parts_that_packages_change_are_caches(changes: Changes) -> None:
    changes.note(Body(1, "shop", True, 0, True), Place("registering", ("_kinds",), {}, False), ("_kinds",))
    assert changes.recorder.records == []


def make_function() -> Callable[..., object]:
    inner: list[object] = []

    def helper() -> object:
        return inner

    def register(thing: object, known: dict[str, object] = {"a": 1}, *, every: set[object] = set()) -> object:  # noqa: B006
        return helper, thing, known, every, unbound

    register.kinds = []  # type: ignore[attr-defined]
    made = register
    if inner:
        unbound = 1
    return made


def test_what_a_function_keeps() -> None:
    found = [*inner_values(make_function(), 1)]
    assert [name for name, _ in found] == ["kinds", "every", "known", "inner", "helper"]


def test_the_kinds_of_containers() -> None:
    class Names(dict[str, int]): ...

    class Metaclass(type):
        def __eq__(cls, other: object) -> bool:
            raise AssertionError("code of the project was run")

        __hash__ = type.__hash__

    class Made(metaclass=Metaclass): ...

    kinds = {base_of(kind) for kind in (Names, list, deque, type(type.__dict__))}
    assert kinds == {dict, list, deque, type(type.__dict__)}
    assert base_of(Made) is None


def test_a_method_sets_what_its_object_has(changes: Changes, module: Any) -> None:
    """Of objects of classes of the same package, those too that come later."""

    class Late(Thing):
        level = 1

    module.first, module.second = Late(), Thing()
    module.first.level = "quiet"
    changes.state.add_new_modules()
    body = Body(1, "shop", True, 0, True)
    assert not body.stores(PLACE, "level")
    body.snapshot = changes.snapshot()
    body.snapshot.stored_first.add("level")
    body.snapshot.widen(set(), set())
    package = __name__.partition(".")[0]
    body.snapshot.widen_by_methods(set(), {(package, "level"), ("of.no.object", "level")})
    sys.modules["registering.late"] = late = ModuleType("registering.late")
    vars(late)["third"] = Late()
    vars(late)["third"].level = "quiet"
    vars(late)["fourth"] = Thing()
    try:
        changes.state.add_new_modules()
        body.snapshot.widen(set(), set())
        module.first.level = vars(late)["third"].level = "loud"
        changes.look(body, False)
        changes.compare(body)
    finally:
        del sys.modules["registering.late"]
    changed = {record[3] for record in changes.recorder.records if record[2].startswith("registering")}
    assert changed == {"registering.first.level", "registering.late.third.level"}


def test_a_class_has_a_container_of_its_module(changes: Changes, module: Any) -> None:
    """What names the class gets at it."""
    module.TABLE = {"a": 1}
    module.Named = type("Named", (), {"__module__": "registering", "TABLE_OF_CLASS": module.TABLE, "twice": Thing})
    changes.state.add_new_modules()
    snapshot = changes.snapshot()
    snapshot.widen({"Named"}, set(), True)
    module.TABLE["a"] = 2
    assert [difference.place.path for difference in snapshot.differences()] == [("TABLE",)]


def test_what_has_changed_in_what_a_body_may_get_at(watched: Any, module: Any) -> None:
    assert list(watched.differences()) == []
    module.kept, module.none, module.new = len, 7, 8
    del module.gone
    module.table["a"] = 3
    del module.table["b"]
    module.order.reverse()
    module.kinds.remove("a")
    module.kinds.add("c")
    module.large.reverse()
    module.big[0] = 1
    found = {(each.name, each.place.path): each for each in watched.differences()}
    assert {key: (each.values, each.was_none, each.is_less) for key, each in found.items()} == {
        ("kept", ()): ([len], False, False),
        ("none", ()): ([7], True, False),
        ("gone", ()): ([], False, True),
        (None, ("table",)): ([3], False, True),
        (None, ("order",)): ([3, 2, 1], False, False),
        (None, ("kinds",)): (["c"], False, False),
    }
    assert list(watched.differences()) == []
    module.order.append(4)
    assert [each.name for each in watched.differences()] == []  # what has grown is seen otherwise


def test_what_has_become_too_large_to_compare(changes: Changes, module: Any) -> None:
    module.table = {}
    changes.state.add_new_modules()
    snapshot = changes.snapshot()
    snapshot.widen({"table"}, {"table"}, False)
    snapshot.widen(set(), {"table"}, False)
    module.table.update(dict.fromkeys(range(300)))
    assert list(snapshot.differences()) == []


def test_a_place_of_the_module_itself_is_its_own(changes: Changes, module: Any) -> None:
    module.kept = print
    changes.state.add_new_modules()
    body = Body(1, "registering", True, len(changes.state.places), True)
    body.snapshot = changes.snapshot()
    body.snapshot.widen({"registering"}, set(), False)
    module.kept = Thing
    changes.compare(body)
    assert changes.recorder.records == []


def test_what_comes_into_a_module_while_its_own_package_is_imported_is_watched_like_the_rest(
    changes: Changes, module: Any
) -> None:
    """As Field.class_lookups: Django makes it and others add to it, whether or not Django was looked at."""
    changes.state.add_new_modules()
    package = Body(1, "registering.part", True, 0, True)
    changes.look(package, False)
    module.table = {}
    changes.look(package, False)
    module.table["a"] = Thing
    changes.look(Body(2, "shop.fields", True, len(changes.state.places), True), False)
    assert changes.recorder.records == [("H", "shop.fields", "registering", "registering.table")]


def test_a_key_in_sys_modules_that_is_no_name(changes: Changes) -> None:
    modules: Any = sys.modules
    modules[3] = changes
    try:
        changes.state.add_new_modules()
    finally:
        del modules[3]
    assert 3 in changes.state.modules


def test_names_that_are_stored_where_nothing_is_named(changes: Changes, module: Any) -> None:
    module.kept, module.gone = print, print
    changes.state.add_new_modules()
    snapshot = changes.snapshot()
    snapshot.widen(set(), {"kept", "gone"})
    module.kept = len
    del module.gone
    found = {each.name: (each.values, each.is_less) for each in snapshot.differences()}
    assert found == {"kept": ([len], False), "gone": ([], True)}
    module.kept = print
    snapshot.renew()
    snapshot.widen(set(), set())
    assert list(snapshot.differences()) == []


def test_what_is_too_large_to_compare(watched: Any, module: Any) -> None:
    del module.large[10:]
    assert list(watched.differences()) == []


def test_what_a_module_does_to_its_own(changes: Changes, module: Any) -> None:
    module.kept = print
    changes.state.add_new_modules()
    body = Body(1, "registering", True, len(changes.state.places), True)
    body.snapshot = changes.snapshot()
    body.snapshot.widen(set(), {"kept"})
    module.kept = len
    changes.compare(body)
    assert changes.recorder.records == []


def test_what_is_looked_at_as_a_whole(changes: Changes, module: Any) -> None:
    module.kept, module.table = print, {"a": 1}
    changes.state.add_new_modules()
    snapshot = changes.snapshot()
    found: list[list[tuple[str, ...]]] = []
    for stores in ({}, {"stores_items": True}, {"stores_names": True}):
        snapshot.widen({"registering", "table"}, set(), **stores)
        found.append([place.path for place, _ in snapshot.wholes.values()])
    assert found == [[], [("table",)], [("table",), ()]]


class Thing:
    """Of another module than the one that it is put into."""


COMPARED: dict[str, tuple[Callable[[Any], object], list[str]]] = {
    "replaced by another's": (lambda module: setattr(module, "kept", Thing), ["registering.kept"]),
    "taken away": (lambda module: delattr(module, "kept"), ["registering.kept"]),
    "made when first asked for": (lambda module: setattr(module, "none", Thing()), ["registering.none"]),
    "a cache": (lambda module: setattr(module, "the_cache", Thing()), []),
    "a counter": (lambda module: setattr(module, "count", 2), []),
    "dealt with": (lambda module: module.queue.pop("a"), []),
    "dropped": (lambda module: module.table.pop("a"), ["registering.table"]),
    "counted": (lambda module: module.table.update(a=2), []),
    "filled anew": (lambda module: module.table.update(a=3, b=4), ["registering.table"]),
    "swapped": (lambda module: module.order.__setitem__(0, Thing), ["registering.order"]),
}


@pytest.mark.parametrize("case", COMPARED)
def test_what_is_somebodys_doing(changes: Changes, module: Any, case: str) -> None:
    vars(module).update(
        kept=print, none=None, the_cache=None, count=1, queue={"a": 1}, table={"a": 1, "b": 2}, order=[print]
    )
    changes.state.add_new_modules()
    body = Body(1, "shop", True, len(changes.state.places), True)
    body.snapshot = changes.snapshot()
    body.snapshot.widen({"registering", "queue", "table", "order"}, set(), True, True)
    change, names = COMPARED[case]
    change(module)
    changes.compare(body)
    assert [record[3] for record in changes.recorder.records] == names


def test_a_part_of_the_same_package_that_is_made_when_it_is_first_asked_for(changes: Changes, module: Any) -> None:
    module.none = None
    changes.state.add_new_modules()
    body = Body(1, "registering.other", True, len(changes.state.places), True)
    body.snapshot = changes.snapshot()
    body.snapshot.widen({"registering"}, set(), True, True)
    module.none = Thing()
    changes.compare(body)
    assert changes.recorder.records == []
    body.snapshot.widen(set(), {"none"}, True)
    module.none = Thing()
    changes.compare(body)
    assert changes.recorder.records == [("H", "registering.other", "registering", "registering.none")]


def test_entries_that_tell_nothing(changes: Changes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a registry of the standard library they are the project's doing, of others they may be a cache's."""
    body = Body(1, "shop", True, 0, True)
    body.code = compile("", "shop.py", "exec")
    public = Place("mimetypes", ("types_map",), {}, False)
    private = Place("mimetypes", ("_types",), {}, False)
    entries: list[Any] = [functools.partialmethod]
    assert not changes.is_told(body, public, entries)
    monkeypatch.setattr(changes, "own", SimpleNamespace(has=lambda file: True))
    assert changes.is_told(body, public, entries)
    assert not changes.is_told(body, private, entries)


def test_the_affairs_of_some_modules_are_their_own(changes: Changes) -> None:
    """What is new in them says nothing; what is replaced does."""
    import threading

    body = Body(1, "shop", True, 10**6, True)
    changes.state.add_new_modules()
    changes.look(body, False)
    threading.registering = Thing  # type: ignore[attr-defined]
    try:
        changes.look(body, False)
    finally:
        del threading.registering  # type: ignore[attr-defined]
    assert changes.recorder.records == []


def test_where_things_come_from() -> None:
    class Made:
        @property
        def name(self) -> None: ...

        @staticmethod
        def static() -> None: ...

    @functools.wraps(json.loads)
    def wrapped() -> None: ...

    things = [wrapped, vars(Made)["name"], vars(Made)["static"], Made().static, changes_of, Made, Made(), 3, len, loads]
    found = [list(origins.origins([thing])) for thing in things]
    assert found == [*[[__name__]] * 7, [], ["sys"], ["_json"]]
    assert list(origins.origins([functools.partial(json.loads)])) == ["json"]
    assert list(origins.origins([[[Made]], {"a": Made}, (3,)])) == [__name__]


class Holder:
    def change(self) -> None: ...


changes_of = Holder().change


loads = sys.modules["json.decoder"].scanstring  # in C


class Described:
    """An object that others may register something in, unlike the one that it has."""

    def __init__(self) -> None:
        self.handlers: list[object] = []


class Field:
    def __set__(self, instance: object, value: object) -> None: ...


class Colour(enum.Enum):
    RED = 1


def test_nobody_registers_anything_in_descriptors_and_members_of_enumerations(
    changes: Changes, module: ModuleType
) -> None:
    vars(module).update(described=Described(), field=Field(), colour=Colour.RED)
    changes.state.add_new_modules()
    found = {place.path for place in changes.state.places if place.module == "registering"}
    assert found == {(), ("described",), ("described", "handlers")}


def test_what_has_another_size_in_a_few_places_of_many(
    changes: Changes, module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_state, "PIECE", 2)
    lists: list[list[int]] = [[] for _ in range(9)]
    vars(module).update({f"list_{number}": each for number, each in enumerate(lists)})
    changes.state.add_new_modules()

    def changed() -> list[tuple[str, int, int]]:
        rows = changes.state.changed_sizes()
        return [(place.path[0], before, now) for place, before, now in rows if place.module == "registering"]

    assert changed() == []
    for number in (3, 4, 8):
        lists[number] += [1, 2]
    assert changed() == [("list_3", 0, 2), ("list_4", 0, 2), ("list_8", 0, 2)]
    assert changed() == []
