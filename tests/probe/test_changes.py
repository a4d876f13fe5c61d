"""What tells whose doing a change is, where no tiny project gets it to."""

from __future__ import annotations

import copyreg
import functools
import gc
import importlib.machinery
import json
import logging
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from django_startup.probe import attributes, origins, places, replaced, snapshots, stored_names
from django_startup.probe.bodies import Bodies, Body
from django_startup.probe.changes import Changes
from django_startup.probe.methods import Methods
from django_startup.probe.places import Place, base_of, inner_values
from django_startup.probe.process_state import ProcessState, working_directory
from django_startup.probe.reach import Reach
from django_startup.probe.shared_state import SharedState

HARMLESS = "import json\nfrom os import path as where\nNAME = 1\ndef pay(): pass\n"


class FakeRecorder(SimpleNamespace):
    def __init__(self) -> None:
        super().__init__(records=[], calls=0, resident=None, cpu=lambda: 1, wall=lambda: 1)

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
PLACE = Place("json", (), {}, True)


@pytest.fixture
def changes() -> Changes:
    process = ProcessState(import_module, attributes)
    return Changes(FakeRecorder(), OWN, SharedState(gc, attributes, places, origins), process, snapshots)


@pytest.fixture
def bodies(changes: Changes) -> Bodies:
    return Bodies(changes.recorder, OWN, changes, stored_names, Reach(stored_names, OWN, Methods(stored_names)), True)


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
    copyreg.dispatch_table[kind] = test_a_body_that_is_on_no_frame  # type: ignore[assignment]
    try:
        changes.look(Body(1, "shop", True, 0, True), False)
    finally:
        del copyreg.dispatch_table[kind]
    assert [name.rpartition(".")[2] for *_, name in changes.recorder.records] == names  # of copyreg, or of pickle


def test_classes_of_c_code_have_modules_too() -> None:
    assert "__module__" not in vars(date)
    assert list(origins.origins([date, date.min, deque])) == ["datetime", "datetime", "collections"]


def test_functions_of_one_name_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    reach = Reach(stored_names, OWN, Methods(stored_names))
    for file in ("/a.py", "/b.py"):
        reach.add("lib", compile("def pay(): pass", file, "exec"))
    (found,) = reach.in_file("/a.py", "pay")
    assert found.co_filename == "/a.py"
    assert reach.in_file("/a.py", "pay") == [found]
    monkeypatch.setattr("django_startup.probe.reach.MOST_NAMESAKES", 1)
    assert reach.in_file("/b.py", "pay") == []


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


def test_a_body_that_is_on_no_frame(bodies: Bodies) -> None:
    body = Body(1, "shop", True, 0, True)
    body.code = compile(HARMLESS, "", "exec")
    assert not bodies.has_done_nothing(body)

    def deeper(depth: int) -> bool:
        return deeper(depth - 1) if depth else bodies.has_done_nothing(body)

    assert not deeper(30)


def test_a_change_is_noted_once_and_for_what_could_move(changes: Changes) -> None:
    watched, other = Body(1, "shop", True, 0, True), Body(2, "", False, 0, True)
    for body in (watched, watched, other):
        changes.emit(body, "json", "json.dumps")
    assert changes.recorder.records == [("H", "shop", "json", "json.dumps")]


def test_private_parts_that_packages_change_are_caches(changes: Changes) -> None:
    changes.note(Body(1, "shop", True, 0, True), Place("registering", ("_kinds",), {}, False), ("_kinds",))
    assert changes.recorder.records == []


# What a body may get at


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


HELPERS = """
class Patcher:
    def __init__(self, target): self.target = target
    def patch(self, name, new): setattr(self.target, name, new)
def apply(target): return inner(target)
def inner(target): target.default = print
def loop(): return loop()
def fill(table): table["a"] = 1
"""


@pytest.mark.parametrize(
    ("text", "named", "stored", "stores_items"),
    [
        ("from helpers import apply\napply(json)", {"apply"}, {"default"}, False),
        ("from helpers import Patcher\nPatcher(json).patch('dumps', print)", {"Patcher", "target"}, {"dumps"}, False),
        ("from helpers import fill\nfill(shop.state)", {"shop", "state"}, set(), True),
        ("loop()", {"loop"}, set(), False),
        ("import shop.money as money", {"shop", "money"}, set(), False),
    ],
)
def test_what_a_body_may_get_at(text: str, named: set[str], stored: set[str], stores_items: bool) -> None:
    reach = Reach(stored_names, SimpleNamespace(has=lambda file: True), Methods(stored_names))
    reach.add("lib", compile(HELPERS, "helpers.py", "exec"))
    found = reach.follow(compile(text, "body.py", "exec"), 3, set())
    assert found[0] >= named
    assert found[1] >= stored
    assert found[2] is stores_items


