"""
Where a process begins to do what it was started for, and would never end by itself: a boot ends there.

A server waits for connections in its main thread; a Celery worker or beat says that it is ready; gunicorn has its
sockets and forks. A worker whose broker is not there tries again for ever.
"""

import os
import sys
from _thread import get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

IPV4_AND_PORT = 2  # how many parts of an address are shown


class Serving:
    """
    served is called with what the process does from here on, stuck with the address of a broker and the error.

    arrivals says what to wrap when which module has been imported.
    """

    def __init__(self, served: "Callable[[str], object]", stuck: "Callable[[str, BaseException], object]") -> None:
        self.served = served
        self.stuck = stuck
        self.process, self.thread = os.getpid(), get_ident()
        self.arrivals: dict[str, Callable[[Any], None]] = {
            "selectors": self.wrap_selectors,
            "celery.signals": self.wrap_celery,
            "kombu.connection": self.wrap_broker,
            "gunicorn.arbiter": self.wrap_gunicorn,
        }

    def is_here(self) -> bool:
        """Whether this is the main thread of the process that is measured."""
        return get_ident() == self.thread and os.getpid() == self.process

    def wrap_selectors(self, module: "Any") -> None:
        """What socketserver, asyncio and most servers in Python wait with."""
        for kind in list(vars(module).values()):
            select: Any = vars(kind).get("select") if isinstance(kind, type) else None
            if select is not None and not hasattr(select, "__isabstractmethod__"):
                kind.select = self.waiting(select)

    def waiting(self, select: "Callable[..., Any]") -> "Callable[..., Any]":
        def waiting_select(selector: "Any", *args: object, **kwargs: object) -> "Any":
            if self.is_here():
                address = next(filter(None, map(listens_on, [*selector.get_map()])), "")
                if address:
                    self.served(f"waits for connections on {address}")
            return select(selector, *args, **kwargs)

        return waiting_select

    def wrap_celery(self, module: "Any") -> None:
        for signal, what in ((module.worker_ready, "waits for tasks"), (module.beat_init, "waits for what is due")):
            signal.send = self.then(signal.send, what)

    def wrap_gunicorn(self, module: "Any") -> None:
        module.Arbiter.start = self.then(module.Arbiter.start, "forks its workers")

    def then(self, function: "Callable[..., Any]", what: str) -> "Callable[..., Any]":
        """function, and it has begun to serve when that returns."""

        def serving(*args: object, **kwargs: object) -> "Any":
            result = function(*args, **kwargs)
            if self.is_here():
                self.served(what)
            return result

        return serving

    def wrap_broker(self, module: "Any") -> None:
        connect = module.Connection._ensure_connection

        def ensure_connection(connection: "Any", errback: "Any" = None, *args: object, **kwargs: object) -> "Any":
            def failed(error: BaseException, interval: float, *rest: object) -> "Any":
                if interval and self.is_here():  # every host has been tried
                    self.stuck(str(connection.as_uri()), error)
                return errback(error, interval, *rest)

            return connect(connection, errback and failed, *args, **kwargs)

        module.Connection._ensure_connection = ensure_connection


def listens_on(number: int) -> str:
    """The address on which the socket of a file descriptor listens; "" for any other file."""
    module: Any = sys.modules.get("_socket")
    option = getattr(module, "SO_ACCEPTCONN", None)
    if option is None:
        return ""
    try:
        descriptor = os.dup(number)
    except OSError:
        return ""
    try:
        socket = module.socket(fileno=descriptor)
    except OSError:  # no socket
        os.close(descriptor)
        return ""
    try:
        if not socket.getsockopt(module.SOL_SOCKET, option):
            return ""
        address = socket.getsockname()
        return ":".join(map(str, address[:IPV4_AND_PORT])) if isinstance(address, tuple) else os.fsdecode(address)
    finally:
        socket.close()
