"""What one boot does otherwise than the project would by itself, and what it does behind its target."""

from __future__ import annotations

import dataclasses
import marshal
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

FILE = "instructions"  # beside the recording


class DeferredImport(NamedTuple):
    """
    An import that the boot leaves out, as its overlay has moved it.

    Attributes:
        module: The module that it was taken out of.
        file: The file of that.
        line: The line on which it stood.
        statement: Its text.
    """

    module: str
    file: str
    line: int
    statement: str


@dataclass(frozen=True, slots=True)
class Instructions:
    """
    What one boot is told.

    Attributes:
        beyond: The seconds for going on behind the target, to the system checks and to the applications that the
            settings name; 0 for not going on. The recording is on disk before, so nothing there can fail the boot.
        rungs: Where it goes then: some of checks, wsgi and asgi.
        deferred: Imports that are made at the end of that.
        without_apps: Entries of INSTALLED_APPS that are left out.
        collects: Whether there are garbage collections before the target.
        counts: Whether to note what the kernel counts, and which files are read.
        all_changes: Whether an evidence boot looks for what any module changes in others, and not only for what those
            of the project do and what they import: a module that another import brings in than before is found, too.
        verdicts: Whether an evidence boot observes what verdicts on imports stand on, and nothing else does: which
            functions ran, which annotations were evaluated, what imports changed in others.
        first: Source text that is executed before anything of the project's, as if the entry script began with it.
    """

    beyond: float = 0.0
    rungs: tuple[str, ...] = ("checks", "wsgi", "asgi")
    deferred: tuple[DeferredImport, ...] = ()
    without_apps: tuple[str, ...] = ()
    collects: bool = True
    counts: bool = False
    all_changes: bool = False
    verdicts: bool = True
    first: str = ""


NOTHING_SPECIAL = Instructions()


def write_instructions(directory: Path, instructions: Instructions) -> None:
    """Write them beside a recording, as probe/boot.py reads them."""
    table = dataclasses.asdict(instructions) | {"deferred": tuple(map(tuple, instructions.deferred))}
    (directory / FILE).write_bytes(marshal.dumps(table))
