"""
Which of the project's functions ran before the target, and who called them. For the evidence boot only.

From Python 3.12 on sys.monitoring tells, for one call a function and one a line. Python 3.11 has a counter in each
code object: that knows neither lines nor callers.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType, FrameType
    from typing import Any

TOOL = 3  # of sys.monitoring; those with a meaning are others
NAME = "django-startup: functions that ran"
TAKEN = "the project has taken over sys.monitoring"
OPTIMIZED = 0x1  # the flag of code that is a function's, and not a module's or a class's
SITE_DIRECTORIES = ("site-packages", "dist-packages")
NOWHERE = ("", 0, "")
WARMUP_OFFSET = 52  # of co_warmup in the memory of a code object, behind a head of 24 bytes, 3 pointers and co_flags
NEVER_RUN = -8


def make(probe: str, hands_on: "Callable[[FrameType], bool]", import_builtin: "Callable[[str], Any]") -> "Any":
    """What watches in this interpreter. See Monitored and Warmed."""
    own = OwnFiles(probe)
    if hasattr(sys, "monitoring"):
        return Monitored(own, hands_on)
    return Warmed(own, import_builtin("_ctypes"))


class OwnFiles:
    """Tells the project's files from those of packages, the standard library and the probe."""

    def __init__(self, probe: str) -> None:
        self.ours = os.path.dirname(probe) + os.sep
        self.foreign = ("<", self.ours, os.path.dirname(os.__file__) + os.sep)
        self.known: dict[str, bool] = {}

    def has(self, file: str) -> bool:
        known = self.known.get(file)
        if known is None:
            known = self.known[file] = self.find_out(file)
        return known

    def find_out(self, file: str) -> bool:
        for name in SITE_DIRECTORIES:
            _, mark, inside = file.rpartition(f"{os.sep}{name}{os.sep}")
            if mark:  # the project itself may be installed, beside other packages
                top = os.environ.get("DJANGO_SETTINGS_MODULE", "").partition(".")[0]
                return bool(top) and inside.startswith((top + os.sep, f"{top}.py"))
        return not file.startswith(self.foreign)


def write(watch: "Any", annotations: "Any", journal: "Any") -> None:
    """
    Write a record "N" for each file with functions that ran: each as qualified name, first line, lines (None where they
    are not known), and file, line and qualified name of a caller; and one that says what may be missing, with the
    annotations that were evaluated, as evaluations.py has them.
    """
    files: dict[str, list[list[Any]]] = {}
    for code, lines, caller in watch.functions():
        row = [code.co_qualname, code.co_firstlineno, None if lines is None else sorted(lines), *caller]
        files.setdefault(code.co_filename, []).append(row)
    journal.write_all(["N", file, rows] for file, rows in files.items())
    journal.write({"record": "executed", "problem": watch.problem, "annotations": annotations})


class Monitored:
    """By sys.monitoring."""

    def __init__(self, own: OwnFiles, hands_on: "Callable[[FrameType], bool]") -> None:
        self.own = own
        self.hands_on = hands_on
        self.monitoring: Any = sys.monitoring  # type: ignore[attr-defined, unused-ignore]
        self.use_tool_id: Any = None  # of sys.monitoring, once it watches
        self.problem = ""
        self.codes: dict[int, CodeType] = {}  # kept, so that no other code gets the id of one
        self.lines: dict[int, set[int]] = {}
        self.callers: dict[int, tuple[str, int, str]] = {}

    def start(self) -> None:
        """Begin to watch, unless somebody else uses the tool's number."""
        if self.monitoring.get_tool(TOOL) is not None:
            self.problem = f"sys.monitoring's tool {TOOL} is in use by {self.monitoring.get_tool(TOOL)}"
            return
        events = self.monitoring.events
        self.use_tool_id = self.monitoring.use_tool_id
        self.use_tool_id(TOOL, NAME)
        self.monitoring.use_tool_id = self.on_use_tool_id
        self.monitoring.register_callback(TOOL, events.PY_START, self.on_start)
        self.monitoring.register_callback(TOOL, events.LINE, self.on_line)
        self.monitoring.set_events(TOOL, events.PY_START)

    def wrap_rewriting(self, rewriting: "Any") -> None:
        """Code is seen however it was loaded."""

    def stop(self) -> None:
        """Watch no more, and note whether the project has taken the tool away meanwhile."""
        if self.use_tool_id is None:
            return
        if self.monitoring.use_tool_id == self.on_use_tool_id:
            self.monitoring.use_tool_id = self.use_tool_id
        if not self.problem and not self.let_go():
            self.problem = TAKEN

    def let_go(self) -> bool:
        """Free the tool; False where it is no longer the probe's, or calls somebody else: then it stays as it is."""
        monitoring, start = self.monitoring, self.monitoring.events.PY_START
        if monitoring.get_tool(TOOL) != NAME or not monitoring.get_events(TOOL):
            return False
        callback = monitoring.register_callback(TOOL, start, None)
        if callback != self.on_start:
            monitoring.register_callback(TOOL, start, callback)
            return False
        monitoring.set_events(TOOL, 0)
        monitoring.free_tool_id(TOOL)
        return True

    def on_use_tool_id(self, tool: int, name: str, /) -> None:
        """In place of sys.monitoring.use_tool_id. Who asks for the number of our tool gets it, as in a plain start."""
        if tool == TOOL and not self.problem and self.let_go():
            self.problem = TAKEN
        self.use_tool_id(tool, name)

    # The interpreter calls these two, and no tracer follows what another tool calls.
    def on_start(self, code: "CodeType", offset: int) -> "Any":  # pragma: no cover
        """A function is called for the first time."""
        if code.co_flags & OPTIMIZED and self.own.has(code.co_filename):
            key = id(code)
            self.codes[key] = code
            self.lines[key] = set()
            self.callers[key] = self.caller(sys._getframe(1).f_back)
            self.monitoring.set_local_events(TOOL, code, self.monitoring.events.LINE)
        return self.monitoring.DISABLE

    def on_line(self, code: "CodeType", line: int) -> "Any":  # pragma: no cover
        """A line of one of the project's functions runs for the first time."""
        lines = self.lines.get(id(code))
        if lines is not None:
            lines.add(line)
        return self.monitoring.DISABLE

    def caller(self, frame: "FrameType | None") -> tuple[str, int, str]:  # pragma: no cover
        """File, line and function of the nearest frame that is neither ours nor the import system's."""
        while frame is not None:
            file = frame.f_code.co_filename
            if not file.startswith(("<", self.own.ours)) and not self.hands_on(frame):
                return file, frame.f_lineno or 0, frame.f_code.co_qualname
            frame = frame.f_back
        return NOWHERE

    def functions(self) -> "Iterator[Any]":
        """The functions that ran, in the order in which they did first."""
        for key, code in self.codes.items():
            yield code, self.lines[key], self.callers[key]


