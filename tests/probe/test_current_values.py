"""What is changed of the current thread or task."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.local import Local

from django_startup.probe.bodies import Body
from django_startup.probe.changes import Changes
from django_startup.probe.current_values import Current


@pytest.fixture
def values(module: Any, changes: Changes) -> Any:
    """A module that keeps some, which are watched."""
    module.request, module.mine = ContextVar("request"), threading.local()
    module.language, module.connections = Local(), Local(thread_critical=True)
    module.old = type("Local", (), {"__module__": "asgiref.local"})()
    module.old._storage = SimpleNamespace(_data={})
    module.language.value, module.mine.name = "en", "a"
    changes.state.add_new_modules()
    return module


def names(changes: Changes) -> list[tuple[str, str, int]]:
    found = [change for change in changes.state.current.changes() if change[0].module == "registering"]
    return [(current.path[0], name, len(values)) for current, name, values in found]


def test_what_has_changed(changes: Changes, values: Any) -> None:
    assert names(changes) == []
    values.request.set("first")
    values.language.value = "de"
    values.language.zone = "Europe/Berlin"
    assert names(changes) == [("request", "", 1), ("language", "value", 1), ("language", "zone", 1)]
    del values.language.zone
    assert names(changes) == [("language", "zone", 0)]
    values.language.value = "de"  # the same
    assert names(changes) == []


def test_what_each_thread_has_is_a_namespace_like_others(changes: Changes, values: Any) -> None:
    current = {place.path[0]: place.thing for place in changes.state.places if place.is_current}
    assert (current["mine"], current["connections"]) == ({"name": "a"}, {})


def test_what_is_no_dictionary_is_not_read(changes: Changes) -> None:
    assert changes.state.current.read(Current("registering", ("x",), None, True), 3) == {}


@pytest.mark.parametrize(
    ("by", "name", "sets", "changed"),
    [
        ("shop", "registering.language", True, True),
        ("shop", "registering.language", False, False),
        ("registering", "registering.language", True, False),
    ],
)
def test_who_has_set_it(changes: Changes, values: Any, by: str, name: str, sets: bool, changed: bool) -> None:
    """What a module makes of its own when it is asked is no doing of who asks."""

    class Made:
        __module__ = "registering"

    changes.own = SimpleNamespace(has=lambda file: True)
    body = Body(7, by, True, len(changes.state.places), True)
    body.code = compile("", "shop.py", "exec")
    body.snapshot = changes.snapshot()
    body.snapshot.set_only |= {"value"} if sets else set()
    changes.look(body, False)
    changes.recorder.records.clear()
    values.language.value = Made()
    changes.look(body, False)
    assert changes.recorder.records == ([("H", by, "registering", name)] if changed else [])
