"""
What a start would be like without something, as it was worked out and as it was measured. Plain values.

Durations are integer nanoseconds (…_ns), memory bytes (…_bytes).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EditedLine:
    """
    An import that was moved.

    Attributes:
        file: Its file, relative to the project where it is in it.
        line: Its line.
        statement: The import as it stands there.
    """

    file: str
    line: int
    statement: str


@dataclass(frozen=True, slots=True)
class LostEntry:
    """
    Something that was not registered at the target any more.

    Attributes:
        registry: The registry: models, receivers and so on.
        title: What it is: receiver billing.signals.pay (post_save).
        file: The file that defines or registers it; empty where none is known.
        line: The line there; 0 where it was not found.
        at_first_use: Whether an import that was moved registers it.
    """

    registry: str
    title: str
    file: str
    line: int
    at_first_use: bool = False


@dataclass(frozen=True, slots=True)
class WhatIf:
    """
    A start without something, or several things together.

    Attributes:
        name: What was asked.
        how: What was done, as a sentence without a full stop; empty where nothing can be.
        problem: Why it was not tried, or what became of the boot, as a sentence without a full stop; empty where all is
            well.
        estimate_ns: What the import graph says that it saves.
        measured: Whether there were boots with it beside boots without.
        before_ns: What a start takes now.
        saving_ns: By how much it was shorter.
        error_ns: By how much more or less that may be.
        modules: How many modules are gone.
        memory_bytes: How much memory is not needed any more; None where the system does not tell.
        packages: The packages that are gone.
        edited: The imports that were moved.
        rungs: How far the project came: see Trial.rungs.
        differences: What else was not the same, as sentences.
        lost: What was not registered any more.
    """

    name: str
    how: str
    problem: str
    estimate_ns: int
    measured: bool = False
    before_ns: int = 0
    saving_ns: int = 0
    error_ns: int = 0
    modules: int = 0
    memory_bytes: int | None = None
    packages: tuple[str, ...] = ()
    edited: tuple[EditedLine, ...] = ()
    rungs: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    lost: tuple[LostEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class WhatIfs:
    """
    What was asked, in that order.

    Attributes:
        alone: Each by itself.
        together: All that could be tried together; None where that is one, or none.
        boots: How many boots it took.
    """

    alone: tuple[WhatIf, ...] = ()
    together: WhatIf | None = None
    boots: int = 0
