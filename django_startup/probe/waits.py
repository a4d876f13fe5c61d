"""
Where the main thread waits: sleeps, answers of other machines, threads, locks. For the evidence boot only.

What may block is wrapped as soon as its module has been imported. A call that was blocked for long leaves a record "S"
of the kind wait, unless it is a part of something that is timed as a whole, such as a query. What C libraries wait for
by themselves is not seen.
"""

import os
import sys
import time
from _thread import get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

    from django_startup.probe.side_effects import SideEffects

LEAST_NS = 1_000_000
RECEIVING = ("accept", "recv", "recv_into", "recvfrom", "recvfrom_into", "send", "sendall", "sendto")
STANDARD = os.path.dirname(os.__file__) + os.sep


class Waits:
    """Emits the records. arrivals says what to wrap when which module has been imported."""

    def __init__(self, effects: "SideEffects", standing_in: "Callable[..., Callable[..., Any]]") -> None:
        self.effects = effects
        self.recorder = effects.recorder
        self.standing_in = standing_in
        self.arrivals: dict[str, Callable[[Any], None]] = {
            "socket": self.wrap_socket,
            "ssl": self.wrap_ssl,
            "select": self.wrap_select,
            "selectors": self.wrap_selectors,
            "threading": self.wrap_threading,
            "fcntl": self.wrap_fcntl,
        }

    def start(self) -> None:
        """Wrap what is there from the beginning."""

        def duration(seconds: object) -> str:
            return f"time.sleep({seconds})"

        time.sleep = self.blocking(time.sleep, duration)
        for name in {"wait", "waitpid"}.intersection(vars(os)):  # there is no os.wait() on Windows
            setattr(os, name, self.blocking(getattr(os, name)))
            getattr(os, name).__module__ = "os"

    def elapsed_ns(self) -> int:
        """A clock of the main thread that runs only while it waits."""
        return self.recorder.wall() - self.recorder.cpu() - self.recorder.run_queue.read()

    def blocking(
        self, function: "Callable[..., Any]", describe: "Callable[..., str] | None" = None
    ) -> "Callable[..., Any]":
        """function, with a record of each call for which the main thread waited for long."""

        def waiting(*args: "Any", **kwargs: "Any") -> "Any":
            thread = get_ident()
            if thread != self.recorder.main or thread in self.effects.inside:
                return function(*args, **kwargs)
            began = self.elapsed_ns()
            try:
                return function(*args, **kwargs)
            finally:
                waited = self.elapsed_ns() - began
                if waited >= LEAST_NS:
                    try:
                        detail = describe(*args, **kwargs) if describe else self.asked(function)
                    except Exception:
                        detail = self.asked(function)
                    self.effects.note("wait", detail, "", waited, sys._getframe(1))

        return self.standing_in(waiting, function)

    def asked(self, function: "Callable[..., Any]") -> str:
        """The outermost function of the standard library that leads to the wait, else the one that waits."""
        name = f"{getattr(function, '__module__', '?')}.{getattr(function, '__qualname__', '?')}()"
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename.startswith(self.effects.probe):
            frame = frame.f_back
        while frame is not None and is_standard(frame):
            name = f"{frame.f_globals.get('__name__', '?')}.{frame.f_code.co_qualname}()"
            frame = frame.f_back
        return name

    def wrap_socket(self, module: "Any") -> None:
        for name in RECEIVING:
            setattr(module.socket, name, self.blocking(getattr(module.socket, name), self.peer))

    def wrap_ssl(self, module: "Any") -> None:
        for name in ("read", "write", "do_handshake"):
            setattr(module.SSLSocket, name, self.blocking(getattr(module.SSLSocket, name), self.peer))

    def peer(self, socket: "Any", *args: object, **kwargs: object) -> str:
        return self.effects.redaction.location(socket.getpeername())

    def wrap_select(self, module: "Any") -> None:
        module.select = self.blocking(module.select)

    def wrap_selectors(self, module: "Any") -> None:
        for kind in list(vars(module).values()):
            select: Any = vars(kind).get("select") if isinstance(kind, type) else None
            if select is not None and not hasattr(select, "__isabstractmethod__"):
                kind.select = self.blocking(select)

    def wrap_threading(self, module: "Any") -> None:
        def thread_name(thread: "Any", *args: object, **kwargs: object) -> str:
            return f"the thread {self.effects.redaction.text(thread.name)}"

        module.Condition.wait = self.blocking(module.Condition.wait)
        module.Thread.join = self.blocking(module.Thread.join, thread_name)

    def wrap_fcntl(self, module: "Any") -> None:
        for name in ("flock", "lockf"):
            setattr(module, name, self.blocking(getattr(module, name)))


def is_standard(frame: "FrameType") -> bool:
    """Whether a frame is one of the standard library."""
    file = frame.f_code.co_filename
    return file.startswith(STANDARD) and "site-packages" not in file
