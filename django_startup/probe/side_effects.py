"""
What a boot does beside importing: SQL, connections, DNS, subprocesses, threads. For the evidence boot only. How long
it waits otherwise, see waits.py.

Functions that take time are wrapped and timed as soon as their module has been imported; an audit hook sees the rest,
whatever calls it. Each leaves a record "S", and a process that is waited for later a record "W". Of SQL the statement
is kept, never its parameters. Whatever is kept has gone through the redaction.
"""

import os
import sys
from _thread import get_ident
from time import perf_counter_ns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

    from django_startup.probe.recorder import Recorder
    from django_startup.probe.redaction import Redaction

AUDITED = {
    "socket.connect": "connect",
    "socket.getaddrinfo": "dns",
    "socket.gethostbyname": "dns",
    "sqlite3.connect": "connect",
    "subprocess.Popen": "subprocess",
    "os.system": "subprocess",
    "os.posix_spawn": "subprocess",
    "os.exec": "exec",
    "os.fork": "fork",
    "_thread.start_new_thread": "thread",
    "_thread.start_joinable_thread": "thread",
}
STACK_LIMIT = 150
SPANNED = "spanned"  # the function of phases.py that is around a span: what is outside of it has not decided
MOST_RECORDS = 5000  # records; a boot with more says nothing new


