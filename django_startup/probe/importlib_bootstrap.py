"""
The hook in importlib._bootstrap._find_and_load.

Both the import statement (in C, which looks the function up by its name at every import of a module that is not loaded
yet) and importlib.import_module() go through that function, so a function put in its place sees every import, truly
nested, together with the frame that asked for it.

This file's name matters: the warnings module passes over frames whose file name holds "importlib" and "_bootstrap" when
it looks for the line that a warning at import time is about.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import FrameType, ModuleType
    from typing import Any

    from django_startup.probe.drill import Drill
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
    __name__,
}
# Functions that import what somebody else has named; the rest of their modules imports for itself.
MESSENGERS = {"importlib.metadata": {"load"}, "importlib_metadata": {"load"}, "pkgutil": {"resolve_name"}}
LOGGING = "logging.config"  # all of whose functions do so for the one that is given the configuration
TARGET = "django_startup.probe.target"  # which imports what nobody has written: the application that a server loads
TOOL = 4  # of sys.monitoring; those with a meaning are others
SELF_TEST = "django_startup_probe_self_test"


def is_honoured(bootstrap: "ModuleType") -> bool:
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

    None where nobody has written it: the application that a server loads.
    """
    while frame is not None and (frame.f_code.co_name == "__getattr__" or hands_on(frame)):
        frame = frame.f_back
    return None if frame is None or frame.f_globals.get("__name__") == TARGET else frame


def recording(
    find_and_load: "Callable[..., Any]",
    recorder: "Recorder",
    arrivals: "dict[str, Callable[[Any], None]]",
    edges: "Edges | None" = None,
) -> "Callable[..., Any]":
    """
    A _find_and_load that records every import of a module that is not loaded yet.

    arrivals: what to call with a module when it has been loaded, by its name. edges also takes the imports by
    import_module of what is loaded.
    """
    modules = sys.modules
    getframe = sys._getframe
    begin, end, note_failure = recorder.begin, recorder.end, recorder.note_failure

    def recorded_find_and_load(name: str, *args: object, **kwargs: object) -> "Any":
        if name in modules:
            if edges is not None:
                edges.note("D", getframe(1), (name,))
            return find_and_load(name, *args, **kwargs)
        frame = importing_frame(getframe(1))
        if frame is None:
            span = begin("import", name)
        else:
            importer = frame.f_globals.get("__name__")
            span = begin("import", name, frame.f_code.co_filename, frame.f_lineno or 0, str(importer))
            frame = None
        try:
            module = find_and_load(name, *args, **kwargs)
        except BaseException as error:
            note_failure(error, span)
            end(span, 1)
            raise
        end(span)
        if name in arrivals:
            arrivals.pop(name)(module)
        return module

    return disguised(recorded_find_and_load)


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


def hide(function: "Callable[..., Any]") -> None:
    """Leave a function's frame out of the tracebacks of what it raises (Python 3.12)."""
    monitoring = getattr(sys, "monitoring", None)
    if monitoring is None or monitoring.get_tool(TOOL) is not None:
        return
    hidden = function.__code__

    # No tracer follows what another tool calls.
    def on_unwind(code: object, offset: int, error: BaseException) -> None:  # pragma: no cover
        if code is hidden:
            error.__traceback__ = getattr(error.__traceback__, "tb_next", None)

    monitoring.use_tool_id(TOOL, "django-startup")
    monitoring.register_callback(TOOL, monitoring.events.PY_UNWIND, on_unwind)
    monitoring.set_events(TOOL, monitoring.events.PY_UNWIND)


def sparing(
    find_and_load: "Callable[..., Any]", recorded_find_and_load: "Callable[..., Any]", folders: tuple[str, ...]
) -> "Callable[..., Any]":
    """
    A _find_and_load that records only what crosses from one package to another, a fifth of all imports.

    What a package in one of the folders imports of itself is a part of the import that is being recorded: the sums by
    package are the same. A namespace package is many, and recorded in full.
    """
    modules = sys.modules
    getframe = sys._getframe

    def spared_find_and_load(name: str, *args: object, **kwargs: object) -> "Any":
        frame: FrameType | None = getframe(1)
        if frame is not None and frame.f_code.co_filename.startswith(folders):
            top = name.partition(".")[0]
            importer = str(frame.f_globals.get("__name__"))
            if importer.partition(".")[0] == top and getattr(modules.get(top), "__file__", None):
                frame = None
                return find_and_load(name, *args, **kwargs)
        frame = None
        return recorded_find_and_load(name, *args, **kwargs)

    return spared_find_and_load


