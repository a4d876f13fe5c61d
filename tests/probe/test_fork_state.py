"""What must not be forked, where a real start has none of it."""

from __future__ import annotations

import os
import random
import socket
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django.db
import pytest

from django_startup.probe import fork_state
from django_startup.probe.fork_state import ForkState, appends, is_generator, link, listed, peer, read


class Unusable:
    def __fspath__(self) -> str:
        raise RuntimeError


def databases(monkeypatch: pytest.MonkeyPatch, *vendors: str) -> None:
    """Let Django have an open connection of each vendor, and one that is closed."""
    made = SimpleNamespace(
        **{
            f"{vendor}_{number}": SimpleNamespace(
                vendor=vendor, alias=f"{vendor}_{number}", connection=object(), settings_dict={"NAME": "/shop/db"}
            )
            for number, vendor in enumerate(vendors)
        }
    )
    made.closed = SimpleNamespace(connection=None)

    class Handler:
        _connections = made

        def __iter__(self) -> Any:
            return iter([*vars(made), "unused"])

    monkeypatch.setattr(django.db, "connections", Handler())


def test_sockets_of_a_driver_in_c(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own connection is there once: as the database."""
    state = ForkState()
    near, far = socket.socketpair()
    with near, far:
        databases(monkeypatch, "postgresql")
        assert [row[1] for row in state.connected()] == ["database postgresql_0 (postgresql)"]
        databases(monkeypatch)
        assert [row[1] for row in state.connected()] == ["2 more sockets"]


def test_files_of_sqlite(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    databases(monkeypatch, "sqlite")
    state = ForkState()
    path = tmp_path / "data"
    path.touch()
    with path.open(), path.open("a"):
        (opened,) = state.open_files()
        monkeypatch.setattr(fork_state, "link", lambda number: "/shop/db-wal")
        assert [row[1] for row in state.connected()] == ["database sqlite_0 (sqlite)"]
        monkeypatch.undo()
        assert list(state.open_files()) == []
    assert opened == ("file", str(path), "", ())


def test_events_that_make_no_sense() -> None:
    state = ForkState()
    for event, arguments in (("open", (7,)), ("open", (Unusable(),)), ("import", ("json",)), ("open", ("/a", "r", 0))):
        state.audit(event, arguments)
    with socket.socket() as bound:
        state.audit("socket.bind", (bound, ("127.0.0.1", 0)))
        assert list(state.sockets) == [bound]
    assert list(state.files) == ["/a"]


def test_threads_of_other_kinds() -> None:
    class Beat(threading.Thread):
        def run(self) -> None:
            waiting.wait()

    waiting = threading.Event()
    thread = Beat(name="beat")
    thread.start()
    state = ForkState()
    names = [row[1] for row in state.running()]
    waiting.set()
    thread.join()
    assert f"beat ({__name__}.test_threads_of_other_kinds.<locals>.Beat.run)" in names


def test_a_seed_from_the_system() -> None:
    state = ForkState()
    seeded: list[Any] = []
    seed = state.noting(lambda *arguments: seeded.append(arguments))
    seed()
    assert (state.seeds, seeded) == ([], [()])
    seed(7)
    assert len(state.seeds) == 1


def test_generators(monkeypatch: pytest.MonkeyPatch) -> None:
    state = ForkState()
    module: Any = type(os)("shop_dice")
    module.DICE = random.Random(7)
    monkeypatch.setitem(__import__("sys").modules, "shop_dice", module)
    rows = [row for row in state.random_numbers() if row[1] == "shop_dice.DICE"]
    assert rows == [("random", "shop_dice.DICE", "", ())]
    assert repr(random.Random(7).getstate()) in state.draws()


def test_a_class_whose_module_is_no_string() -> None:
    odd = type("Odd", (), {"__module__": property(str)})
    assert not is_generator(odd())


def test_what_is_not_there() -> None:
    with socket.socket() as unconnected:
        assert peer(unconnected) == ""
    near, far = socket.socketpair()
    with near, far:
        assert peer(near) == "to "
    listener = socket.create_server(("127.0.0.1", 0))
    with listener, socket.create_connection(listener.getsockname()) as client:
        assert peer(client) == f"to 127.0.0.1:{listener.getsockname()[1]}"
    assert (listed("/no/such"), read("/no/such"), link(999_999), appends(999_999)) == ([], "", "", False)
