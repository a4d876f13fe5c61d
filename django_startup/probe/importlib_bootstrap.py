"""
The hook in importlib._bootstrap._find_and_load.

Both the import statement (in C, which looks the function up by its name at every import of a module that is not loaded
yet) and importlib.import_module() go through that function, so a function put in its place sees every import, truly
nested, together with the frame that asked for it.

The names of this file and of those that begin with it matter: the warnings module passes over frames whose file name
holds "importlib" and "_bootstrap" when it looks for the line that a warning at import time is about.
"""

import sys
from _thread import get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType, ModuleType
    from typing import Any

    from django_startup.probe.drill import Drill
    from django_startup.probe.importlib_bootstrap_edges import Edges
    from django_startup.probe.recorder import Recorder, Silent

# Frames that hand an import on without being where it is written.
CARRIERS = {
    "importlib",
    "importlib._bootstrap",
    "_frozen_importlib",
    "importlib._bootstrap_external",
    "_frozen_importlib_external",
    "importlib.util",
    "django.urls.conf",
    "django.utils.module_loading",
    "django_startup.probe.drill",
    "django_startup.probe.evidence",
    "django_startup.probe.overlay",
    __name__,
    f"{__name__}_edges",
    f"{__name__}_serving",
}
# Functions that import what somebody else has named; the rest of their modules imports for itself.
MESSENGERS = {"importlib.metadata": {"load"}, "importlib_metadata": {"load"}, "pkgutil": {"resolve_name"}}
LOGGING = "logging.config"  # all of whose functions do so for the one that is given the configuration
TRACEBACK: "Any" = BaseException.__dict__["__traceback__"]  # whatever a class of the project's has there
TARGET = "django_startup.probe.target"  # which imports what nobody has written: the application that a server loads
LONG_TABLE = 2**15  # bytes of the lines of code, some 3,000 lines
# The code by its identity, where the instructions of each line begin, and these lines.
LINES: "dict[int, tuple[CodeType, list[int], list[int]]]" = {}
LAZY = ("__getattr__", "__getattribute__", "__get__")
SELF_TEST = "django_startup_probe_self_test"


def is_hook_called(bootstrap: "ModuleType") -> bool:
    """Whether this interpreter really asks _find_and_load when it meets an import statement."""
    asked: list[str] = []

    def find_and_load(name: str, *args: object, **kwargs: object) -> "ModuleType":
        asked.append(name)
        return sys

    original = bootstrap._find_and_load
    bootstrap._find_and_load = find_and_load  # type: ignore[attr-defined]
    try:
        __import__(SELF_TEST)
    except ImportError:
        pass
    finally:
        bootstrap._find_and_load = original  # type: ignore[attr-defined]
    return asked == [SELF_TEST]


def hands_on(frame: "FrameType") -> bool:
    """Whether a frame imports what another one has named."""
    name = frame.f_globals.get("__name__")
    if name in CARRIERS:
        return True
    if name == LOGGING:
        return frame.f_code.co_name != "<module>"
    return name in MESSENGERS and frame.f_code.co_name in MESSENGERS[name]


def importing_frame(frame: "FrameType | None") -> "FrameType | None":
    """
    The frame that wants an import: out of the import system, and out of a package's lazy __getattr__.

    It is one of the import system's where a compiled module is loaded, which has no frame of its own.
    """
    while frame is not None:
        if frame.f_code.co_name == "__getattr__":
            frame = frame.f_back
        elif hands_on(frame):
            if is_loading_compiled(frame):
                break
            frame = frame.f_back
        else:
            serving = lazy_getattr(frame)
            if serving is None:
                break
            frame = serving.f_back
    return frame


def is_loading_compiled(frame: "FrameType") -> bool:
    """Whether a frame of the import system runs a compiled module."""
    if frame.f_code.co_name not in ("create_module", "exec_module"):
        return False
    return type(frame.f_locals.get("self")).__name__ == "ExtensionFileLoader"


