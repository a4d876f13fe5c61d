"""
What lies in one directory is taken from another one: for a boot of another revision of a repository, whose files are in
a directory of their own.

An editable install leads into the repository by an absolute path: one of a .pth file, which stands in sys.path by now,
or one in a table of a finder that the .pth file has installed. So does an entry of PYTHONPATH. What is not in the other
directory stays: a virtual environment inside the repository, say.

The parent has written both directories into a file "relocation" beside the recording, with a zero byte between them.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

SITE_DIRECTORIES = ("site-packages", "dist-packages")  # most of what is there is in no repository
DEEPEST = 3  # tables in tables of a finder


class Relocation:
    """Both directories are real paths, without links."""

    def __init__(self, file: str) -> None:
        with open(file, "rb") as stream:
            self.origin, self.place = map(os.fsdecode, stream.read().split(b"\0"))

    def start(self) -> None:
        sys.path[:] = [path for entry in sys.path for path in self.search_paths(entry)]
        for module in list(sys.modules.values()):
            directories = getattr(module, "__dict__", {}).get("__path__")
            if type(directories) is list:
                self.replace_in(directories)
        for finder in sys.meta_path:
            for table in tables_of(finder):
                self.replace_in(table)

    def search_paths(self, entry: "Any") -> "Iterator[Any]":
        """What stands in place of an entry of sys.path."""
        if isinstance(entry, str) and entry and os.path.realpath(entry) == os.path.dirname(self.origin):
            yield os.path.dirname(self.place)  # the repository is a package itself
        moved = self.moved(entry)
        if moved is not None:
            yield moved
        if moved is None or os.path.basename(entry) in SITE_DIRECTORIES:
            yield entry

    def moved(self, path: object) -> "str | None":
        """Where a path leads in the other directory; None for one that is not there."""
        if not isinstance(path, str) or not os.path.isabs(path) or "\0" in path:
            return None
        real = os.path.realpath(path)
        if real != self.origin and not real.startswith(os.path.join(self.origin, "")):
            return None
        moved = os.path.normpath(os.path.join(self.place, os.path.relpath(real, self.origin)))
        # Finders keep a module without its suffix.
        return moved if os.path.exists(moved) or os.path.exists(moved + ".py") else None

    def replace_in(self, table: "Any", depth: int = 1) -> None:
        """Replace the paths in a list or dict, and in those in it."""
        for key, value in list(table.items() if isinstance(table, dict) else enumerate(table)):
            if type(value) in (list, dict) and depth < DEEPEST:
                self.replace_in(value, depth + 1)
            else:
                moved = self.moved(value)
                if moved is not None:
                    table[key] = moved


def tables_of(finder: object) -> "Iterator[Any]":
    """The lists and dicts of a finder that is not the interpreter's: its own, and those of its class and module."""
    kind = finder if isinstance(finder, type) else type(finder)
    if kind.__module__.startswith("_frozen_importlib"):
        return
    for holder in (finder, kind, sys.modules.get(kind.__module__)):
        for name, value in list(getattr(holder, "__dict__", {}).items()):
            if type(value) in (list, dict) and not name.startswith("__"):
                yield value
