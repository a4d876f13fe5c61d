"""
The hooks in the import system, above all the one in importlib._bootstrap._find_and_load.

Both the import statement (in C, which looks the function up by its name at every import of a module that is not loaded
yet) and importlib.import_module() go through that function, so a function put in its place sees every import, truly
nested, together with the frame that asked for it (importlib_bootstrap_frames.py).

The names of this file and of those that begin with it matter: the warnings module passes over frames whose file name
holds "importlib" and "_bootstrap" when it looks for the line that a warning at import time is about.
"""

import sys
from _thread import get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

    from django_startup.probe.drill import Drill
    from django_startup.probe.importlib_bootstrap_edges import Edges

MODULE = type(sys)
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


class ImportHooks:
    """
    What stands in place of functions of the import system. recorder takes what they record; of a bare boot nothing.
    frames is the module importlib_bootstrap_frames. arrivals says what to call with a module when it has been loaded,
    by its name.

    Attributes:
        importing: The thread of each module whose import is under way, by its name.
    """

    def __init__(self, recorder: "Any", frames: "Any", arrivals: "dict[str, Callable[[Any], None]]") -> None:
        self.recorder = recorder
        self.frames = frames
        self.arrivals = arrivals
        self.importing: dict[str, int] = {}

    def find_and_load(
        self, find_and_load: "Callable[..., Any]", wait: "Callable[[str], None]", edges: "Edges | None" = None
    ) -> "Callable[..., Any]":
        """
        A _find_and_load that records every import of a module that is not loaded yet.

        wait is called with one that another thread imports. edges also takes the imports by import_module of what is
        loaded.
        """
        modules = sys.modules
        getframe = sys._getframe
        begin, end, note_failure = self.recorder.begin, self.recorder.end, self.recorder.note_failure
        importing_place, raised = self.frames.importing_place, self.frames.raised
        importing, arrivals = self.importing, self.arrivals

        def recorded_find_and_load(name: str, *args: object, **kwargs: object) -> "Any":
            here = get_ident()
            if importing.get(name, here) != here:
                wait(name)
            if name in modules:
                if edges is not None:
                    edges.note("D", getframe(1), (name,))
                return find_and_load(name, *args, **kwargs)
            span = begin("import", name, *importing_place(getframe(1)))
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

        return self.disguised(recorded_find_and_load)

    def exec_module(
        self, exec_module: "Callable[..., Any]", peek: "Callable[[object], dict[str, Any]]"
    ) -> "Callable[[Any, ModuleType], None]":
        """
        A loader's exec_module that records a module which is run without an import: by LazyLoader when it is first
        used, by a plugin system that calls spec.loader.exec_module() itself, or once more by importlib.reload(). Those
        whose import is under way have a span already. peek is the function attributes() of attributes.py.
        """
        getframe = sys._getframe
        begin, end, note_failure = self.recorder.begin, self.recorder.end, self.recorder.note_failure
        importing_place, raised = self.frames.importing_place, self.frames.raised
        importing = self.importing

        def recorded_exec_module(loader: "Any", module: "ModuleType") -> None:
            names = module.__dict__ if type(module) is MODULE else peek(module)
            name = names.get("__name__")
            if name in importing:
                exec_module(loader, module)
                return
            span = begin("import", str(name), *importing_place(getframe(1)))
            try:
                exec_module(loader, module)
            except BaseException as error:
                note_failure(error, raised(error, getframe(1)), span)
                end(span, 1)
                raise
            end(span)

        return self.disguised(recorded_exec_module)

    def lock_unlock_module(self, lock_unlock_module: "Callable[[str], None]") -> "Callable[[str], None]":
        """A _lock_unlock_module, which waits until another thread has imported a module, that records the wait."""
        getframe = sys._getframe
        recorder, importing = self.recorder, self.importing
        importing_place = self.frames.importing_place

        def recorded_lock_unlock_module(name: str) -> None:
            here = get_ident()
            if importing.get(name, here) == here:
                lock_unlock_module(name)
                return
            span = recorder.begin("lock", name, *importing_place(getframe(1)))
            try:
                lock_unlock_module(name)
            finally:
                recorder.end(span)

        return self.disguised(recorded_lock_unlock_module)

    def watching(self, find_and_load: "Callable[..., Any]") -> "Callable[..., Any]":
        """A _find_and_load that records nothing and only announces the modules in arrivals: for bare boots."""
        modules = sys.modules
        arrivals = self.arrivals

        def watched_find_and_load(name: str, *args: object, **kwargs: object) -> "Any":
            if name in modules:
                return find_and_load(name, *args, **kwargs)
            module = find_and_load(name, *args, **kwargs)
            if name in arrivals:
                arrivals.pop(name)(module)
            return module

        return self.disguised(watched_find_and_load)

    def disguised(self, function: "Callable[..., Any]") -> "Callable[..., Any]":
        hidden: Callable[..., Any] = self.frames.disguised(function)
        return hidden


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