LIBRARY = """
class Base:
    def install(self):
        self.ready = self._ready = True
        self.apply(3)
class Tracer(Base):
    def apply(self, depth):
        self.depth = depth
        patch(json)
        self.apply(depth - 1)
class Spy:
    def __init__(self): self.seen = []
    def spy(self):
        setattr(json, "loads", print)
def patch(target):
    target.dumps = print
"""


def test_methods_of_packages_that_the_project_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """What they store of their own object counts where the project calls them itself."""
    methods = Methods(stored_names)
    reach = Reach(stored_names, OWN, methods)
    reach.add("lib.core", compile(LIBRARY, "lib.py", "exec"))
    reach.add("json", compile(LIBRARY, "json.py", "exec"))  # of the standard library nobody's methods are followed

    def stored(*read: str, known: int = 0) -> Any:
        return methods.stored_by_calls({*read}, known, reach.in_file)

    assert stored("lib.core", "install") == stored("install") == ({"dumps"}, {("lib", "ready")})
    assert stored("Spy") == (set(), {("lib", "seen")})
    assert {"loads"} <= stored("spy")[0]
    assert stored("spy", known=len(methods.added)) == stored("lib") == (set(), set())
    for _ in range(11):
        reach.add("other", compile(LIBRARY, "other.py", "exec"))
    assert stored("install") == stored("install", "other") == (set(), set())
    assert stored("install", "lib.core") == ({"dumps"}, {("lib", "ready")})
    monkeypatch.setattr("django_startup.probe.methods.MOST_FOLLOWED", 1)
    assert stored("install", "lib.core") == (set(), {("lib", "ready")})


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
    body.snapshot.widen_by_methods(set(), {(package, "level")})
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


def test_what_functions_of_packages_store_in_their_own_modules() -> None:
    reach = Reach(stored_names, SimpleNamespace(has=lambda file: file == "body.py"), Methods(stored_names))
    reach.add("lib", compile("def choose(new):\n    global chosen\n    chosen = new\n", "lib.py", "exec"))
    assert reach.follow(compile("choose(3)", "body.py", "exec"), 3, set())[4] == {"chosen"}


def stores(self: Any, other: Any) -> None:  # pragma: no cover
    self.one = other
    self.two = 2
    kept = self.three = other.four = 4
    other.five = kept
    self.__six__ = 6
    del self.seven


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


LATER = """
def pay(): pass
class Order:
    refund = None
"""


def test_functions_that_come_from_modules_that_were_imported_later(changes: Changes) -> None:
    names = ("first.models", "second.patches", "first.patches")
    modules = {name: ModuleType(name) for name in names}
    for module in modules.values():
        exec(LATER, vars(module))  # as the module's own code
    models, second, first = map(vars, modules.values())
    changes.state.add_new_modules()
    try:
        for name, module in modules.items():
            sys.modules[name] = module
            changes.state.ended.append(name)
        sys.modules["third"] = ModuleType("third")  # which no import brought
        changes.state.add_new_modules()
        vars(sys.modules["third"])["pay"] = first["pay"]
        models["Order"].refund = staticmethod(second["pay"])
        models["Order"].cancel = property(first["pay"])
        models["Order"]._cached = staticmethod(second["pay"])
        models["Order"].pay = models["pay"]
        second["pay"] = models["pay"]  # it could be imported
        models["load"] = second["Order"].refund = second["Order"].pay = print
        expected = [("second.patches", "first.models", ("Order", "refund"))]
        assert list(replaced.replaced(changes, origins.origin)) == expected
        changes.own = SimpleNamespace(has=lambda file: True)
        expected.append(("first.patches", "first.models", ("Order", "cancel")))
        expected.append(("second.patches", "first.models", ("Order", "_cached")))  # of the project
        assert list(replaced.replaced(changes, origins.origin)) == expected
        changes.known.add(("first.apps", "first.models.Order.cancel"))
        replaced.note_replaced(changes, origins.origin)
        assert changes.recorder.records == [
            ("H", "second.patches", "first.models", "first.models.Order.refund"),
            ("H", "second.patches", "first.models", "first.models.Order"),
        ]
        models["__getattr__"] = print
        models["pay"] = first["pay"]
        assert list(replaced.replaced(changes, origins.origin)) == expected
    finally:
        for name in (*names, "third"):
            del sys.modules[name]


def test_of_packages_functions_are_followed_inside_a_file_only() -> None:
    reach = Reach(stored_names, OWN, Methods(stored_names))
    reach.add("lib", compile("def apply(x): return deeper(x), other(x)\ndef deeper(x): x.a = 1\n", "one.py", "exec"))
    reach.add("lib", compile("def other(x): x.b = 1\nclass A:\n    def change(self): x.c = 1\n", "two.py", "exec"))
    assert reach.follow(compile("apply(json)", "body.py", "exec"), 3, set())[1] == {"a"}
    assert reach.follow(compile("apply(json)", "body.py", "exec"), 2, set())[1] == set()


