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
    from collections.abc import Callable
    from types import FrameType, ModuleType
    from typing import Any

    from django_startup.probe.recorder import Recorder, Silent

# Frames that hand an import on without being where it is written.
CARRIERS = {
    "importlib",
    "importlib._bootstrap",
    "_frozen_importlib",
    "importlib._bootstrap_external",
    "_frozen_importlib_external",
    "importlib.util",
    "django.utils.module_loading",
    __name__,
}
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


def recording(
    find_and_load: "Callable[..., Any]", recorder: "Recorder", arrivals: "dict[str, Callable[[Any], None]]"
) -> "Callable[..., Any]":
    """
    A _find_and_load that records every import of a module that is not loaded yet.

    arrivals: what to call with a module when it has been loaded, by its name.
    """
    modules = sys.modules
    getframe = sys._getframe
    begin, end = recorder.begin, recorder.end

    def recorded_find_and_load(name: str, *args: object, **kwargs: object) -> "Any":
        if name in modules:
            return find_and_load(name, *args, **kwargs)
        frame: FrameType | None = getframe(1)
        while frame is not None and frame.f_globals.get("__name__") in CARRIERS:
            frame = frame.f_back
        if frame is None:
            span = begin("import", name)
        else:
            importer = frame.f_globals.get("__name__")
            span = begin("import", name, frame.f_code.co_filename, frame.f_lineno or 0, str(importer))
            frame = None
        try:
            module = find_and_load(name, *args, **kwargs)
        except BaseException:
            end(span, 1)
            raise
        end(span)
        if name in arrivals:
            arrivals.pop(name)(module)
        return module

    return recorded_find_and_load


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

    return watched_find_and_load