def lazy_getattr(frame: "FrameType | None") -> "FrameType | None":
    """
    The frame of a package's lazy __getattr__ that a function of the same top-level package serves, whose frame is
    given; None if it serves none.
    """
    top = None
    while frame is not None and frame.f_code.co_name != "<module>":
        name = str(frame.f_globals.get("__name__")).partition(".")[0]
        if top not in (None, name):
            return None
        top = name
        if frame.f_code.co_name in LAZY and is_of_module(frame):
            return frame
        frame = frame.f_back
    return None


def is_of_module(frame: "FrameType") -> bool:
    """Whether a call of __getattr__ or the like looks for an attribute of a module."""
    code = frame.f_code
    if code.co_argcount == 1:  # a function of the module
        return True
    values = frame.f_locals
    # isinstance() would ask a lazy object of Django's for its class, and that would import, and ask again.
    return any(issubclass(type(values.get(name)), type(sys)) for name in code.co_varnames[:2])


def place(frame: "FrameType | None") -> "tuple[Any, ...]":
    """
    The file, line and module that an importing frame stands for. Nothing for none, and where nobody has written the
    import: the application that a server loads.
    """
    if frame is None or frame.f_globals.get("__name__") == TARGET:
        return ()
    if hands_on(frame):
        loader = frame.f_locals["self"]
        return str(loader.path), 1, str(loader.name)
    return frame.f_code.co_filename, line_of(frame), str(frame.f_globals.get("__name__"))


def line_of(frame: "FrameType") -> int:
    """
    The line that a frame is at.

    The interpreter looks for it from the beginning of the code each time. In a file of 20,000 imports that takes longer
    than all the rest, so long code has a table.
    """
    code = frame.f_code
    if len(code.co_linetable) < LONG_TABLE:
        return frame.f_lineno or 0
    known = LINES.get(id(code))
    if known is None:
        rows = [(start, line or 0) for start, _, line in code.co_lines()]
        known = LINES[id(code)] = code, [start for start, _ in rows], [line for _, line in rows]
    _, starts, lines = known
    low, high = 0, len(starts)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if starts[middle] <= frame.f_lasti else (low, middle)
    return lines[low]


def raised(error: BaseException, frame: "FrameType | None" = None) -> "tuple[str, int]":
    """The file and line where an exception was raised; those of frame, which wants an import, if that found nothing."""
    while frame is not None and passes_on(frame):
        frame = frame.f_back
    at = ("", 0) if frame is None else (frame.f_code.co_filename, frame.f_lineno or 0)
    traceback = TRACEBACK.__get__(error)
    while traceback is not None:
        if not passes_on(traceback.tb_frame):
            at = traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        traceback = traceback.tb_next
    return at


def passes_on(frame: "FrameType") -> bool:
    """Whether a frame is the import system's, or of a lazy __getattr__."""
    return frame.f_code.co_name == "__getattr__" or hands_on(frame)


def recording(
    find_and_load: "Callable[..., Any]",
    recorder: "Recorder",
    arrivals: "dict[str, Callable[[Any], None]]",
    importing: "dict[str, int]",
    wait: "Callable[[str], None]",
    edges: "Edges | None" = None,
) -> "Callable[..., Any]":
    """
    A _find_and_load that records every import of a module that is not loaded yet.

    arrivals: what to call with a module when it has been loaded, by its name. importing has the thread of each module
    whose import is under way, by its name; wait is called with one that another thread imports. edges also takes the
    imports by import_module of what is loaded.
    """
    modules = sys.modules
    getframe = sys._getframe
    begin, end, note_failure = recorder.begin, recorder.end, recorder.note_failure

    def recorded_find_and_load(name: str, *args: object, **kwargs: object) -> "Any":
        here = get_ident()
        if importing.get(name, here) != here:
            wait(name)
        if name in modules:
            if edges is not None:
                edges.note("D", getframe(1), (name,))
            return find_and_load(name, *args, **kwargs)
        span = begin("import", name, *place(importing_frame(getframe(1))))
        importing[name] = here
        try:
            module = find_and_load(name, *args, **kwargs)
        except BaseException as error:
            importing.pop(name, None)
            note_failure(error, raised(error, getframe(1)), span)
            end(span, 1)
            raise
        importing.pop(name, None)
        end(span)
        if name in arrivals:
            arrivals.pop(name)(module)
        return module

    return disguised(recorded_find_and_load)


