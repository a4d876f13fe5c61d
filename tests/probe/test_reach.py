"""What the code of a module may get at: by the functions that it calls, of its own and of others."""

from __future__ import annotations

import json
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from django_startup.probe import origins, replaced, stored_names
from django_startup.probe.bodies import Bodies, Body
from django_startup.probe.changes import Changes
from django_startup.probe.methods import Methods
from django_startup.probe.reach import Reach
from tests.support.changes import OWN, PATCHING, PLACE, make_bodies


def test_functions_of_one_name_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    reach = Reach(stored_names, OWN, Methods(stored_names))
    for file in ("/a.py", "/b.py"):
        reach.add("lib", compile("def pay(): pass", file, "exec"))
    (found,) = reach.in_file("/a.py", "pay")
    assert found.co_filename == "/a.py"
    assert reach.in_file("/a.py", "pay") == [found]
    monkeypatch.setattr("django_startup.probe.reach.MOST_NAMESAKES", 1)
    assert reach.in_file("/b.py", "pay") == []


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


def test_what_functions_of_packages_store_in_their_own_modules() -> None:
    reach = Reach(stored_names, SimpleNamespace(has=lambda file: file == "body.py"), Methods(stored_names))
    reach.add("lib", compile("def choose(new):\n    global chosen\n    chosen = new\n", "lib.py", "exec"))
    assert reach.follow(compile("choose(3)", "body.py", "exec"), 3, set())[4] == {"chosen"}


LATER = """
def pay(): pass
class Order:
    refund = None
"""


def nothing(file: str, name: str) -> bool:
    return False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from second.patches import pay\n", []),
        ("from second.patches import pay as refund\n", []),
        ("from second.patches import *\n", []),
        ("import second.patches\n", ["pay"]),
    ],
)
def test_modules_that_import_each_other_change_nothing(changes: Changes, text: str, expected: list[str]) -> None:
    """One has a function of the other's before that is done."""
    changes.own = SimpleNamespace(has=lambda file: True)
    reach = Reach(stored_names, changes.own, Methods(stored_names))
    models, patches = (ModuleType(name) for name in ("first.models", "second.patches"))
    models.__file__ = "models.py"
    exec("def pay(): pass\n", vars(patches))
    changes.state.add_new_modules()
    try:
        for module in (models, patches):
            sys.modules[module.__name__] = module
            changes.state.ended.append(module.__name__)
        changes.state.add_new_modules()
        vars(models)["refund" if " as " in text else "pay"] = vars(patches)["pay"]
        reach.add("first.models", compile(text, "models.py", "exec"))
        found = list(replaced.replaced(changes, origins.origin, reach.imports))
        assert [path for _, _, path in found] == [(name,) for name in expected]
    finally:
        del sys.modules["first.models"], sys.modules["second.patches"]


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
        assert list(replaced.replaced(changes, origins.origin, nothing)) == expected
        changes.own = SimpleNamespace(has=lambda file: True)
        expected.append(("first.patches", "first.models", ("Order", "cancel")))
        expected.append(("second.patches", "first.models", ("Order", "_cached")))  # of the project
        assert list(replaced.replaced(changes, origins.origin, nothing)) == expected
        changes.known.add(("first.apps", "first.models.Order.cancel"))
        replaced.note_replaced(changes, origins.origin, nothing)
        assert changes.recorder.records == [
            ("H", "second.patches", "first.models", "first.models.Order.refund"),
            ("H", "second.patches", "first.models", "first.models.Order"),
        ]
        models["__getattr__"] = print
        models["pay"] = first["pay"]
        assert list(replaced.replaced(changes, origins.origin, nothing)) == expected
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
    bodies = make_bodies(changes, own)
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


def test_what_the_functions_store_that_a_package_calls() -> None:
    reach = Reach(stored_names, OWN, Methods(stored_names))
    body = compile("from lib.patching import install\ninstall()\ndef later(): other()", "lib.py", "exec")
    assert reach.stored_by_calls(reach.read_at_import(body)) == set()
    reach.add("lib", compile(PATCHING, "patching.py", "exec"))
    reach.add("lib", compile("def other(): json.loads = print", "other.py", "exec"))
    assert reach.stored_by_calls(reach.read_at_import(body)) == {"dumps"}
    reach.add("lib", compile("def install(): pass\n" * 10, "many.py", "exec"))
    assert reach.stored_by_calls({"install"}) == set()
