"""The disk cache of the system (Linux: page cache): emptied of single files, and what stays in it all the same."""

from __future__ import annotations

import ctypes
import mmap
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from django_startup.profile.cold import KeptFile

READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
UNABLE = "This system cannot empty the disk cache of single files (posix_fadvise): all files were in memory."


@dataclass(frozen=True, slots=True)
class Emptied:
    """
    What came of it.

    Attributes:
        kept: the files that stayed, those with most in memory first
        hidden: how many files may have stayed, too: the system does not say of those of other users
        problem: why nothing could be emptied, as a sentence; "" where it could
    """

    kept: tuple[KeptFile, ...] = ()
    hidden: int = 0
    problem: str = ""

    @property
    def kept_bytes(self) -> int:
        return sum(file.size_bytes for file in self.kept)


NOTHING = Emptied()  # has been asked for


def empty_disk_cache(files: Iterable[str]) -> Emptied:
    """
    Have the system forget what it has of files in memory. What another process has mapped stays there, and so does all
    of a file system that lives in memory. Files that cannot be opened are passed over.
    """
    advise = getattr(os, "posix_fadvise", None)
    if advise is None:
        return Emptied(problem=UNABLE)
    # What is not on the disk yet stays.
    os.sync()  # type: ignore[attr-defined,unused-ignore]
    forget = os.POSIX_FADV_DONTNEED  # type: ignore[attr-defined,unused-ignore]
    sizes: list[tuple[str, int | None]] = []
    for path in dict.fromkeys(files):
        with suppress(OSError):
            descriptor = os.open(path, READING)
            try:
                advise(descriptor, 0, 0, forget)
                sizes.append((path, resident_bytes(path, descriptor)))
            finally:
                os.close(descriptor)
    kept = [KeptFile(path, size) for path, size in sizes if size]
    kept.sort(key=lambda file: -file.size_bytes)
    return Emptied(tuple(kept), sum(size is None for _, size in sizes))


def bytes_in_memory(files: Iterable[str]) -> int | None:
    """How much of files is in memory; None where the system does not say it of each that can be opened."""
    total = 0
    for path in dict.fromkeys(files):
        with suppress(OSError):
            descriptor = os.open(path, READING)
            try:
                size = resident_bytes(path, descriptor)
            finally:
                os.close(descriptor)
            if size is None:
                return None
            total += size
    return total


def resident_bytes(path: str, descriptor: int) -> int | None:
    """How much of the file at path, open as descriptor, is in memory; None where the system hides it."""
    status = os.fstat(descriptor)
    if not status.st_size:
        return 0
    mincore = find_mincore()
    if mincore is None:
        return None
    user = os.geteuid()  # type: ignore[attr-defined,unused-ignore]
    if user not in (0, status.st_uid) and not os.access(path, os.W_OK):
        return None  # all of it, the system would say then
    with mmap.mmap(descriptor, 0, access=mmap.ACCESS_COPY) as mapped:
        start = ctypes.c_char.from_buffer(mapped)
        pages = (ctypes.c_ubyte * -(-len(mapped) // mmap.PAGESIZE))()
        failed = mincore(ctypes.c_void_p(ctypes.addressof(start)), ctypes.c_size_t(len(mapped)), pages)
        del start  # or the map cannot be closed
    return None if failed else sum(page & 1 for page in pages) * mmap.PAGESIZE


def find_mincore() -> Callable[..., int] | None:
    """The system's function of that name; None where there is none."""
    try:
        mincore: Callable[..., int] = ctypes.CDLL(None).mincore
    except (AttributeError, OSError, TypeError):
        return None
    return mincore
