"""
What stands in place of importlib._bootstrap._find_and_load in processes that serve: the development server while it
starts, and any other while it answers requests.
"""

import sys

from django_startup.probe.importlib_bootstrap_frames import disguised

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

# The import system's frames and ours: where a parent is imported first, or a submodule that "from" names.
WITHIN = ("importlib._bootstrap", "django_startup.probe.importlib_bootstrap", __name__)
NOWHERE = "."  # how no module's name begins
MIGRATIONS = ".migrations."


def sparing(
    find_and_load: "Callable[..., Any]", recorded_find_and_load: "Callable[..., Any]", directories: tuple[str, ...]
) -> "Callable[..., Any]":
    """
    A _find_and_load that records only what crosses from one package to another, a sixth of all imports.

    What a package in one of the directories imports of itself is a part of the import that is being recorded: the sums
    by package are the same. A namespace package is many, and recorded in full. Its migrations are a part of runserver's
    looking for unapplied ones; those of the project are recorded.
    """
    modules = sys.modules
    getframe = sys._getframe
    insides: dict[str, str] = {}  # by module, how the names of its own package begin

    def inside_of(module: str) -> str:
        if module not in insides:
            top = module.partition(".")[0]
            is_regular = str(getattr(modules.get(top), "__file__", None)).startswith(directories)
            insides[module] = f"{top}." if is_regular else NOWHERE
        return insides[module]

    def importer_of(frame: "FrameType") -> str:
        importer = str(frame.f_globals.get("__name__"))
        if importer in WITHIN and frame.f_back is not None:
            return importer_of(frame.f_back)
        return importer

    def spared_find_and_load(name: str, import_: object, **options: object) -> "Any":
        if name not in modules:
            inside = insides.get(str(getframe(1).f_globals.get("__name__"))) or inside_of(importer_of(getframe(1)))
            if not (name.startswith(inside) or (MIGRATIONS in name and inside_of(name) != NOWHERE)):
                return recorded_find_and_load(name, import_, **options)
        return find_and_load(name, import_, **options)

    return disguised(spared_find_and_load)


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

    return disguised(charged_find_and_load)
