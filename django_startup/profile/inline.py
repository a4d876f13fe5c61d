"""
The imports inside functions that are there already, as a profile holds them. Plain values.

Durations are integer nanoseconds (…_ns).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class InlineKind(StrEnum):
    """
    What an import inside a function is good for.

    Attributes:
        EARNING: What it imports is not loaded at start.
        POINTLESS: What it imports is loaded at start anyway; hoisted, the project boots the same.
        FALSE_CYCLE: The same, where what it imports imports its own module.
        BROKEN: It fails when it is executed.
        NEEDED: What it imports is loaded at start anyway, but hoisted, the project does not boot the same.
        UNKNOWN: It could not be tried, or fails where a condition decides whether it is executed; or it works at the
            top, but Django has the ready() that it is in for such imports.
    """

    EARNING = "earning"
    POINTLESS = "pointless"
    FALSE_CYCLE = "false-cycle"
    BROKEN = "broken"
    NEEDED = "needed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class InlineImport:
    """
    An import inside a function of the project, or several on one line.

    Attributes:
        file: Its file, relative to the project where it is in it.
        line: Its line.
        statement: The import as it is written.
        function: The function that it stands in.
        kind: What it is good for.
        reason: What has shown that, as a sentence without a full stop; empty for EARNING.
        subject: Of EARNING, the module that it keeps out.
        saving_ns: Of EARNING, what all imports of the subject keep out of the start together, about; None where they
            could not be tried at the top.
        modules: Of EARNING, how many modules these are.
    """

    file: str
    line: int
    statement: str
    function: str
    kind: InlineKind
    reason: str = ""
    subject: str = ""
    saving_ns: int | None = None
    modules: int = 0


@dataclass(frozen=True, slots=True)
class InlineImports:
    """
    All of them in the files that the boot loads.

    Attributes:
        asked: Whether they were looked at.
        imports: By file and line.
        boots: How many boots it took.
        saving_ns: What those keep out together that are EARNING, measured; 0 where nothing was.
        error_ns: By how much more or less that may be.
        rungs: How far the project came with those hoisted that are POINTLESS or FALSE_CYCLE, as Trial.rungs has it.
    """

    asked: bool = False
    imports: tuple[InlineImport, ...] = ()
    boots: int = 0
    saving_ns: int = 0
    error_ns: int = 0
    rungs: tuple[str, ...] = ()

    def of(self, kind: InlineKind) -> list[InlineImport]:
        """Those of one kind."""
        return [each for each in self.imports if each.kind is kind]
