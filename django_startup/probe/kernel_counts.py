"""
What the kernel counts of a process, and the files that it reads: opened by Python, or mapped into memory, as shared
libraries are. For boots that are told to count.

Leaves one record, "kernel". Where the system does not tell something, that is None.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAJOR_FAULTS = 9  # place in /proc/self/stat behind the name of the program
MAPPED_FILE = 6  # place in a line of /proc/self/maps


class KernelCounts:
    """Watches what is opened for reading from start() on."""

    def __init__(self) -> None:
        self.opened: dict[str, None] = {}

    def start(self) -> None:
        sys.addaudithook(self.audit)

    def audit(self, event: str, arguments: "tuple[Any, ...]") -> None:
        if event != "open":
            return
        path, _, flags = arguments
        if isinstance(path, int) or (isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR)):
            return
        try:
            name = os.path.abspath(os.fsdecode(path))
            if name not in self.opened and os.path.isfile(name):  # Python looks for bytecode by opening it
                self.opened[name] = None
        except Exception:  # no path; one that raises; the working directory has been removed
            return

    def record(self) -> "dict[str, Any]":
        """What has been counted so far; files are paths, in the order in which they were opened, then those mapped."""
        opened = list(self.opened)  # what follows opens files, too
        read_bytes, faults = read_from_disk(), major_faults()
        return {
            "record": "kernel",
            "read_bytes": read_bytes,
            "faults": faults,
            "files": list(dict.fromkeys([*opened, *filter(os.path.isfile, mapped_files())])),
        }


def read_from_disk() -> int | None:
    """The bytes that the system has fetched from a disk for this process."""
    for line in lines("/proc/self/io"):
        name, _, value = line.partition(": ")
        if name == "read_bytes":
            return int(value)
    return None


def major_faults() -> int | None:
    """How often the process has waited for a page of a mapped file."""
    for line in lines("/proc/self/stat"):
        return int(line.rpartition(")")[2].split()[MAJOR_FAULTS])
    return None


def mapped_files() -> list[str]:
    """The files that are mapped into memory: the interpreter, shared libraries."""
    fields = (line.split(None, MAPPED_FILE - 1) for line in lines("/proc/self/maps"))
    return [row[-1] for row in fields if len(row) == MAPPED_FILE and row[-1].startswith("/")]


def lines(path: str) -> list[str]:
    """The lines of a file of /proc; none where the system has no such."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read().splitlines()
    except OSError:
        return []
