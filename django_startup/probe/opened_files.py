"""
The files that a boot opens, beside bytecode. For the evidence boot only. Each leaves a record "O", once for reading and
once for writing; a database of SQLite is one that is read.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from django_startup.probe.recorder import Recorder

MOST_RECORDS = 5000  # records; a boot that opens more walks through directories


class OpenedFiles:
    """Emits the records. audited says what to call for which audit event."""

    def __init__(self, recorder: "Recorder") -> None:
        self.recorder = recorder
        self.seen: set[tuple[str, int]] = set()
        self.audited = {"open": self.audit, "sqlite3.connect": self.audit}

    def audit(self, event: str, arguments: "tuple[Any, ...]", frame: "FrameType") -> None:
        if event == "open":
            self.note(arguments[0], arguments[2])
        else:
            self.note(database_file(arguments[0]), os.O_RDONLY)

    def note(self, file: object, flags: object) -> None:
        """file is a path or the number of a descriptor, flags what os.open() takes."""
        if isinstance(file, int) or not isinstance(flags, int):
            return
        if type(file) is str and file.endswith(".pyc"):  # most of them
            return
        try:
            path = os.path.abspath(os.fsdecode(file))  # type: ignore[arg-type]
        except Exception:  # no path; one that raises; the working directory has been removed
            return
        opened = path, int(bool(flags & (os.O_WRONLY | os.O_RDWR)))
        if path.endswith(".pyc") or opened in self.seen or len(self.seen) >= MOST_RECORDS:
            return
        self.seen.add(opened)
        self.recorder.emit(("O", *opened))


def database_file(database: object) -> object:
    """The file of an SQLite database, which may be a URI."""
    if isinstance(database, str) and database.startswith("file:"):
        return database.removeprefix("file:").partition("?")[0]
    return database
