"""The file of LATE_IMPORTS["LOG"]: what requests import late, a name a line, each once, from all processes."""

from __future__ import annotations

import asyncio
import atexit
import functools
import logging
from collections.abc import Iterable
from pathlib import Path

from django_startup.exceptions import UsageError
from django_startup.files import FileLocked, append_file, locked, read_file
from django_startup.serving.names_file import read_names
from django_startup.text import printable

LOCK_S = 0.005  # how long a request waits for another process
LAST_LOCK_S = 1.0  # how long the end of a process does
logger = logging.getLogger("django_startup")


class NamesLog:
    """
    What this process adds to the file.

    Names that cannot be written now are kept, and written with the next ones, or else when the process ends.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names: dict[str, None] = {}
        self.pending: dict[str, None] = {}
        self.problem = ""
        atexit.register(self.close)

    def add(self, names: Iterable[str]) -> None:
        """
        Write names that are not in the file: at once, or in another thread where an event loop would wait.

        They are all written again after the file has been deleted.
        """
        new = dict.fromkeys(name for name in names if name not in self.names and read_names(name) == [name])
        self.names.update(new)
        self.pending.update(new)
        if not self.pending and self.path.exists():
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.write()
        else:
            loop.run_in_executor(None, self.write)

    def write(self, lock_s: float = LOCK_S) -> None:
        """Write what is pending, unless another process has the file. A file that cannot be written is logged once."""
        pending = list(self.pending)
        try:
            with locked(self.path, wait_s=lock_s):
                self.append(pending)
        except FileLocked:
            return
        except UsageError as error:
            if str(error) != self.problem:
                self.problem = str(error)
                logger.warning("%s Module names are kept until it can be.", printable(str(error)))
            return
        self.problem = ""
        for name in pending:
            self.pending.pop(name, None)

    def append(self, pending: list[str]) -> None:
        try:
            text = read_file(self.path).decode("utf-8", "replace")
        except FileNotFoundError:
            text = ""
        except (OSError, ValueError):  # a FIFO, say: what is in it cannot be known
            append_file(self.path, lines(pending), wait_s=0)
            return
        present = set(read_names(text))
        missing = [name for name in list(self.names) if name not in present]
        if missing:
            end = "\n" if text and not text.endswith("\n") else ""
            append_file(self.path, end + lines(missing), wait_s=0)

    def close(self) -> None:
        if self.pending:
            self.write(LAST_LOCK_S)


def lines(names: Iterable[str]) -> str:
    return "".join(f"{name}\n" for name in names)


@functools.cache
def names_log(path: Path) -> NamesLog:
    """The log at a path, one a process."""
    return NamesLog(path)