class Edges:
    """
    Who imports what, modules that are loaded already included: for each line and what it imports, once, a record "I",
    importer, file, line, target, or "D" for a call of import_module.
    """

    def __init__(self, recorder: "Recorder") -> None:
        self.recorder = recorder
        self.seen: set[tuple[str, str, int, str]] = set()

    def note(self, letter: str, frame: "FrameType | None", targets: "Iterable[str]") -> None:
        frame = importing_frame(frame)
        if frame is None:
            return
        importer = str(frame.f_globals.get("__name__"))
        file, line = frame.f_code.co_filename, frame.f_lineno or 0
        for target in targets:
            edge = (importer, file, line, target)
            if edge not in self.seen:
                self.seen.add(edge)
                self.recorder.emit((letter, *edge))

    def noting(self, import_: "Callable[..., Any]") -> "Callable[..., Any]":
        """A builtins.__import__ that notes what each statement imports."""
        modules = sys.modules
        getframe = sys._getframe

        def noted_import(
            name: str,
            globals: "Any" = None,
            locals: "Any" = None,
            fromlist: "Any" = (),
            level: int = 0,
        ) -> "Any":
            if fromlist is None and not level and "." in name and is_lazy_use(getframe(1)):
                name = name.partition(".")[0]  # the interpreter would bind that, and leave the rest lazy
            module = import_(name, globals, locals, fromlist, level)
            target = resolve(name, globals, level)
            targets = [target]
            if fromlist and isinstance(fromlist, (tuple, list)):
                targets += [inner for inner in [f"{target}.{part}" for part in fromlist] if inner in modules]
            frame = getframe(1)
            self.note("D" if hands_on(frame) else "I", frame, targets)
            return module

        hide(noted_import)
        return noted_import


def is_lazy_use(frame: "FrameType") -> bool:
    """Whether a frame imports because it reads a name that a lazy import has bound (Python 3.15)."""
    return frame.f_code.co_code[frame.f_lasti] in NAME_READERS


def name_readers() -> set[int]:
    """The opcodes that read a global name; the opcode and dis modules are the project's to import."""
    if not hasattr(sys, "set_lazy_imports_filter"):
        return set()
    module = compile("x", "", "exec").co_code
    function = compile("lambda: x", "", "eval").co_consts[0].co_code
    return {*module[::2], *function[::2]} - {*compile("1", "", "exec").co_code[::2]}


NAME_READERS = name_readers()


def resolve(name: str, globals: "Any", level: int) -> str:
    """The absolute name of what an import statement imports."""
    if not level:
        return name
    package = globals.get("__package__") or getattr(globals.get("__spec__"), "parent", None)
    if package is None:
        package = globals.get("__name__", "")
        if "__path__" not in globals:
            package = package.rpartition(".")[0]
    for _ in range(level - 1):
        package = package.rpartition(".")[0]
    return f"{package}.{name}" if name else str(package)


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
    """A _find_and_load that samples the import of one module, and leaves out those from within the sampled place."""
    modules = sys.modules
    getframe = sys._getframe

    def drilled_find_and_load(name: str, *args: object, **kwargs: object) -> "Any":
        if name in modules:
            return find_and_load(name, *args, **kwargs)
        if drill.is_entrance(name):
            return drill.call(find_and_load, name, *args, **kwargs)
        if not drill.is_on():
            return find_and_load(name, *args, **kwargs)
        drill.pause(getframe(1))
        try:
            return find_and_load(name, *args, **kwargs)
        finally:
            drill.resume()

    return drilled_find_and_load


def charging(load: "Callable[..., Any]", current: "Any") -> "Callable[..., Any]":
    """
    A _find_and_load (or the _lock_unlock_module that waits for another thread's) that charges imports to whoever a
    context variable names, for processes that serve.

    current: the variable. Its value is None or has begin(name, frame), which answers what to charge that import to, or
    None if to nobody; that is current while the import lasts, and gets end(failed) when it is over.
    """
    getframe = sys._getframe

    def charged_find_and_load(name: str, *args: object, **kwargs: object) -> "Any":
        outer = current.get()
        charge = None if outer is None else outer.begin(name, getframe(1))
        if charge is None:
            return load(name, *args, **kwargs)
        token = current.set(charge)
        try:
            module = load(name, *args, **kwargs)
        except BaseException:
            current.reset(token)
            charge.end(True)
            raise
        current.reset(token)
        charge.end(False)
        return module

    return charged_find_and_load