def test_the_project_s_functions_are_followed_into_packages() -> None:
    """Whichever of its names are not known yet: what comes in later is asked for again."""
    reach = Reach(stored_names, SimpleNamespace(has=lambda file: file == "body.py"), Methods(stored_names))
    code = compile("def setup(): lib.install()\nsetup()", "body.py", "exec")
    reach.add("lib", code)
    read: set[str] = set()
    assert reach.follow(code, 3, read)[1] == set()
    assert not reach.come(read, 0)
    reach.add("lib", compile("def install(): json.dumps = print\n", "lib.py", "exec"))
    assert reach.come(read, 0) == {"install"}
    assert not reach.come(read, 1)
    assert reach.follow(code, 3, read)[1] == {"dumps"}
    reach.add("lib", compile("def install(): pass\n" * 10, "many.py", "exec"))
    assert not reach.come(read, 1)


def test_a_function_of_a_package_that_a_body_imports_and_calls(changes: Changes, module: Any) -> None:
    own = SimpleNamespace(has=lambda file: file.startswith("/shop/"))
    changes.own = own
    bodies = Bodies(changes.recorder, own, changes, stored_names, Reach(stored_names, own, Methods(stored_names)), True)
    vars(module)["dumps"] = json.dumps
    changes.state.add_new_modules()
    body = Body(7, "shop.services", True, 0, True)
    bodies.bodies.append(body)
    bodies.on_code("shop.services", compile("import lib\nlib.install()", "/shop/services.py", "exec"))
    assert not body.stores(PLACE, "dumps")
    bodies.reach.add("lib", compile("def install(): json.dumps = print\n", "lib.py", "exec"))
    bodies.arrived(True)
    assert body.stores(PLACE, "dumps")
    module.dumps = Bodies.start
    bodies.compare(body)
    assert changes.recorder.records == [("H", "shop.services", "registering", "registering.dumps")]


PATCHING = "def install(): apply()\ndef apply(): json.dumps = print"


def test_what_the_functions_store_that_a_package_calls() -> None:
    reach = Reach(stored_names, OWN, Methods(stored_names))
    body = compile("from lib.patching import install\ninstall()\ndef later(): other()", "lib.py", "exec")
    assert reach.stored_by_calls(reach.read_at_import(body)) == set()
    reach.add("lib", compile(PATCHING, "patching.py", "exec"))
    reach.add("lib", compile("def other(): json.loads = print", "other.py", "exec"))
    assert reach.stored_by_calls(reach.read_at_import(body)) == {"dumps"}
    reach.add("lib", compile("def install(): pass\n" * 10, "many.py", "exec"))
    assert reach.stored_by_calls({"install"}) == set()


@pytest.mark.parametrize("name", ["lib.patching", "patching"])
def test_a_package_that_calls_what_comes_in_later(bodies: Bodies, name: str) -> None:
    """From a part of its own, which is one import with it, and from another package."""
    body = Body(7, "lib", True, 0, True)
    bodies.bodies.append(body)
    bodies.on_code("lib", compile("import patching\npatching.install()", "lib.py", "exec"))
    assert not body.stores(PLACE, "dumps")
    if name == "patching":
        bodies.reach.add("lib", compile(PATCHING, "patching.py", "exec"))
        bodies.arrived(True)
    else:
        bodies.on_code(name, compile(PATCHING, "patching.py", "exec"))
    assert body.stores(PLACE, "dumps")


@pytest.fixture
def watched(changes: Changes, module: ModuleType) -> Any:
    """A snapshot of a module whose names the code of a body names."""
    vars(module).update(
        kept=print,
        gone=print,
        none=None,
        table={"a": 1, "b": 2},
        order=[1, 2, 3],
        kinds={"a", "b"},
        large=[0] * 300,
        big=dict.fromkeys(range(300)),
    )
    changes.state.add_new_modules()
    snapshot = changes.snapshot()
    snapshot.widen({"registering", "table", "order", "kinds", "large", "big"}, {"none"}, True, True)
    return snapshot


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


# State that no module keeps


def test_calls_that_change_the_process() -> None:
    process = ProcessState(import_module, attributes)
    noted: list[str] = []
    modules = {"random": SimpleNamespace(seed=lambda *seed: seed), "resource": SimpleNamespace()}
    for module, wrap in process.wraps(noted.append):
        if module in modules:
            wrap(modules[module])
    assert modules["random"].seed(3) == (3,)
    assert noted == ["the seed of random"]
    assert vars(modules["resource"]) == {}


