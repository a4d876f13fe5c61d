"""
Whose frame is whose while something is imported: which one wants the import, where it failed, and how frames of ours
look like the import system's own.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType
    from typing import Any

HOOKS = "django_startup.probe.importlib_bootstrap"
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
    "django_startup.probe.pytest_hooks",
    "django_startup.probe.pytest_session",
    HOOKS,
    f"{HOOKS}_edges",
    f"{HOOKS}_serving",
}
# Functions that import what somebody else has named; the rest of their modules imports for itself.
MESSENGERS = {
    "importlib.metadata": {"load"},
    "importlib_metadata": {"load"},
    "pkgutil": {"resolve_name", "walk_packages", "get_data", "find_loader", "iter_importers"},
    "runpy": {"run_module", "_get_module_details"},
    "xml.sax": {"make_parser", "_create_parser"},
    "functools": {"wrapper"},  # of singledispatch(), between functions of importlib.resources
    "celery.loaders.base": {"find_related_module", "autodiscover_tasks", "<listcomp>"},
    "celery.app.base": {"_autodiscover_tasks_from_fixups", "_autodiscover_tasks_from_names", "_autodiscover_tasks"},
}
# Modules all of whose functions do so: for the one that is given a configuration, or the name of a package.
MESSENGER_MODULES = {
    "logging.config",
    "importlib.resources._common",
    "importlib.resources._functional",
    "importlib.resources._legacy",
    "importlib_resources._common",
    "importlib_resources._functional",
    "pkg_resources",
}
TRACEBACK: "Any" = BaseException.__dict__["__traceback__"]  # whatever a class of the project's has there
OURS = __file__.removesuffix("importlib_bootstrap_frames.py")  # the directory of the probe
LONG_TABLE = 2**15  # bytes of the lines of code, some 3,000 lines
# The code by its identity, where the instructions of each line begin, and these lines.
LINES: "dict[int, tuple[CodeType, list[int], list[int]]]" = {}
# Says where somebody has asked for what a frame does, see autodiscovery.py: file, line and module, or nothing.
ASKED_BY: "list[Callable[[FrameType], tuple[Any, ...]]]" = []
LAZY = ("__getattr__", "__getattribute__", "__get__")


def hands_on(frame: "FrameType") -> bool:
    """Whether a frame imports what another one has named."""
    name = frame.f_globals.get("__name__")
    if name in CARRIERS:
        return True
    if name in MESSENGER_MODULES:
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
            if is_loading_compiled(frame) or asked_by(frame):
                break
            frame = frame.f_back
        else:
            serving = lazy_getattr(frame)
            if serving is None:
                break
            frame = serving.f_back
    return frame


def importing_place(frame: "FrameType") -> "tuple[Any, ...]":
    """place() of the importing_frame() of a frame; at once for most of them, which are import statements of modules."""
    code = frame.f_code
    if code.co_name == "<module>":
        name = frame.f_globals.get("__name__")
        if name not in CARRIERS:
            file = code.co_filename
            return () if file.startswith(OURS) else (file, line_of(frame), str(name))
    return place(importing_frame(frame))


def asked_by(frame: "FrameType") -> "tuple[Any, ...]":
    """The file, line and module that asked earlier for what a frame does now; nothing for most frames."""
    for ask in ASKED_BY:
        place = ask(frame)
        if place:
            return place
    return ()


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
    import: what the probe needs itself, and the application that it loads in place of a server.
    """
    if frame is None or frame.f_code.co_filename.startswith(OURS):
        return ()
    if hands_on(frame):
        asked = asked_by(frame)
        if asked:
            return asked
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