class Warmed:
    """
    By the counter that Python 3.11 keeps in each code object until it has run eight times (co_warmup, in the memory of
    the object: nothing else shows it). It costs a boot nothing, where any hook would make it half as long again.
    """

    def __init__(self, own: OwnFiles, ctypes: "Any") -> None:
        self.own = own
        self.short = type("Short", (ctypes._SimpleCData,), {"_type_": "h"})
        self.loader: Any = sys.modules["_frozen_importlib_external"].SourceLoader
        self.get_code = self.loader.get_code
        self.codes: list[CodeType] = []  # of modules, which would be gone once they have run, their lambdas with them
        self.problem = "" if self.is_right() else "this Python does not tell which functions have run"

    def is_right(self) -> bool:
        """Whether the counter lies where it should: it has moved for what has run, and not for what has not."""
        fresh = compile("lambda: 0", "", "eval").co_consts[0]
        return not self.has_run(fresh) and self.has_run(type(self).__init__.__code__)

    def has_run(self, code: "CodeType") -> bool:
        return bool(self.short.from_address(id(code) + WARMUP_OFFSET).value != NEVER_RUN)  # type: ignore[attr-defined]

    def start(self) -> None:
        """Keep the code of the project's modules from now on."""
        get_code = self.get_code

        def kept_get_code(loader: object, name: str) -> "CodeType | None":
            return self.keep(get_code(loader, name))

        self.loader.get_code = kept_get_code

    def wrap_rewriting(self, rewriting: "Any") -> None:
        """pytest's loader of files whose asserts it rewrites, which gets at their code in ways of its own."""
        read, rewrite = rewriting._read_pyc, rewriting._rewrite_test

        def kept_read_pyc(*args: object, **kwargs: object) -> "Any":
            return self.keep(read(*args, **kwargs))

        def kept_rewrite_test(*args: object, **kwargs: object) -> "Any":
            status, code = rewrite(*args, **kwargs)
            return status, self.keep(code)

        rewriting._read_pyc, rewriting._rewrite_test = kept_read_pyc, kept_rewrite_test

    def keep(self, code: "CodeType | None") -> "CodeType | None":
        if code is not None and self.own.has(code.co_filename):
            self.codes.append(code)
        return code

    def stop(self) -> None:
        self.loader.get_code = self.get_code

    def functions(self) -> "Iterator[Any]":
        """The functions that ran. Neither their lines nor their callers are known."""
        main = sys.modules["__main__"].__dict__.values()
        scripts = [thing.__code__ for thing in main if type(thing) is type(make)]
        waiting = [*self.codes, *(code for code in scripts if self.own.has(code.co_filename))]
        seen: set[int] = set()
        while waiting and not self.problem:
            code = waiting.pop()
            if id(code) not in seen:
                seen.add(id(code))
                waiting += [inner for inner in code.co_consts if type(inner) is type(code)]
                if code.co_flags & OPTIMIZED and self.has_run(code):
                    yield code, None, NOWHERE
