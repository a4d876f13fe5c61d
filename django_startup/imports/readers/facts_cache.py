"""
The facts about a project's files, in the user's cache directory.

One file a project. What cannot be read is as if it were not there, what cannot be written is not kept, both with no
output. A checksum over all of it, and over the code that finds the facts, keeps old or damaged facts out.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from platformdirs import user_cache_path

from django_startup.exceptions import UsageError
from django_startup.files import read_file, write_file
from django_startup.imports.readers.mentions import Mentions
from django_startup.imports.readers.project_files import Stamp
from django_startup.imports.readers.reads import How, Read, Reads

MOST_PROJECTS = 10
MOST_BYTES = 64 << 20
SEAL_BYTES = 65
SETTLED_NS = 3_000_000_000  # a file that changed less long ago may change again without a new time
MADE_BY = (
    "facts_cache.py",
    "meanings.py",
    "mentions.py",
    "reads.py",
    "reads_finder.py",
    "../annotations.py",
    "../scopes.py",
    "../source.py",
)


class Facts(NamedTuple):
    """What is known of a file while it has a stamp; reads is None as long as nobody has asked for them."""

    stamp: Stamp
    mentions: Mentions
    reads: Reads | None = None


def cache_path(directories: Iterable[str]) -> Path:
    """Where the facts about the files in some directories are kept."""
    names = list(directories)
    slug = re.sub(r"[^A-Za-z0-9_.-]", "", Path(names[0]).name)[:40] or "project"
    digest = hashlib.sha256("\0".join(names).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return user_cache_path("django-startup", appauthor=False) / "files" / f"{slug}-{digest}.json"


def read_facts(path: Path) -> dict[str, Facts]:
    """The facts by file."""
    with contextlib.suppress(OSError):
        seal, _, body = read_file(path, MOST_BYTES).partition(b"\n")
        if seal == seal_of(body):
            return {file: facts_of(row) for file, row in json.loads(body).items()}
    return {}


def write_facts(path: Path, facts: Mapping[str, Facts], now_ns: int) -> None:
    """Keep the facts about the files that have not changed shortly before now."""
    rows = {
        file: row_of(fact)
        for file, fact in facts.items()
        if max(fact.stamp.modified_ns, fact.stamp.changed_ns) < now_ns - SETTLED_NS
    }
    body = json.dumps(rows, separators=(",", ":")).encode()
    with contextlib.suppress(OSError, UsageError):
        if len(body) + SEAL_BYTES <= MOST_BYTES:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_file(path, seal_of(body) + b"\n" + body, mode=0o600, wait_s=0)
            forget_oldest(path.parent)


def seal_of(body: bytes) -> bytes:
    """The checksum of facts and of what made them. Raises OSError where our own source cannot be read."""
    checksum = hashlib.sha256(repr(sys.version_info[:2]).encode())
    for name in MADE_BY:
        checksum.update((Path(__file__).parent / name).read_bytes())
    checksum.update(body)
    return checksum.hexdigest().encode()


def row_of(facts: Facts) -> list[Any]:
    """Facts as JSON."""
    mentions, reads = facts.mentions, facts.reads
    bindings = [name for binding in mentions.bindings for name in binding]
    row: list[Any] = [facts.stamp, bindings, mentions.strings, mentions.ran]
    if reads is not None:
        exported = None if reads.exported is None else sorted(reads.exported)
        row.append([reads.reads, reads.free, sorted(reads.defined), exported, reads.runs_files])
    return row


def facts_of(row: list[Any]) -> Facts:
    """Facts from what row_of() made."""
    stamp, bindings, strings, ran, *more = row
    mentions = Mentions(tuple(zip(bindings[::2], bindings[1::2], strict=True)), tuple(strings), tuple(ran))
    reads = None
    for read, free, defined, exported, runs_files in more:
        reads = Reads(
            tuple(Read(name, line, How(how)) for name, line, how in read),
            free,
            frozenset(defined),
            None if exported is None else frozenset(exported),
            runs_files,
        )
    return Facts(Stamp(*stamp), mentions, reads)


def forget_oldest(directory: Path) -> None:
    """Keep the facts about the projects that were looked at last."""
    files = sorted(directory.glob("*.json"), key=lambda file: file.stat().st_mtime_ns)
    for file in files[:-MOST_PROJECTS]:
        file.unlink()
