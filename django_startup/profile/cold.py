"""
A start in a fresh container, beside one in which everything is in memory. Plain values.

Durations are integer nanoseconds (…_ns), sizes bytes (…_bytes).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ColdKind(StrEnum):
    """
    What a boot found. The first three are the start itself, the others what was tried.

    warm: everything in memory, bytecode as it is. cold_disk: nothing in memory, bytecode as it is. cold: nothing in
    memory, and no bytecode. compiled: nothing in memory, bytecode by compileall. unchecked: the same, by compileall
    --invalidation-mode unchecked-hash. installed: nothing in memory, bytecode only of what is installed. second: after
    a cold one, in memory, with the bytecode that it has written. unwritten: the same with PYTHONDONTWRITEBYTECODE=1.
    """

    WARM = "warm"
    COLD_DISK = "cold-disk"
    COLD = "cold"
    COMPILED = "compiled"
    UNCHECKED = "unchecked-hash"
    INSTALLED = "installed-only"
    SECOND = "second"
    UNWRITTEN = "unwritten"


@dataclass(frozen=True, slots=True)
class ColdBoot:
    """
    What the fastest of some boots of a kind took, and what it read.

    Attributes:
        kind: What it found.
        boots: How many there were.
        time_ns: CPU time and waiting of the fastest.
        spread_ns: How much longer the slowest took.
        files: How many files it read.
        compiled: How many modules it compiled.
        compile_ns: What that took of CPU time.
        needed_bytes: What of its files was in memory afterwards: a machine that has none of them reads as much. None
            where the system does not tell it of each file.
        read_bytes: What it fetched from the disk itself; None where the system does not tell.
        kept_bytes: What of its files had stayed in memory; None where nothing was emptied.
        faults: How often it waited for a page of a mapped file (major faults); None where the system does not tell.
    """

    kind: ColdKind
    boots: int
    time_ns: int
    spread_ns: int
    files: int
    compiled: int
    compile_ns: int
    needed_bytes: int | None = None
    read_bytes: int | None = None
    kept_bytes: int | None = None
    faults: int | None = None


@dataclass(frozen=True, slots=True)
class Compiled:
    """
    The modules of one owner that were compiled.

    Attributes:
        name: The distribution, the app, "project", "Django" or "stdlib".
        modules: How many they are.
        time_ns: What compiling them took of CPU time.
    """

    name: str
    modules: int
    time_ns: int


@dataclass(frozen=True, slots=True)
class KeptFile:
    """
    A file that stayed in memory.

    Attributes:
        path: The file.
        size_bytes: What of it stayed.
    """

    path: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class ColdStart:
    """
    A start in a fresh container.

    Attributes:
        boots: One for each kind that was made, in the order of ColdKind.
        packages: What compiling costs in a cold one, the costliest first.
        missed: What had to be compiled though all that is installed had bytecode, the costliest first.
        kept: The files that stayed in memory in a cold one, the largest first; at most ten.
        kept_files: How many these are in all.
        hidden: How many files of other users may have stayed, too: of these the system does not say.
        problem: Why the disk cache could not be emptied, as a sentence; empty where it could.
    """

    boots: tuple[ColdBoot, ...] = ()
    packages: tuple[Compiled, ...] = ()
    missed: tuple[Compiled, ...] = ()
    kept: tuple[KeptFile, ...] = ()
    kept_files: int = 0
    hidden: int = 0
    problem: str = ""

    def of(self, kind: ColdKind) -> ColdBoot | None:
        """The boot of a kind, None where there was none."""
        return next((boot for boot in self.boots if boot.kind is kind), None)
