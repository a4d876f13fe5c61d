"""
The last starts of a project, in the user's cache directory.

One small file a project: the times of its last starts, and what the last one had loaded. A file that cannot be read
counts as missing, one that cannot be written is left out, both with no message.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from platformdirs import user_cache_path

from django_startup.banner.start import PackageStart, Start
from django_startup.exceptions import UsageError
from django_startup.files import read_file, write_file

VERSION = 1
MOST_STARTS = 10
MOST_PROJECTS = 50
MOST_BYTES = 1 << 20
MOST_NUMBER = 2**63


class History(NamedTuple):
    """What is known of the starts of a project before this one."""

    # Of the last starts, the last one's at the end.
    times_ns: tuple[int, ...] = ()
    last: Start | None = None
    # The distribution that each group of modules belongs to.
    names: dict[str, str] = {}


def history_path(*identity: str) -> Path:
    """Where the history of a project is; identity begins with the path of its settings and tells it from others."""
    slug = re.sub(r"[^A-Za-z0-9_.-]", "", Path(identity[0]).parent.name)[:40] or "project"
    digest = hashlib.sha256("\0".join(identity).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return user_cache_path("django-startup", appauthor=False) / f"{slug}-{digest}.json"


def read_history(path: Path) -> History:
    try:
        match json.loads(read_file(path, MOST_BYTES)):
            case {"version": 1, "times_ns": [*times], "last": dict(last), "names": dict(names)}:
                names = {name: str(distribution) for name, distribution in names.items()}
                return History(tuple(map(number, times)), read_start(last), names)
    except (AttributeError, KeyError, OSError, RecursionError, TypeError, ValueError):
        pass
    return History()


def read_start(table: dict[str, Any]) -> Start:
    """The start that write_history() wrote. Anything else raises one of several errors."""
    packages = {
        str(name): PackageStart(None if self_ns is None else number(self_ns), tuple(map(str, brought_by)), str(door))
        for name, (self_ns, brought_by, door) in table.pop("packages").items()
    }
    parts = {str(name): number(ns) for name, ns in table.pop("parts").items()}
    return Start(packages=packages, parts=parts, **{name: number(value) for name, value in table.items()})


def number(value: object) -> int:
    """A value that can be a count or nanoseconds. Raises ValueError for anything else."""
    if type(value) is not int or not 0 <= value < MOST_NUMBER:
        raise ValueError
    return value


def add_start(history: History, start: Start, names: dict[str, str]) -> History:
    """The history with one start more, as long as it may be."""
    return History((*history.times_ns, start.time_ns)[-MOST_STARTS:], start, names)


def write_history(path: Path, history: History) -> None:
    """Write it whole or not at all, and see to it that there are not ever more files."""
    if history.last is None:
        return
    document = {
        "version": VERSION,
        "times_ns": history.times_ns,
        "last": history.last._asdict(),
        "names": history.names,
    }
    data = json.dumps(document, separators=(",", ":"))
    with contextlib.suppress(OSError, UsageError):
        is_new = not path.exists()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_file(path, data, mode=0o600, wait_s=0)
        if is_new:
            forget_oldest(path.parent)


def forget_oldest(directory: Path) -> None:
    """Leave the files of the projects that were started last."""
    files = sorted(directory.glob("*.json"), key=lambda file: file.stat().st_mtime_ns)
    for file in files[:-MOST_PROJECTS]:
        file.unlink()
