"""
The recording on disk: a line of JSON a record, written by hand because the json module is the project's to import.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

UNWRITTEN = 74  # EX_IOERR: what a process ends with that cannot write its recording
EXIT = os._exit  # the project may put something else there
ESCAPES = {code: f"\\u{code:04x}" for code in range(0x20)} | {0x22: '\\"', 0x5C: "\\\\", 0x7F: "\\u007f"}


def encode(value: "Any") -> str:
    """
    value as JSON: None, booleans, integers, strings, and lists, tuples and dictionaries of them.

    A lone surrogate (a file name that is no UTF-8) stays one, as \\udcXX, once the text is encoded with
    backslashreplace.
    """
    if type(value) is int:
        return str(value)
    if isinstance(value, str):
        if value.isascii() and value.isprintable() and '"' not in value and "\\" not in value:
            return f'"{value}"'
        return f'"{str.translate(value, ESCAPES)}"'
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, dict):
        return "{" + ",".join([f"{encode(str(key))}:{encode(item)}" for key, item in value.items()]) + "}"
    return "[" + ",".join([encode(item) for item in value]) + "]"


class Journal:
    """
    Writes records to the file at path. Not buffered, so that whatever ends the process, they are there. Where they
    cannot be written, as on a full disk, the process ends: the project's imports are not to fail for it.

    put_away, that of descriptors.py, keeps its descriptor from being one that the project expects for a file of its
    own: 0, 1 and 2 where it has closed those, the lowest of all otherwise.
    """

    def __init__(self, path: str, put_away: "Callable[[int], int]") -> None:
        self.path = path
        self.put_away = put_away
        self.open()

    def open(self) -> None:
        self.file = self.put_away(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
        self.identity = os.fstat(self.file)

    def write(self, record: "Iterable[Any]") -> None:
        """Write one record, whole."""
        self.write_all((record,))

    def write_all(self, records: "Iterable[Iterable[Any]]") -> None:
        """Write many records."""
        lines = "".join([f"{encode(record)}\n" for record in records])
        rest = memoryview(lines.encode("utf-8", "backslashreplace"))
        try:
            if not self.is_open():
                self.open()
            while rest:
                rest = rest[os.write(self.file, rest) :]
        except OSError:
            EXIT(UNWRITTEN)

    def is_open(self) -> bool:
        """Not where the project has closed all files that it knows nothing of, and perhaps opened others instead."""
        try:
            return os.path.samestat(os.fstat(self.file), self.identity)
        except OSError:
            return False

    def close(self) -> None:
        os.close(self.file)
