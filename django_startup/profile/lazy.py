"""
Which imports of the project can be lazy (Python 3.15), as a profile holds them. Plain values.

Durations are integer nanoseconds (…_ns).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django_startup.profile.trial import Style


class LazyKind(StrEnum):
    """
    What becomes of an import that is made lazy.

    Attributes:
        LAZY: What it imports is not loaded at start any more.
        FORCED: It is loaded all the same, so it gains nothing.
        NEEDED: The project would not be the same.
        UNKNOWN: It could not be tried.
    """

    LAZY = "lazy"
    FORCED = "forced"
    NEEDED = "needed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LazyImport:
    """
    An import of the project that may be lazy by Python's rules.

    Attributes:
        module: The module that it is in.
        file: Its file, relative to the project where it is in it.
        line: Its line.
        statement: The import as it is written.
        target: The module that it imports.
        kind: What becomes of it.
        reason: Why, as a sentence without a full stop; empty for LAZY.
        saving_ns: What it saves by itself, about.
    """

    module: str
    file: str
    line: int
    statement: str
    target: str
    kind: LazyKind
    reason: str = ""
    saving_ns: int = 0


@dataclass(frozen=True, slots=True)
class LazySet:
    """
    Modules of the project and of packages that a start need not load: whoever imports them can do so lazily.

    Attributes:
        names: Their names; one that ends in ".*" is a package with all that is in it.
        modules: How many modules are not loaded any more.
        saving_ns: What that saves, measured; 0 where nothing was.
        error_ns: By how much more or less that may be.
        rungs: How far the project came with them, as Trial.rungs has it.
        reason: Why there are none, as a sentence without a full stop; empty where that was not asked.
    """

    names: tuple[str, ...] = ()
    modules: int = 0
    saving_ns: int = 0
    error_ns: int = 0
    rungs: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LazyImports:
    """
    All of them in the files that the boot loads.

    Attributes:
        asked: Whether they were tried.
        imports: By file and line.
        boots: How many boots it took.
        saving_ns: What those save together that are LAZY, measured; 0 where nothing was.
        error_ns: By how much more or less that may be.
        modules: How many modules are not loaded any more.
        rungs: How far the project came with them, as Trial.rungs has it.
        all_modules: How many modules are not loaded with every import lazy, those of packages too; None where the
            project does not boot so.
        all_losses: What would not be registered at start then, or why the project does not boot so.
        style: How they were made lazy.
        everywhere: What need not be loaded with the imports of packages lazy, too.
    """

    asked: bool = False
    imports: tuple[LazyImport, ...] = ()
    boots: int = 0
    saving_ns: int = 0
    error_ns: int = 0
    modules: int = 0
    rungs: tuple[str, ...] = ()
    all_modules: int | None = None
    all_losses: tuple[str, ...] = ()
    style: Style = Style.LAZY
    everywhere: LazySet = LazySet()

    def of(self, kind: LazyKind) -> list[LazyImport]:
        """Those of one kind."""
        return [each for each in self.imports if each.kind is kind]