def test_a_process_that_has_loaded_little(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("logging", "decimal", "_csv", "_socket", "multiprocessing.context"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    process = ProcessState(import_module, attributes)
    assert list(process.changes()) == []
    assert list(process.changed_loggers("")) == []


def test_loggers(monkeypatch: pytest.MonkeyPatch) -> None:
    process = ProcessState(import_module, attributes)
    ours, theirs = logging.getLogger("registering.a"), logging.getLogger("registered.b.c")
    assert list(process.changed_loggers("registering")) == []
    monkeypatch.setattr(ours, "propagate", False)
    monkeypatch.setattr(theirs, "propagate", False)
    monkeypatch.setattr(logging.Logger.manager, "disable", 7)
    assert list(process.changed_loggers("registering")) == ["the logger registered.b.c", "the level of all loggers"]
    assert list(process.changed_loggers("registering")) == []
    logging.getLogger("registered.new").addHandler(logging.NullHandler())
    assert list(process.changed_loggers("registering")) == []
    logging.getLogger("registered.newer").setLevel(40)
    assert list(process.changed_loggers("registering")) == ["the logger registered.newer"]
    logging.getLogger("registered.newest").addHandler(logging.StreamHandler())
    assert list(process.changed_loggers("registering")) == ["the logger registered.newest"]


def test_a_directory_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> str:
        raise FileNotFoundError

    monkeypatch.setattr(os, "getcwd", gone)
    assert working_directory() == ""


class Spans(FakeRecorder):
    """Counts the spans that begin."""

    def begin(self, *arguments: Any) -> int:
        self.calls += 1
        return int(self.calls)


def test_the_clocks_stand_while_changes_are_looked_for(changes: Changes) -> None:
    now = [100]
    changes.recorder.cpu = changes.recorder.wall = lambda: now[0]
    bodies = Bodies(changes.recorder, OWN, changes, stored_names, Reach(stored_names, OWN, Methods(stored_names)), True)
    cpu = bodies.without_ours(changes.recorder.cpu)
    seen = []

    def look(inner: Callable[[], None] = lambda: None) -> None:
        now[0] += 30
        inner()
        seen.append(cpu())

    guarded = bodies.guarded(look)
    now[0] += 5
    guarded(guarded)
    now[0] += 7
    with ThreadPoolExecutor() as pool:
        of_another_thread = pool.submit(cpu).result()
    assert (seen, cpu(), of_another_thread, bodies.took_ns) == ([105, 105], 112, 172, 60)


@pytest.mark.parametrize(
    ("looks_at_all", "changed"),
    [(True, ["other.lib", "shop.models", "other.new"]), (False, ["shop.models", "other.new"])],
)
def test_whose_doing_is_looked_for(module: ModuleType, looks_at_all: bool, changed: list[str]) -> None:
    """Of the project's modules, and of what they import; not of what Django imports by itself, unless asked for."""
    own = SimpleNamespace(has=lambda file: file.startswith("/shop/"))
    recorder = Spans()
    state = SharedState(gc, attributes, places, origins)
    changes = Changes(recorder, own, state, ProcessState(import_module, attributes), snapshots)
    bodies = Bodies(recorder, own, changes, stored_names, Reach(stored_names, own, Methods(stored_names)), looks_at_all)
    known: list[str] = []
    vars(module)["known"] = known
    recorder.resident = None
    get_code = importlib.machinery.SourceFileLoader.get_code
    try:
        bodies.start(lambda function: function)

        def body(name: str, file: str, importer: str, inner: Callable[[], None] | None = None) -> None:
            span = recorder.begin("import", name, importer, 1, "django.apps.config")
            bodies.on_code(name, compile("known.append(__name__)", file, "exec"))
            if inner is not None:
                inner()
            known.append(name)
            recorder.end(span)

        django = "/site-packages/django/apps/config.py"
        body("other.lib", "/site-packages/other/lib.py", django)
        body(
            "shop.models",
            "/shop/models.py",
            django,
            lambda: body("other.new", "/site-packages/other/new.py", "/shop/models.py"),
        )
        span = recorder.begin("import", "json.tool", django, 1, "django")
        recorder.end(span)
        for name in ("no.such_module", "registering"):  # which is as a compiled one: no code of it is seen
            recorder.end(recorder.begin("import", name, "/shop/models.py", 1, "shop.models"))
        package = recorder.begin("import", "other.package", django, 1, "django.apps.config")
        bodies.on_code("other.package.part", compile("known.append(1)", "/site-packages/other/package/part.py", "exec"))
        recorder.end(package)
        body("other.last", "/site-packages/other/last.py", django)
    finally:
        importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[method-assign]
    found = {record[1] for record in recorder.records if record[0] == "H" and record[2] == "registering"}
    assert found == {*changed, *(["other.last"] if looks_at_all else [])}
