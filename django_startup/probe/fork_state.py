"""
What a process has at the moment in which it is forked, or a snapshot of it is taken, that then is wrong: threads,
connections, open files, the state of random numbers. For one start of prefork.py only; it imports what it needs.

What is found is a tuple each: kind, what it is, how much is sure about it, and the stack in which it came about: file,
line and function of each frame, the innermost first; () where no Python code was seen to do it.
"""

import os
import random
import socket
import sys
import threading
import weakref

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    Stack = tuple[tuple[str, int, str], ...]
    State = tuple[str, str, str, Stack]

DESCRIPTORS, TASKS = "/proc/self/fd", "/proc/self/task"
MOST_FRAMES = 60
HERE = os.path.dirname(os.path.abspath(__file__))


class ForkState:
    """Watches from start() on."""

    def __init__(self) -> None:
        self.threads: Any = weakref.WeakKeyDictionary()
        self.sockets: Any = weakref.WeakKeyDictionary()
        self.databases: dict[str, Stack] = {}
        self.files: dict[str, Stack] = {}
        self.seeds: list[Stack] = []
        self.before = set(descriptors())
        self.generators: list[tuple[str, str, Any]] = []

    def start(self) -> None:
        from django.db.backends.base.base import BaseDatabaseWrapper

        start, connect = threading.Thread.start, BaseDatabaseWrapper.connect

        def started(thread: threading.Thread) -> None:
            self.threads[thread] = stack()
            start(thread)

        def connected(wrapper: "Any") -> None:
            connect(wrapper)
            self.databases[wrapper.alias] = stack()

        wrapped: tuple[tuple[Any, str, Any], ...] = (
            (threading.Thread, "start", started),
            (BaseDatabaseWrapper, "connect", connected),
            (random, "seed", self.noting(random.seed)),
        )
        for owner, name, function in wrapped:
            setattr(owner, name, function)
        sys.addaudithook(self.audit)

    def noting(self, seed: "Callable[..., None]") -> "Callable[..., None]":
        def noted_seed(*args: "Any", **kwargs: "Any") -> None:
            seed(*args, **kwargs)
            if args or kwargs:  # else from the system
                self.seeds.append(stack())

        return noted_seed

    def audit(self, event: str, arguments: "tuple[Any, ...]") -> None:
        try:
            if event == "open" and not isinstance(arguments[0], int):
                self.files[os.path.realpath(os.fsdecode(arguments[0]))] = stack()
            elif event in ("socket.connect", "socket.bind"):
                self.sockets[arguments[0]] = stack()
        except Exception:  # no path; the working directory has been removed
            return

    def found(self) -> "list[State]":
        """What there is now."""
        return [*self.running(), *self.connected(), *self.open_files(), *self.random_numbers()]

    def running(self) -> "Iterator[State]":
        known = {os.getpid()}
        for thread in threading.enumerate():
            if thread is not threading.main_thread():
                known.add(thread.native_id or 0)
                target = getattr(thread, "_target", None) or type(thread).run
                name = f"{thread.name} ({target.__module__}.{target.__qualname__})"
                yield "thread", name, "", self.threads.get(thread, ())
        others = [number for number in map(int, listed(TASKS)) if number not in known]
        if others:
            names = sorted({read(f"{TASKS}/{number}/comm").strip() for number in others})
            yield "thread", f"{len(others)} started by compiled code ({', '.join(names)})", "", ()

    def connected(self) -> "Iterator[State]":
        from django.db import connections

        known: Any = connections
        made = [getattr(known._connections, alias, None) for alias in known]
        databases = [wrapper for wrapper in made if wrapper is not None and wrapper.connection is not None]
        for wrapper in databases:
            where = self.databases.get(wrapper.alias, ())
            yield "connection", f"database {wrapper.alias} ({wrapper.vendor})", "", where
            self.before.update(self.database_files(wrapper))
        for connection, where in list(self.sockets.items()):
            if connection.fileno() >= 0:
                self.before.add(connection.fileno())
                yield "connection", f"socket {peer(connection)}".rstrip(), "", where
        others = [number for number in self.new_descriptors() if link(number).startswith("socket:")]
        if others and all(wrapper.vendor == "sqlite" for wrapper in databases):  # else they may be the driver's
            yield "connection", f"{len(others)} more sockets", "", ()

    def database_files(self, wrapper: "Any") -> "list[int]":
        """The descriptors of SQLite's files."""
        if wrapper.vendor != "sqlite":
            return []
        name = os.path.realpath(str(wrapper.settings_dict["NAME"]))
        return [number for number in self.new_descriptors() if link(number).startswith(name)]

    def open_files(self) -> "Iterator[State]":
        for number in self.new_descriptors():
            path = link(number)
            if os.path.isfile(path) and not appends(number):
                yield "file", path, "", self.files.get(path, ())

    def random_numbers(self) -> "Iterator[State]":
        for where in self.seeds[-1:]:
            yield "seed", "random.seed()", "", where
        seen = {id(vars(random)["_inst"])}
        for name, module in list(sys.modules.items()):
            if name.partition(".")[0] in ("random", "numpy") or not isinstance(module, type(sys)):
                continue
            for attribute, value in list(vars(module).items()):
                if id(value) not in seen and is_generator(value):
                    seen.add(id(value))
                    self.generators.append((f"{name}.{attribute}", str(getattr(module, "__file__", "")), value))
        for name, file, _ in self.generators:
            yield "random", name, file, ()

    def draws(self) -> "list[str]":
        """What each generator would give next, in a worker: equal in two of them is the same sequence in both."""
        return [repr(state_of(value)) for _, _, value in self.generators]

    def new_descriptors(self) -> "list[int]":
        return [number for number in descriptors() if number not in self.before]


