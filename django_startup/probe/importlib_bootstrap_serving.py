"""
What stands in place of importlib._bootstrap._find_and_load in processes that serve: the development server while it
starts, and any other while it answers requests.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any


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
