"""Files that we write: whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from django_startup.exceptions import UsageError
from django_startup.measure.interrupts import deferred


def write_file(path: Path, content: str | bytes) -> None:
    """Write a text or bytes to path, whole or not at all. Raises UsageError."""
    data = content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")
    try:
        with deferred():
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            written = Path(name)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                written.chmod(0o666 & ~umask())
                written.replace(path)
            except BaseException:
                written.unlink()
                raise
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error


def umask() -> int:
    value = os.umask(0o022)
    os.umask(value)
    return value