def stack() -> "Stack":
    """Where the caller's caller stands, without the frames of the import system and of the probe."""
    frames: list[tuple[str, int, str]] = []
    frame: Any = sys._getframe(1)
    while frame is not None and len(frames) < MOST_FRAMES:
        code = frame.f_code
        if not code.co_filename.startswith(("<frozen", HERE)):
            frames.append((code.co_filename, frame.f_lineno or 0, code.co_name))
        frame = frame.f_back
    return tuple(frames)


def is_generator(value: object) -> bool:
    """Whether it gives random numbers from a state in this process. Nothing lazy is woken up: its type says it."""
    kind = type(value)
    if issubclass(kind, random.Random):
        return not issubclass(kind, random.SystemRandom)
    module: Any = kind.__module__  # of some classes no string
    return (
        isinstance(module, str) and module.startswith("numpy.random") and kind.__name__ in ("Generator", "RandomState")
    )


def state_of(value: "Any") -> object:
    if isinstance(value, random.Random):
        return value.getstate()
    return value.bit_generator.state if hasattr(value, "bit_generator") else value.get_state()


def peer(known: socket.socket) -> str:
    try:
        address = known.getpeername()
    except OSError:
        return ""
    return f"to {address[0]}:{address[1]}" if isinstance(address, tuple) else f"to {os.fsdecode(address)}"


def appends(number: int) -> bool:
    """Whether each write to an open file goes to its end, wherever that is then."""
    for line in read(f"/proc/self/fdinfo/{number}").splitlines():
        name, _, value = line.partition(":")
        if name == "flags":
            return bool(int(value, 8) & os.O_APPEND)
    return False


def descriptors() -> "list[int]":
    """Those that are open, without that of the listing itself."""
    return [number for number in map(int, listed(DESCRIPTORS)) if link(number)]


def link(number: int) -> str:
    try:
        return os.readlink(f"{DESCRIPTORS}/{number}")
    except OSError:  # closed by now
        return ""


def listed(path: str) -> "list[str]":
    try:
        return os.listdir(path)
    except OSError:
        return []


def read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
