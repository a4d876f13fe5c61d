"""What a boot records, read while it goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django_startup.measure.observations import Edge
from django_startup.probe.records import fits

STATEMENT = b'["I",'  # how the record of an import statement begins, see probe/journal.py


def follow_statements(path: Path) -> Iterator[Edge | None]:
    """
    The import statements that a boot notes in the recording at path; None where there are no more yet.

    A line that makes no sense is passed over, and so is one that has not been written to its end.
    """
    read = 0
    while True:
        data = read_on(path, read)
        whole = data[: data.rfind(b"\n") + 1]
        read += len(whole)
        for line in whole.splitlines():
            record = parse(line) if line.startswith(STATEMENT) else []
            if fits(record):
                _, importer, file, number, target = record
                yield Edge(importer, file, number, target, False)
        yield None


def read_on(path: Path, read: int) -> bytes:
    """What is in a file behind so many bytes; nothing where it is not there."""
    try:
        with path.open("rb") as file:
            file.seek(read)
            return file.read()
    except OSError:
        return b""


def parse(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return []