def executing(
    exec_module: "Callable[..., Any]", recorder: "Recorder", importing: "dict[str, int]"
) -> "Callable[[Any, ModuleType], None]":
    """
    A loader's exec_module that records a module which is run without an import: by LazyLoader when it is first used, by
    a plugin system that calls spec.loader.exec_module() itself, or once more by importlib.reload().

    importing has those whose import is under way: they have a span already.
    """
    getframe = sys._getframe
    begin, end, note_failure = recorder.begin, recorder.end, recorder.note_failure

    def recorded_exec_module(loader: "Any", module: "ModuleType") -> None:
        name = object.__getattribute__(module, "__dict__").get("__name__")
        if name in importing:
            exec_module(loader, module)
            return
        span = begin("import", str(name), *place(importing_frame(getframe(1))))
        try:
            exec_module(loader, module)
        except BaseException as error:
            note_failure(error, raised(error, getframe(1)), span)
            end(span, 1)
            raise
        end(span)

    return disguised(recorded_exec_module)


def awaiting(
    lock_unlock_module: "Callable[[str], None]", recorder: "Recorder", importing: "dict[str, int]"
) -> "Callable[[str], None]":
    """A _lock_unlock_module, which waits until another thread has imported a module, that records the wait."""
    getframe = sys._getframe

    def recorded_lock_unlock_module(name: str) -> None:
        here = get_ident()
        if importing.get(name, here) == here:
            lock_unlock_module(name)
            return
        span = recorder.begin("lock", name, *place(importing_frame(getframe(1))))
        try:
            lock_unlock_module(name)
        finally:
            recorder.end(span)

    return disguised(recorded_lock_unlock_module)


def disguised(function: "Callable[..., Any]") -> "Callable[..., Any]":
    """
    function, as if it were the import system's own: Python leaves its frames out of tracebacks.

    Projects look at them: whether an ImportError is about the module itself or comes from within, its length tells.
    """
    if not is_traced():  # pragma: no cover
        function.__code__ = function.__code__.replace(co_filename="<frozen importlib._bootstrap>")
    return function


def is_traced() -> bool:
    """Whether a debugger or coverage follows the lines of this process: it would look for ours in another file."""
    monitoring: Any = getattr(sys, "monitoring", None)
    tools = (monitoring.DEBUGGER_ID, monitoring.COVERAGE_ID) if monitoring else ()
    return sys.gettrace() is not None or any(monitoring.get_tool(tool) for tool in tools)


def watching(
    find_and_load: "Callable[..., Any]", recorder: "Silent", arrivals: "dict[str, Callable[[Any], None]]"
) -> "Callable[..., Any]":
    """A _find_and_load that records nothing and only announces the modules in arrivals: for bare boots."""

    modules = sys.modules

    def watched_find_and_load(name: str, *args: object, **kwargs: object) -> "Any":
        if name in modules:
            return find_and_load(name, *args, **kwargs)
        module = find_and_load(name, *args, **kwargs)
        if name in arrivals:
            arrivals.pop(name)(module)
        return module

    return disguised(watched_find_and_load)


def drilling(find_and_load: "Callable[..., Any]", drill: "Drill") -> "Callable[..., Any]":
    """A _find_and_load that samples the import of one place, and leaves out others from within the sampled place."""
    modules = sys.modules
    getframe = sys._getframe

    def drilled_find_and_load(name: str, *args: object, **kwargs: object) -> "Any":
        if name in modules:
            return find_and_load(name, *args, **kwargs)
        if drill.is_entrance(name):
            return drill.call(find_and_load, name, *args, **kwargs)
        if not drill.switches(name):
            return find_and_load(name, *args, **kwargs)
        drill.switch(getframe(1))
        try:
            return find_and_load(name, *args, **kwargs)
        finally:
            drill.switch(getframe(1))

    return drilled_find_and_load
