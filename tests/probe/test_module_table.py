"""What was put into sys.modules, and by no import."""

from __future__ import annotations

import sys
from importlib.machinery import ExtensionFileLoader, ModuleSpec
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from django_startup.probe.bodies import Bodies, Body
from django_startup.probe.changes import Changes
from django_startup.probe.module_table import ModuleTable, changed, entries

CYTHON = ModuleSpec("lib.core._cyutility", ExtensionFileLoader("lib.core._cyutility", "/lib/core/_cyutility.so"))


def test_names_that_no_import_has_brought(monkeypatch: pytest.MonkeyPatch) -> None:
    table = ModuleTable(SimpleNamespace(modules={*sys.modules}, ended=["table.ended"]))  # type: ignore[arg-type]
    table.under_way[3] = "table.under_way"
    modules: Any = sys.modules
    for name in ("table.under_way", "table.put", "table.ended", 3):
        monkeypatch.setitem(modules, name, ModuleType("table"))
    assert list(table.added()) == ["table.put"]
    assert list(table.added()) == []


def test_a_process_whose_imports_nobody_has_seen() -> None:
    table = ModuleTable(SimpleNamespace(modules=set(), ended=[]))  # type: ignore[arg-type]
    assert "sys" in table.added()


def test_a_thread_that_imports_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    class Known(set[str]):
        def __contains__(self, name: object) -> bool:
            monkeypatch.setitem(sys.modules, "table.by_thread", ModuleType("table"))
            return False

    assert list(ModuleTable(SimpleNamespace(modules=Known(), ended=[])).added()) == []  # type: ignore[arg-type]


def test_entries_that_are_others(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("table.other", "table.itself"):
        monkeypatch.setitem(sys.modules, name, ModuleType("table"))
    before = entries()
    for name in ("table.other", "table.itself", "table.new"):
        monkeypatch.setitem(sys.modules, name, ModuleType("table"))
    assert list(changed(before, "table.itself")) == ["table.other"]
    assert list(changed({}, "")) == []


@pytest.mark.parametrize(
    ("by", "name", "has_spec", "is_own", "expected"),
    [
        ("shop.legacy", "simplejson", False, True, True),
        ("shop.legacy", "shop.legacy.inner", False, True, False),
        ("lib", "other", True, False, True),
        ("lib", "_cython_3", False, False, False),
        ("lib", "lib.inner", True, False, False),
        ("lib", "json", True, False, False),
        ("lib", "_cyutility", CYTHON, False, False),
        ("other", "_cyutility", CYTHON, False, True),
    ],
)
def test_entries_that_others_may_import(
    changes: Changes,
    monkeypatch: pytest.MonkeyPatch,
    by: str,
    name: str,
    has_spec: bool | ModuleSpec,
    is_own: bool,
    expected: bool,
) -> None:
    module = ModuleType(name)
    module.__spec__ = SimpleNamespace() if has_spec is True else has_spec or None  # type: ignore[assignment]
    monkeypatch.setitem(sys.modules, name, module)
    body = Body(7, by, True, 0, True)
    body.code = compile("", "shop.py", "exec")
    changes.own = SimpleNamespace(has=lambda file: is_own)
    assert changes.is_entry_for_others(body, name) is expected


def test_a_body_that_replaces_an_entry(bodies: Bodies, monkeypatch: pytest.MonkeyPatch) -> None:
    own = SimpleNamespace(has=lambda file: file == "shop.py")
    bodies.changes.own = bodies.own = bodies.reach.own = own
    monkeypatch.setitem(sys.modules, "table.other", ModuleType("table"))
    body = Body(7, "shop", True, 0, True)
    bodies.bodies.append(body)
    bodies.state.add_new_modules()
    bodies.on_code("shop", compile("import sys\nsys.modules['table.other'] = 3", "shop.py", "exec"))
    for name in ("table.other", "table.added", "shop.inner"):
        monkeypatch.setitem(sys.modules, name, ModuleType("table"))
    bodies.changes.compare(body)
    bodies.changes.look_at_process(body)
    assert bodies.recorder.records == [
        ("H", "shop", "sys", f'sys.modules["table.{name}"]') for name in ("other", "added")
    ]
