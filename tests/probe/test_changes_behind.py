"""What modules of the project change behind the names that they have from others."""

from __future__ import annotations

from collections import deque
from types import SimpleNamespace
from typing import Any

import pytest

from django_startup.probe import origins
from django_startup.probe.bodies import Bodies, Body
from django_startup.probe.places import Place

PREFIX = "from registering import site\n"


class Site:
    def __init__(self) -> None:
        self.inner = SimpleNamespace(
            header="Django",
            asked=None,
            flags={"on": False, "asked": 0},
            names=["a"],
            actions={"a": print, "b": print},
            recent=deque([1]),
            kinds={"text": print},
        )


def export() -> None: ...


@pytest.fixture
def site(bodies: Bodies, module: Any) -> Any:
    """What a module has made that others change."""
    own = SimpleNamespace(has=lambda file: file == "shop.py")
    bodies.changes.own = bodies.own = bodies.reach.own = own
    module.site = Site()
    bodies.state.add_new_modules()
    return module.site


def begin(bodies: Bodies, text: str, name: str = "shop") -> Body:
    """The body of a module of the project's begins to run."""
    body = Body(7, name, True, len(bodies.state.places), True)
    bodies.bodies.append(body)
    bodies.on_code(name, compile(PREFIX + text, "shop.py", "exec"))
    bodies.changes.look(body, False)
    return body


def changed(bodies: Bodies, body: Body) -> list[str]:
    """What it has changed of that."""
    bodies.recorder.records.clear()
    bodies.note_made(body)
    bodies.changes.look(body, False)
    bodies.changes.compare(body)
    return [name for _, _, of, name in bodies.recorder.records if of == "registering"]


def test_what_its_code_stores(bodies: Bodies, site: Any) -> None:
    body = begin(bodies, "site.find().header = 'Shop'\nsite.find().title = 'Shop'")
    site.inner.header = site.inner.title = "Shop"
    site.inner.asked, site.inner.made = 1, print
    assert changed(bodies, body) == ["registering.site.inner.title", "registering.site.inner.header"]


def test_what_its_code_puts_into_containers(bodies: Bodies, site: Any) -> None:
    body = begin(bodies, "site.find().names.append('b')\nsite.find().flags['on'] = True")
    site.inner.names.append("b")
    site.inner.recent.append(2)
    site.inner.kinds["more"] = print
    site.inner.flags["on"] = True
    assert changed(bodies, body) == ["registering.site.inner.names", "registering.site.inner.flags"]


def test_what_is_counted_in_containers(bodies: Bodies, site: Any) -> None:
    body = begin(bodies, "site.ask()\nstate['asked'] = site.x")
    site.inner.flags["asked"] += 1
    assert changed(bodies, body) == []


def test_what_it_hands_over(bodies: Bodies, site: Any) -> None:
    body = begin(bodies, "site.add(export)")
    site.inner.actions["export"] = site.inner.made = export
    assert changed(bodies, body) == ["registering.site.inner.made", "registering.site.inner.actions"]


def test_what_it_removes(bodies: Bodies, site: Any) -> None:
    body = begin(bodies, "site.drop('a')")
    del site.inner.actions["a"]
    site.inner.recent.clear()
    assert changed(bodies, body) == ["registering.site.inner.actions"]
    body = begin(bodies, "site.find().names.clear()")
    site.inner.names.clear()
    assert changed(bodies, body) == ["registering.site.inner.names"]


def test_what_was_made_when_it_asked(bodies: Bodies, site: Any) -> None:
    """Nobody has seen it before, so what its own code says that it changes there counts."""
    text = "site['a'].engine.builtins.append('b')\nsite.engine.level = 3\nsite['b'].lists.find().append(3)"
    body = begin(bodies, text)
    site.inner.engine = SimpleNamespace(builtins=[], level=3, lists=[[3]])
    assert changed(bodies, body) == [f"registering.site.inner.engine.{name}" for name in ("builtins", "level")]


@pytest.mark.parametrize(
    ("module", "changed_name", "thing", "expected"),
    [
        ("registering", "level", {"level": 3}, ["registering.site.level"]),
        ("registering", "site", [3], ["registering.site"]),
        ("registering", "builtins", [3], ["registering.site"]),
        ("registering", "level", [3], []),
        ("shop", "level", {"level": 3}, []),
    ],
)
def test_places_that_are_new(bodies: Bodies, module: str, changed_name: str, thing: Any, expected: list[str]) -> None:
    body = Body(7, "shop", True, 100, True)
    body.code = compile("", "shop.py", "exec")
    bodies.changes.own = SimpleNamespace(has=lambda file: True)
    place = Place(module, ("site",), thing, False)
    place.name = "builtins"
    bodies.changes.note_made(body, place, changed_name)
    assert [name for *_, name in bodies.recorder.records] == expected


def test_packages_that_use_it(bodies: Bodies, site: Any) -> None:
    begin(bodies, "site.add(export)")
    body = Body(8, "lib", True, len(bodies.state.places), True)
    body.code = compile("", "lib.py", "exec")
    body.snapshot = bodies.changes.snapshot()
    site.inner.names.append("b")
    site.inner.actions["export"] = export
    assert changed(bodies, body) == []


def test_an_attribute_that_an_object_makes_by_itself_unless_it_is_set(bodies: Bodies, module: Any) -> None:
    class Lazy:
        def __getattr__(self, name: str) -> Any: ...

    place = Place("registering", ("lazy",), {"size": 3}, True, Lazy)
    assert bodies.state.is_news(place, "size", True)
    assert not bodies.state.is_news(place, "size", False)
    module.sub = module
    assert not bodies.state.is_news(Place("json", (), {"decoder": 3}, True), "decoder", True)


def test_a_name_that_is_new_can_be_replaced_later(bodies: Bodies, site: Any) -> None:
    body = begin(bodies, "site.find().title = 'Shop'")
    site.inner.title = "Shop"
    assert changed(bodies, body) == ["registering.site.inner.title"]
    body = begin(bodies, "site.find().title = 'Other shop'", "shop_again")
    site.inner.title = "Other shop"
    assert changed(bodies, body) == ["registering.site.inner.title"]


def test_places_of_a_name_stay_in_order(bodies: Bodies) -> None:
    first, second = (Place("registering", ("site",), {"title": "a"}, True) for _ in range(2))
    second.number = 1
    for place in (second, first):
        bodies.state.is_news(place, "title", False)
    assert bodies.state.scalars["title"] == [first, second]


def test_a_module_in_a_container_comes_from_itself(module: Any) -> None:
    assert list(origins.origins([module])) == ["registering"]
