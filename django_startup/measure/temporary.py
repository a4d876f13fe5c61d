"""
Temporary directories. Each is locked as long as its process lives, so that the next run can tell those that a killed
one has left, and remove them.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

PREFIX = "django-startup-held-"


@contextlib.contextmanager
def temporary_directory() -> Iterator[Path]:
    """
    A new directory that only its owner can read, and that is removed in the end.

    It lies where tempfile.gettempdir() says. What killed processes have left there is removed first. Raises OSError.
    """
    parent = tempfile.gettempdir()
    remove_abandoned(parent)
    with contextlib.ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix=PREFIX, dir=parent))
        while stack.enter_context(lock(name)) is False:  # somebody has just taken it for abandoned
            name = stack.enter_context(tempfile.TemporaryDirectory(prefix=PREFIX, dir=parent))
        yield Path(name)


if sys.platform == "win32":  # pragma: no cover

    @contextlib.contextmanager
    def lock(directory: str) -> Iterator[bool | None]:
        yield None

    def remove_abandoned(parent: str) -> None: ...

else:
    import fcntl

    @functools.cache
    def remove_abandoned(parent: str) -> None:
        """Remove what killed processes of this user have left in a directory; once in each process."""
        with contextlib.suppress(OSError), os.scandir(parent) as entries:
            for entry in entries:
                if entry.name.startswith(PREFIX) and is_own(entry):
                    with lock(entry.path) as is_abandoned:
                        if is_abandoned:
                            shutil.rmtree(entry.path, ignore_errors=True)

    def is_own(entry: os.DirEntry[str]) -> bool:
        """Whether it is a directory of this user's, and no link to one."""
        return entry.is_dir(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_uid == os.geteuid()

    @contextlib.contextmanager
    def lock(directory: str) -> Iterator[bool | None]:
        """
        Keep the lock of a directory in a block. It learns whether it has it: None where there are no locks, False where
        somebody else has it or the directory is gone. Raises OSError.
        """
        try:
            handle = os.open(directory, os.O_RDONLY)
        except FileNotFoundError:
            yield False
            return
        try:
            yield is_locked(handle) and os.path.isdir(directory)  # noqa: PTH112
        finally:
            os.close(handle)

    def is_locked(handle: int) -> bool | None:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a file system without locks
            return None
        return True
