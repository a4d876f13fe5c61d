"""
Source files that this process sees in place of those on disk.

The parent has written them beside the recording, in a directory with a file "index": a table, in the format of marshal,
from the real path of each to its number N. N.code is its bytecode in that format, N.source its text.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, ModuleType
    from typing import Any


class Overlay:
    """
    The files in the parent's directory.

    marshal is the module of that name, disguised what keeps a function of the probe's out of tracebacks. used has the
    numbers of the files that something has asked for.
    """

    def __init__(
        self, directory: str, marshal: "ModuleType", disguised: "Callable[[Callable[..., Any]], Callable[..., Any]]"
    ) -> None:
        self.directory = directory
        self.disguised = disguised
        self.bootstrap: Any = sys.modules["_frozen_importlib_external"]
        self.numbers: dict[str, int] = marshal.loads(self.read("index"))
        self.identities = {identity(os.stat(path)) for path in self.numbers if os.path.exists(path)}
        self.statuses: dict[str, os.stat_result | None] = {}
        self.used: set[int] = set()

    def start(self) -> None:
        """Let the loaders of source files find these from now on."""
        source, file = self.bootstrap.SourceLoader, self.bootstrap.SourceFileLoader
        source.get_code = self.disguised(self.getting_code(source.get_code))
        file.path_stats = self.disguised(self.getting_stats(file.path_stats))
        self.bootstrap.FileLoader.get_data = self.disguised(self.getting_data(self.bootstrap.FileLoader.get_data))

    def files(self) -> list[str]:
        """The real paths of those that something has asked for."""
        return [path for path, number in self.numbers.items() if number in self.used]

    def read(self, name: str) -> bytes:
        with self.bootstrap._io.open_code(os.path.join(self.directory, name)) as file:  # as the import system does
            return bytes(file.read())

    def number(self, path: str) -> int | None:
        """The number of the file that a path leads to; None where it is none of these."""
        return self.find(path)[0]

    def find(self, path: str) -> "tuple[int | None, os.stat_result | None]":
        """The number of the file that a path leads to, and its os.stat() where that was needed."""
        if path in self.numbers:
            return self.numbers[path], None
        try:
            status = os.stat(path)
            is_one = identity(status) in self.identities  # a realpath() for each file would be dear
            return self.numbers.get(os.path.realpath(path)) if is_one else None, status
        except (OSError, TypeError, ValueError):  # there is no such file
            return None, None

    def getting_code(self, get_code: "Callable[[Any, str], CodeType | None]") -> "Callable[..., Any]":
        """A get_code that reads the parent's bytecode, which costs what reading that of the original costs."""

        def overlaid_get_code(loader: "Any", name: str) -> "CodeType | None":
            path = str(loader.get_filename(name))
            number, status = self.find(path)
            if number is None:
                self.statuses[path] = status
                try:
                    return get_code(loader, name)
                finally:
                    self.statuses.pop(path, None)
            if not self.is_plain(loader):
                return loader.source_to_code(loader.get_data(path), path)  # type: ignore[no-any-return]
            self.used.add(number)
            data = self.read(f"{number}.code")
            return self.bootstrap._compile_bytecode(data, name=name, source_path=path)  # type: ignore[no-any-return]

        return overlaid_get_code

    def getting_stats(self, path_stats: "Callable[[Any, str], dict[str, Any]]") -> "Callable[..., Any]":
        """A path_stats, which get_code asks for, that does not ask the system a second time."""

        def overlaid_path_stats(loader: "Any", path: str) -> "dict[str, Any]":
            status = self.statuses.pop(path, None)
            if status is None:
                return path_stats(loader, path)
            return {"mtime": status.st_mtime, "size": status.st_size}

        return overlaid_path_stats

    def is_plain(self, loader: "Any") -> bool:
        """Whether a loader compiles what is in the file: import hooks of type checkers, say, change it on the way."""
        data = getattr(loader.get_data, "__func__", None)
        code = getattr(loader.source_to_code, "__func__", None)
        return data is self.bootstrap.FileLoader.get_data and code is self.bootstrap.SourceLoader.source_to_code

    def getting_data(self, get_data: "Callable[[Any, str], bytes]") -> "Callable[..., Any]":
        """A get_data that reads the parent's texts; get_source goes through it too."""
        bytecode = tuple(self.bootstrap.BYTECODE_SUFFIXES)

        def overlaid_get_data(loader: "Any", path: str) -> bytes:
            number = None if str(path).endswith(bytecode) else self.number(str(path))
            if number is None:
                return get_data(loader, path)
            self.used.add(number)
            return self.read(f"{number}.source")

        return overlaid_get_data

    def wrap_rewriting(self, rewriting: "Any") -> None:
        """
        pytest's finder of files whose asserts it rewrites, which loads them from their own bytecode: it leaves these to
        the next finder.
        """
        hook = rewriting.AssertionRewritingHook
        find_spec = hook.find_spec

        def overlaid_find_spec(finder: "Any", name: str, *args: "Any", **kwargs: "Any") -> "Any":
            spec = find_spec(finder, name, *args, **kwargs)
            return spec if spec is None or self.number(str(spec.origin)) is None else None

        hook.find_spec = overlaid_find_spec

    def wrap_linecache(self, linecache: "Any") -> None:
        """The lines of tracebacks and of inspect.getsource()."""
        updatecache = linecache.updatecache

        def overlaid_updatecache(filename: str, module_globals: "Any" = None) -> "Any":
            number = self.number(filename)
            if number is None:
                return updatecache(filename, module_globals)
            text = self.bootstrap.decode_source(self.read(f"{number}.source"))
            lines = [f"{line}\n" for line in text.removesuffix("\n").split("\n")]
            linecache.cache[filename] = (len(text), None, lines, filename)  # None: it does not look at the disk
            return lines

        linecache.updatecache = overlaid_updatecache


def identity(status: os.stat_result) -> tuple[int, int]:
    """What a file has in common under all of its paths."""
    return status.st_dev, status.st_ino