class SideEffects:
    """
    Emits the records. arrivals says what to wrap when which module has been imported, audited what to call for which
    audit event.
    """

    def __init__(self, recorder: "Recorder", probe: str, redaction: "Redaction") -> None:
        self.recorder = recorder
        self.redaction = redaction
        self.probe = probe
        self.count = 0
        self.inside: set[int] = set()
        self.arrivals: dict[str, Callable[[Any], None]] = {
            "django.db.backends.utils": self.wrap_cursor,
            "django.db.backends.base.base": self.wrap_connection,
            "subprocess": self.wrap_subprocess,
            "_posixsubprocess": self.wrap_fork_exec,
            "socket": self.wrap_socket,
        }
        if sys.version_info < (3, 12):
            self.arrivals["threading"] = self.wrap_threading
        self.audited = dict.fromkeys(AUDITED, self.audit)

    def start(self) -> None:
        def command(command: object) -> tuple[str, str]:
            return self.redaction.command(command), ""

        os.system = self.timed("subprocess", os.system, command)
        os.system.__module__ = "os"

    def audit(self, event: str, arguments: "tuple[Any, ...]", frame: "FrameType") -> None:
        if get_ident() not in self.inside:
            kind = AUDITED[event]
            self.note(kind, self.described(kind, arguments), "", 0, frame)

    def described(self, kind: str, arguments: "tuple[Any, ...]") -> str:
        try:
            return describe(kind, arguments, self.redaction)
        except Exception:
            return kind

    def note(self, kind: str, detail: str, alias: str, ns: int, frame: "FrameType | None") -> int:
        """Emit a record and return its number."""
        if self.count >= MOST_RECORDS:
            return 0
        self.count += 1
        stack: list[str | int] = []
        while frame is not None and len(stack) < 3 * STACK_LIMIT:
            code = frame.f_code
            if code.co_name == SPANNED and code.co_filename.startswith(self.probe):
                stack += ("", 0, "")
            elif not code.co_filename.startswith(("<frozen", self.probe)):
                stack += (code.co_filename, frame.f_lineno or 0, code.co_name)
            frame = frame.f_back
        self.recorder.emit(("S", self.count, get_ident(), kind, detail, alias, ns, stack))
        return self.count

    def timed(
        self, kind: str, function: "Callable[..., Any]", describe_call: "Callable[..., tuple[str, str]]"
    ) -> "Callable[..., Any]":
        """function, with a record of each call; what happens within it leaves none of its own."""

        def timed_function(*args: "Any", **kwargs: "Any") -> "Any":
            thread = get_ident()
            if thread in self.inside:
                return function(*args, **kwargs)
            self.inside.add(thread)
            start = perf_counter_ns()
            try:
                return function(*args, **kwargs)
            finally:
                ns = perf_counter_ns() - start
                self.inside.discard(thread)
                try:
                    detail, alias = describe_call(*args, **kwargs)
                except Exception:
                    detail, alias = kind, ""
                self.note(kind, detail, alias, ns, sys._getframe(1))

        return standing_in(timed_function, function)

    def wrap_cursor(self, module: "Any") -> None:
        def statement(cursor: "Any", sql: object = "", *args: object, **kwargs: object) -> tuple[str, str]:
            return self.redaction.statement(str(sql), str(cursor.db.vendor)), str(cursor.db.alias)

        for name in ("execute", "executemany", "callproc"):
            setattr(module.CursorWrapper, name, self.timed("sql", getattr(module.CursorWrapper, name), statement))

    def wrap_connection(self, module: "Any") -> None:
        def database(connection: "Any") -> tuple[str, str]:
            return f"database {connection.vendor}", str(connection.alias)

        connect = module.BaseDatabaseWrapper.connect
        module.BaseDatabaseWrapper.connect = self.timed("connect", connect, database)

    def wrap_socket(self, module: "Any") -> None:
        def host(host: object = None, port: object = None, *args: object, **kwargs: object) -> tuple[str, str]:
            return self.redaction.location((host, port)), ""

        def peer(socket: object, peer: object) -> tuple[str, str]:
            return self.redaction.location(peer), ""

        module.getaddrinfo = self.timed("dns", module.getaddrinfo, host)
        module.gethostbyname = self.timed("dns", module.gethostbyname, host)
        module.socket.connect = self.timed("connect", module.socket.connect, peer)
        module.socket.connect_ex = self.timed("connect", module.socket.connect_ex, peer)

    def wrap_threading(self, module: "Any") -> None:
        """Before Python 3.12 a thread that starts raises no audit event."""
        start = module._start_new_thread

        def audited_start(*args: "Any", **kwargs: "Any") -> int:
            self.audit("_thread.start_new_thread", args, sys._getframe(1))
            return int(start(*args, **kwargs))

        module._start_new_thread = audited_start

    def wrap_fork_exec(self, module: "Any") -> None:
        """What multiprocessing starts its processes by raises no audit event."""

        def command(arguments: object, *rest: object) -> tuple[str, str]:
            what = self.redaction.command(arguments)
            return what.partition(";")[0] if "from multiprocessing." in what else what, ""  # then descriptors and paths

        module.fork_exec = self.timed("subprocess", module.fork_exec, command)

    def wrap_subprocess(self, module: "Any") -> None:
        """A process is one side effect: its start, and each time that somebody waits for it."""
        effects = self
        popen = module.Popen
        start, wait, communicate = popen.__init__, popen.wait, popen.communicate

        def __init__(process: "Any", *args: "Any", **kwargs: "Any") -> None:
            thread = get_ident()
            if thread in effects.inside:
                start(process, *args, **kwargs)
                return
            effects.inside.add(thread)
            began = perf_counter_ns()
            try:
                start(process, *args, **kwargs)
            finally:
                effects.inside.discard(thread)
                command = effects.described("subprocess", (None, args[0] if args else kwargs.get("args")))
                ns = perf_counter_ns() - began
                process._startup_number = effects.note("subprocess", command, "", ns, sys._getframe(1))

        def waited(function: "Callable[..., Any]") -> "Callable[..., Any]":
            def timed_wait(process: "Any", *args: "Any", **kwargs: "Any") -> "Any":
                thread = get_ident()
                number = getattr(process, "_startup_number", 0)
                if not number or thread in effects.inside:
                    return function(process, *args, **kwargs)
                effects.inside.add(thread)
                began = perf_counter_ns()
                try:
                    return function(process, *args, **kwargs)
                finally:
                    effects.inside.discard(thread)
                    effects.recorder.emit(("W", number, perf_counter_ns() - began))

            return timed_wait

        popen.__init__, popen.wait, popen.communicate = __init__, waited(wait), waited(communicate)


def standing_in(wrapper: "Callable[..., Any]", function: "Callable[..., Any]") -> "Callable[..., Any]":
    """wrapper with the names of a function, by which pickle finds it."""
    for name in ("__module__", "__name__", "__qualname__", "__doc__"):
        setattr(wrapper, name, getattr(function, name, None))
    return wrapper


def describe(kind: str, arguments: "tuple[Any, ...]", redaction: "Redaction") -> str:
    """What an audit event is about, from its arguments as the event's documentation lists them."""
    if kind in ("subprocess", "exec"):
        return redaction.command(arguments[1] if len(arguments) > 1 else arguments[0])
    if kind == "thread":
        thread = getattr(arguments[0], "__self__", None)
        target = getattr(thread, "_target", None) or arguments[0]
        name = redaction.text(getattr(thread, "_name", ""))
        return f"{name} {getattr(target, '__module__', '?')}.{getattr(target, '__qualname__', '?')}".strip()
    if kind == "fork":
        return "os.fork()"
    return redaction.location(arguments[:2] if kind == "dns" else arguments[-1])
