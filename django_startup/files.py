"""
Files that we read and write.

A regular file is replaced whole or not at all. Symlinks are followed to their target; devices, FIFOs and descriptors
such as /dev/stdout are written into as they are. Nothing here waits for good: not for a FIFO that nobody reads, not for
a lock that nobody gives back.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from django_startup.exceptions import UsageError
from django_startup.measure.interrupts import deferred

MOST_BYTES = 2**28  # a profile of 7,000 modules has some 10 MB
PIECE_BYTES = 2**16
WAIT_S = 5.0  # how long another process may keep us waiting
PAUSE_S = 0.001
MOST_LINKS = 40  # as many symlinks in a row as Linux follows
# Where a file is that can be written, but not replaced: its directory is read-only, or it is a mount of its own.
IRREPLACEABLE = (errno.EACCES, errno.EBUSY, errno.EPERM, errno.EROFS)
# A FIFO does not keep us waiting, a terminal does not become ours. Not every system has all of them.
FLAGS = sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_BINARY"))


class FileLocked(UsageError):
    """Another process has had the lock of a file for too long."""


def read_file(path: Path, most: int = MOST_BYTES) -> bytes:
    """The content of a regular file of at most so many bytes. Raises OSError, also for whatever else is at path."""
    if not path.is_dir() and not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "Not a regular file")
    # Should a FIFO be there by now, it is empty.
    with os.fdopen(os.open(path, os.O_RDONLY | FLAGS), "rb") as file:
        # In pieces: a buffer for the most that is allowed would be filled by a Python in development mode.
        data = bytearray()
        while len(data) <= most and (piece := file.read(min(PIECE_BYTES, most + 1 - len(data)))):
            data += piece
    if len(data) > most:
        raise OSError(errno.EFBIG, f"Larger than {most:,} bytes")
    return bytes(data)


def write_file(path: Path, content: str | bytes, *, mode: int | None = None, wait_s: float = WAIT_S) -> None:
    """
    Write a string or bytes to path, in place of what a regular file holds.

    mode: the permission bits of a new file, None for what the umask leaves; a file that is there keeps its own. wait_s:
    how many seconds a FIFO may keep us waiting. Raises UsageError.
    """
    data = encoded(content)
    with explained(path):
        before = status(path)
        if own_descriptor(path) is not None or not (before is None or stat.S_ISREG(before.st_mode)):
            write_into(path, data, wait_s=wait_s)
            return
        try:
            replace_file(Path(os.path.realpath(path)), data, before, mode)
        except OSError as error:
            if before is None or error.errno not in IRREPLACEABLE:
                raise
            write_into(path, data, os.O_TRUNC)


def append_file(path: Path, content: str | bytes, *, wait_s: float = WAIT_S) -> None:
    """Add a string or bytes to the end of a file, or make one. Raises UsageError."""
    with explained(path):
        write_into(path, encoded(content), os.O_APPEND | os.O_CREAT, wait_s)


@contextlib.contextmanager
def locked(path: Path, *, wait_s: float = WAIT_S) -> Iterator[None]:
    """
    A block to read a file and write it anew in, one process at a time.

    What is locked is the directory, since the file itself is replaced. Raises FileLocked when another process keeps it.
    Where there are no locks, the block runs without.
    """
    handle = None
    try:
        with contextlib.suppress(OSError, ValueError):
            handle = open_lock(Path(os.path.realpath(path)).parent)
        if handle is not None and not has_lock(handle, wait_s):
            raise FileLocked(f"{path} cannot be written: another process has locked {path.absolute().parent}.")
        yield
    finally:
        if handle is not None:
            close_lock(handle)


def encoded(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns the errors of writing into UsageError."""
    try:
        yield
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
    except ValueError as error:  # a NUL in its name
        raise UsageError(f"{path} cannot be written: {error}.") from error


def status(path: Path) -> os.stat_result | None:
    """What is at path, through symlinks; None for nothing. Raises OSError."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def own_descriptor(path: Path) -> int | None:
    """The open file of this process that a path such as /dev/stdout or /dev/fd/3 stands for."""
    for _ in range(MOST_LINKS):
        directory = os.path.realpath(path.parent)
        if path.name.isdecimal() and directory in ("/dev/fd", f"/proc/{os.getpid()}/fd"):
            return int(path.name)
        if not path.is_symlink():
            return None
        path = Path(directory, path.readlink())
    return None


def replace_file(path: Path, data: bytes, before: os.stat_result | None, mode: int | None) -> None:
    """Write data beside path and move it there, with the owner and permissions of what was there before."""
    with deferred():
        written = write_beside(path, data, before, mode)
        try:
            written.replace(path)
        except BaseException:
            written.unlink()
            raise


def write_beside(path: Path, data: bytes, before: os.stat_result | None, mode: int | None) -> Path:
    """A new file in the directory of path, with the owner and permissions of what is there. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:50]}.")
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        if before is not None:
            mode = stat.S_IMODE(before.st_mode)
            if hasattr(os, "chown"):  # pragma: no branch
                with contextlib.suppress(OSError):
                    os.chown(written, before.st_uid, before.st_gid)
        written.chmod(0o666 & ~umask() if mode is None else mode)
    except BaseException:
        written.unlink()
        raise
    return written


def write_into(path: Path, data: bytes, flags: int = 0, wait_s: float = WAIT_S) -> None:
    """Write data into what is at path. Raises OSError."""
    descriptor = own_descriptor(path)
    if descriptor is None:
        handle = attempt(partial(os.open, path, os.O_WRONLY | FLAGS | flags, 0o666), errno.ENXIO, wait_s)
    else:
        for stream in (sys.stdout, sys.stderr):  # what was printed before comes first
            with contextlib.suppress(AttributeError, OSError, ValueError):
                stream.flush()
        handle = os.dup(descriptor)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[attempt(partial(os.write, handle, rest), errno.EAGAIN, wait_s) :]
    finally:
        os.close(handle)


def attempt(function: Callable[[], int], busy: int, wait_s: float) -> int:
    """What function returns, called again while it raises OSError with the number that means that nobody reads."""
    for _ in range(max(1, round(wait_s / PAUSE_S))):
        try:
            return function()
        except OSError as error:
            if error.errno != busy:
                raise
        time.sleep(PAUSE_S)
    raise OSError(busy, "Nothing reads from it")


def umask() -> int:
    value = os.umask(0o022)
    os.umask(value)
    return value


if sys.platform == "win32":  # pragma: no cover
    import msvcrt
    from hashlib import sha256

    def open_lock(directory: Path) -> int:
        """A file that stands for a directory, which cannot be opened here."""
        digest = sha256(os.path.normcase(directory).encode("utf-8", "surrogatepass")).hexdigest()
        return os.open(Path(tempfile.gettempdir(), f"django-startup-{digest[:16]}.lock"), os.O_RDWR | os.O_CREAT)

    def try_lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    close_lock = os.close
else:
    import fcntl

    def open_lock(directory: Path) -> int:
        """What stands for a directory."""
        return os.open(directory, os.O_RDONLY)

    def try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def close_lock(handle: int) -> None:
        """Give a lock back, also where a process that was forked off meanwhile holds the same handle."""
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_UN)
        os.close(handle)


def has_lock(handle: int, wait_s: float) -> bool:
    """Whether a lock can be had in time. True, too, where the file system has no locks."""
    with contextlib.suppress(OSError):
        for number in range(max(1, round(wait_s / PAUSE_S))):
            if number:
                time.sleep(PAUSE_S)
            if try_lock(handle):
                return True
        return False
    return True
