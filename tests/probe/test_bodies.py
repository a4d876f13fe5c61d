"""Whose body is running, and when what it has changed is looked at."""

from __future__ import annotations

import importlib.machinery
from collections.abc import Callable
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from django_startup.probe import attributes, module_table, snapshots
from django_startup.probe.bodies import Bodies, Body
from django_startup.probe.changes import Changes
from django_startup.probe.process_state import ProcessState
from tests.support.changes import HARMLESS, PATCHING, PLACE, FakeRecorder, make_bodies, make_state


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


class Spans(FakeRecorder):
    """Counts the spans that begin."""

    def begin(self, *arguments: Any) -> int:
        self.calls += 1
        return int(self.calls)


@pytest.mark.parametrize(
    ("looks_at_all", "changed"),
    [(True, ["other.lib", "shop.models", "other.new"]), (False, ["shop.models", "other.new"])],
)
def test_whose_doing_is_looked_for(module: ModuleType, looks_at_all: bool, changed: list[str]) -> None:
    """Of the project's modules, and of what they import; not of what Django imports by itself, unless asked for."""
    own = SimpleNamespace(has=lambda file: file.startswith("/shop/"))
    recorder = Spans()
    state = make_state()
    changes = Changes(recorder, own, state, ProcessState(import_module, attributes), snapshots, module_table)
    bodies = make_bodies(changes, own, looks_at_all=looks_at_all)
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
