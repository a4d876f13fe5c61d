"""
The modules of a boot that was ended before it could say where their files are: looked up by their names on the search
path of this process, which runs the same Python. Nothing is imported.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import PathFinder

from django_startup.measure.observations import LoadedModule
from django_startup.measure.recording import Recording


def unlisted_modules(recording: Recording) -> Iterator[LoadedModule]:
    """The modules that a boot has imported, each after the package that it is in."""
    found: dict[str, LoadedModule | None] = {}
    for span in recording.spans:
        if span.kind == "import" and not span.failed:
            look_up(span.name, found)
    yield from filter(None, found.values())


def look_up(name: str, found: dict[str, LoadedModule | None]) -> LoadedModule | None:
    """A module, which is added to found with the packages around it; None where there is no such file."""
    if name in found:
        return found[name]
    path: Sequence[str] = sys.path
    if "." in name:
        package = look_up(name.rpartition(".")[0], found)
        path = package.directories if package is not None else ()
    found[name] = module = file_of(name, path)
    return module


def file_of(name: str, path: Sequence[str]) -> LoadedModule | None:
    if name in sys.builtin_module_names:
        return LoadedModule(name, "built-in", "")
    try:
        # By its last name: of a directory without __init__.py the package around it would have to be loaded here.
        spec = PathFinder.find_spec(name.rpartition(".")[2], path)
    except (ImportError, OSError, ValueError):  # a name that can be none of a file
        return None
    if spec is None:
        return None
    return LoadedModule(name, spec.origin or "", spec.origin or "", tuple(spec.submodule_search_locations or ()))
