"""Where a process begins to serve."""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from django_startup.probe.serving import Serving, listens_on


class Heard:
    """What a boot would have been told."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.serving = Serving(self.told.append, lambda where, error: self.told.append((where, error)))

    def wrap(self, name: str, **names: object) -> Any:
        module = ModuleType(name)
        vars(module).update(names)
        self.serving.arrivals[name](module)
        return module


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def in_another_thread(function: Callable[[], object]) -> None:
    thread = threading.Thread(target=function)
    thread.start()
    thread.join()


def in_another_process(heard: Heard, function: Callable[[], object]) -> None:
    heard.serving.process = -1
    function()


def test_the_address_of_a_socket_that_listens(listener: socket.socket) -> None:
    assert listens_on(listener.fileno()) == f"127.0.0.1:{listener.getsockname()[1]}"
    with socket.socket() as client:
        assert listens_on(client.fileno()) == ""


def test_the_path_of_a_socket_that_listens(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "socket"))
        server.listen()
        assert listens_on(server.fileno()) == os.path.relpath(tmp_path / "socket")


def test_what_is_no_socket(listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = os.pipe()
    assert listens_on(ends[0]) == ""
    for end in ends:
        os.close(end)
    assert listens_on(ends[0]) == ""
    monkeypatch.setitem(sys.modules, "_socket", None)
    assert listens_on(listener.fileno()) == ""


class Selector:
    """As those of selectors, with the descriptors that it is made with."""

    def __init__(self, *numbers: int) -> None:
        self.numbers = dict.fromkeys(numbers)

    def get_map(self) -> dict[int, None]:
        return self.numbers

    def select(self, timeout: float | None = None) -> object:
        return timeout


def test_a_server_that_waits_for_connections(heard: Heard, listener: socket.socket) -> None:
    class Abstract:
        def select(self) -> None: ...

    Abstract.select.__isabstractmethod__ = True  # type: ignore[attr-defined]
    kinds = {"Selector": type("Selector", (Selector,), {"select": Selector.select}), "Abstract": Abstract}
    module = heard.wrap("selectors", **kinds, other=3, Plain=type("Plain", (), {}))
    assert module.Abstract.select is Abstract.select
    ends = os.pipe()
    assert module.Selector(*ends).select(3) == 3
    assert heard.told == []
    serves = module.Selector(*ends, listener.fileno())
    in_another_thread(serves.select)
    assert heard.told == []
    assert serves.select(timeout=2) == 2
    assert heard.told == [f"waits for connections on 127.0.0.1:{listener.getsockname()[1]}"]
    for end in ends:
        os.close(end)


def test_celery_says_when_it_is_ready(heard: Heard) -> None:
    module = heard.wrap(
        "celery.signals",
        worker_ready=SimpleNamespace(send=lambda sender: sender),
        beat_init=SimpleNamespace(send=lambda sender: [sender]),
    )
    assert module.worker_ready.send(sender="worker") == "worker"
    assert module.beat_init.send(sender="beat") == ["beat"]
    assert heard.told == ["waits for tasks", "waits for what is due"]


def test_gunicorn_forks(heard: Heard) -> None:
    class Arbiter:
        def start(self) -> None: ...

    arbiter = heard.wrap("gunicorn.arbiter", Arbiter=Arbiter).Arbiter()
    in_another_thread(arbiter.start)
    in_another_process(heard, arbiter.start)
    assert heard.told == []
    heard.serving.process = os.getpid()
    arbiter.start()
    assert heard.told == ["forks its workers"]


def test_a_broker_that_is_not_there(heard: Heard) -> None:
    """The first host of several may be missing."""
    errors = [OSError("first"), OSError("second")]
    seen: list[object] = []

    class Connection:
        def as_uri(self) -> str:
            return "amqp://guest:**@localhost//"

        def _ensure_connection(self, errback: Any = None, max_retries: int = 0, **kwargs: object) -> int:
            if errback:
                errback(errors[0], 0)
                errback(errors[1], 2, "again")
            return max_retries

    connection = heard.wrap("kombu.connection", Connection=Connection).Connection()
    assert connection._ensure_connection(max_retries=3) == 3
    assert connection._ensure_connection(lambda *arguments: seen.append(arguments), 4) == 4
    assert seen == [(errors[0], 0), (errors[1], 2, "again")]
    assert heard.told == [("amqp://guest:**@localhost//", errors[1])]
