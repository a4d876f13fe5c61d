"""
gunicorn's own worker, without a socket that it listens on: it starts as in gunicorn and answers one request. For
prefork.py only, in a project that has gunicorn.
"""

import os
import socket
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

CLIENT, SERVER = ("127.0.0.1", 40000), ("127.0.0.1", 8000)
ENOUGH = 1000  # bytes of an answer, which begins with its status
import_module("gunicorn.app.wsgiapp")  # what its master loads
VERSION = str(import_module("gunicorn").__version__)
Config: "Any" = import_module("gunicorn.config").Config
Logger: "Any" = import_module("gunicorn.glogging").Logger
SyncWorker: "Any" = import_module("gunicorn.workers.sync").SyncWorker


class Connection(socket.socket):
    """A client's; what is sent is kept as far as the status goes."""

    sent = b""

    def sendall(self, data: "Any", flags: int = 0) -> None:
        if len(self.sent) < ENOUGH:
            self.sent += bytes(data[:ENOUGH])


class Application:
    """What gunicorn takes the project for."""

    def __init__(self, load: "Callable[[], Any]") -> None:
        self.wsgi = load


class Listener:
    """Where a request came from."""

    def getsockname(self) -> "tuple[str, int]":
        return SERVER


class Worker(SyncWorker):  # type: ignore[misc]
    """One that does not go on to wait for requests."""

    def run(self) -> None:
        self.notify()


class Server:
    """Made before workers are forked, as gunicorn's master does."""

    def __init__(self, load: "Callable[[], Any]") -> None:
        config = Config()
        self.worker = Worker(1, 1, [], Application(load), config.timeout, config, Logger(config))

    def start(self) -> None:
        """Start the worker in its process; it loads the application, if that is not loaded."""
        self.worker.log.info("Booting worker with pid: %s", os.getpid())
        self.worker.init_process()

    def answer(self, request: str, host: str) -> str:
        """The status of the answer to GET request."""
        near, far = socket.socketpair()
        head = f"GET {request} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html,*/*\r\nConnection: close\r\n\r\n"
        near.sendall(head.encode("latin-1", "replace"))
        with near, Connection(fileno=far.detach()) as client:
            self.worker.handle(Listener(), client, CLIENT)
            return client.sent.partition(b"\r\n")[0].partition(b" ")[2].decode("latin-1")
