"""Writes edited files, all of them or none, and puts them back. At every moment each of them is whole, old or new."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from django_startup.exceptions import UsageError
from django_startup.files import read_file, write_beside
from django_startup.measure.clocks import own_time
from django_startup.measure.interrupts import deferred
from django_startup.text import relative_file

SECOND_NS = 1_000_000_000


class Writing:
    """
    Some files that are edited, and may become what they were.

    Bytecode counts as that of a file with the same second of change and the same size. So each text that a file gets is
    at least a second younger than the one before it, and the first one has its own time again when it comes back.

    Attributes:
        directory: What they are named relative to.
        first: What the files held at first, by their real paths.
        now: What they hold, as far as we know.
    """

    def __init__(self, files: Mapping[Path, bytes], directory: Path) -> None:
        self.directory = directory
        self.first = dict(files)
        self.now = dict(files)
        self.times = {path: path.stat().st_mtime_ns for path in files}
        self.latest_ns = max(self.times.values(), default=0)

    def write(self, texts: Mapping[Path, bytes]) -> None:
        """
        Let the files hold these texts; those without one hold what they did at first.

        No signal comes between two of them. Raises UsageError, with nothing changed, where a file cannot be written or
        does not hold what we know.
        """
        with deferred():
            self.become({**self.first, **texts})

    def put_back(self) -> None:
        """
        Let the files hold what they did at first.

        What somebody else has changed meanwhile stays as it is: raises UsageError then, when the others are back.
        """
        with deferred():
            strange = self.strange()
            self.become({path: text for path, text in self.first.items() if path not in strange})
            if strange:
                raise self.changed(strange[0], "while the tests ran, and is left as it is now")

    def strange(self) -> list[Path]:
        """The files that do not hold what we know."""
        return [path for path, text in self.now.items() if not holds(path, text)]

    def become(self, texts: Mapping[Path, bytes]) -> None:
        different = {path: text for path, text in texts.items() if text != self.now[path]}
        for path in different:
            if not holds(path, self.now[path]):
                raise self.changed(path, "since the project was booted. No file was changed")
        self.latest_ns = max(own_time.time_ns(), self.latest_ns + SECOND_NS)
        times = {
            path: self.times[path] if self.first[path] == text else self.latest_ns for path, text in different.items()
        }
        replace_all(different, times, self.now)
        self.now.update(different)

    def changed(self, path: Path, when: str) -> UsageError:
        return UsageError(f"{self.name(path)} has changed {when}.")

    def name(self, path: Path) -> str:
        """A file as people know it."""
        return relative_file(str(path), Path(os.path.realpath(self.directory)))


def holds(path: Path, text: bytes) -> bool:
    try:
        return read_file(path) == text
    except OSError:
        return False


def replace_all(texts: Mapping[Path, bytes], times: Mapping[Path, int], before: Mapping[Path, bytes]) -> None:
    """
    Replace regular files, none of them where one cannot be.

    times are when each is to have been changed, in nanoseconds; before is what they hold. Raises UsageError.
    """
    written: dict[Path, Path] = {}
    done: dict[Path, int] = {}
    path = Path()
    try:
        for path, text in texts.items():
            status = path.stat()
            written[path] = write_beside(path, text, status, None)
            os.utime(written[path], ns=(status.st_atime_ns, times[path]))
        for path in texts:
            was = path.stat().st_mtime_ns
            written[path].replace(path)
            del written[path]
            done[path] = was
    except OSError as error:
        replace_all({path: before[path] for path in done}, done, texts)
        raise UsageError(f"{path} cannot be written: {error.strerror}. No file was changed.") from error
    finally:
        for left in written.values():
            left.unlink()
