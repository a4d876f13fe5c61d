"""The boots of a cold start: as in a fresh container, beside one in which everything is in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from django_startup.cold import bytecode
from django_startup.cold.disk_cache import NOTHING, Emptied, bytes_in_memory, empty_disk_cache
from django_startup.exceptions import UsageError
from django_startup.measure.boot import BootKind, boot, boot_directory
from django_startup.measure.instructions import Instructions
from django_startup.measure.limits import COLD_RUNS
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget
from django_startup.profile.boot_minimums import to_microseconds, to_saved_bytes
from django_startup.profile.cold import ColdBoot, ColdKind, ColdStart, Compiled, KeptFile
from django_startup.profile.owners import Owner, OwnerKind, Owners
from django_startup.profiler import stop_if_dead

COUNTING = Instructions(counts=True)
KEPT_FILES = 10  # that are named
IGNORED = (
    f"Python does not look at {bytecode.PREFIX} here (python -E, -I, or a start that clears its environment), so it "
    "cannot be started without its bytecode."
)


class Start(NamedTuple):
    """
    One boot.

    Attributes:
        recording: what it recorded
        emptied: what came of emptying the disk cache before
        needed: what of its files was in memory afterwards, in bytes; None where the system does not tell
    """

    recording: Recording
    emptied: Emptied
    needed: int | None


class ColdStarter:
    """
    Makes the boots of one target.

    Attributes:
        target: what is booted
        timeout: seconds for one boot
        on_boot: called before each boot, with how many there were
        runs: how many boots of a kind there are
        files: what a boot reads, as far as a boot has shown
        sources: the source files of its modules
        boots: how many boots there were
    """

    def __init__(
        self, target: BootTarget, timeout: float, on_boot: Callable[[int], None], runs: int = COLD_RUNS
    ) -> None:
        self.target = target
        self.timeout = timeout
        self.on_boot = on_boot
        self.runs = runs
        self.files: tuple[str, ...] = ()
        self.sources: tuple[str, ...] = ()
        self.boots = 0

    def measure(self) -> ColdStart:
        """All kinds of boots. Raises ProjectDied where one fails, UsageError where there is none without bytecode."""
        self.look()
        warm = self.several(ColdKind.WARM, self.warm)
        disk = self.several(ColdKind.COLD_DISK, lambda: self.cold(self.target, ()))
        with boot_directory() as directory:
            prefixes = Prefixes(directory, self)
            cold = self.several(ColdKind.COLD, prefixes.cold)
            # Those too that are in no sys.modules any more.
            compiled = (module.path for module in cold.recording.compiled)
            self.sources = tuple(dict.fromkeys([*self.sources, *compiled]))
            installed = bytecode.installed(self.sources)
            tried = [
                self.several(ColdKind.COMPILED, prefixes.compiled(self.sources, bytecode.CHECKED)),
                self.several(ColdKind.UNCHECKED, prefixes.compiled(self.sources, bytecode.UNCHECKED)),
                self.several(ColdKind.INSTALLED, prefixes.compiled(installed, bytecode.CHECKED)),
                self.several(ColdKind.SECOND, prefixes.second(writing=True)),
                self.several(ColdKind.UNWRITTEN, prefixes.second(writing=False)),
            ]
        return make_cold_start(cold, [warm, disk, cold, *tried])

    def measure_one(self) -> ColdStart:
        """One cold boot: without bytecode, nothing in memory. Raises as measure()."""
        self.look()
        with boot_directory() as directory:
            cold = self.several(ColdKind.COLD, Prefixes(directory, self).cold, runs=1)
        return make_cold_start(cold, [cold])

    def look(self) -> None:
        """See what a boot reads; it also writes the bytecode that can be written."""
        recording = self.boot(self.target)
        self.sources = bytecode.sources_of(recording.modules)
        self.files = (*recording.kernel.files, *self.sources, *bytecode.beside(self.sources))
        self.files += tuple(module.file for module in recording.modules if module.file)

    def boot(self, target: BootTarget) -> Recording:
        self.on_boot(self.boots)
        recording = boot(target, BootKind.RECORDED, timeout=self.timeout, instructions=COUNTING)
        stop_if_dead(target, recording, self.timeout)
        self.boots += 1
        return recording

    def warm(self) -> Start:
        return self.start(self.target)

    def cold(self, target: BootTarget, more: Iterable[str]) -> Start:
        """A boot with nothing of its files in memory, nor of more."""
        emptied = empty_disk_cache([*self.files, *more])
        return self.start(target, emptied)

    def start(self, target: BootTarget, emptied: Emptied = NOTHING) -> Start:
        recording = self.boot(target)
        return Start(recording, emptied, bytes_in_memory(recording.kernel.files))

    def several(self, kind: ColdKind, one: Callable[[], Start], runs: int | None = None) -> KindOfBoot:
        return KindOfBoot(kind, [one() for _ in range(runs or self.runs)])


class KindOfBoot:
    """Boots of a kind, of which the fastest counts."""

    def __init__(self, kind: ColdKind, boots: Sequence[Start]) -> None:
        self.recording, self.emptied, self.needed = min(boots, key=lambda start: start.recording.time_ns)
        times = [start.recording.time_ns for start in boots]
        kernel = self.recording.kernel
        self.figures = ColdBoot(
            kind=kind,
            boots=len(boots),
            needed_bytes=None if self.needed is None else to_saved_bytes(self.needed),
            time_ns=to_microseconds(min(times)),
            spread_ns=to_microseconds(max(times) - min(times)),
            files=len(kernel.files),
            compiled=len(self.recording.compiled),
            compile_ns=to_microseconds(sum(module.cpu_ns for module in self.recording.compiled)),
            read_bytes=None if kernel.read_bytes is None else to_saved_bytes(kernel.read_bytes),
            kept_bytes=None if self.emptied.problem else to_saved_bytes(self.emptied.kept_bytes),
            faults=kernel.faults,
        )


class Prefixes:
    """Directories with bytecode, below one: each boot that is to find none has a new one."""

    def __init__(self, directory: Path, starter: ColdStarter) -> None:
        self.directory = directory
        self.starter = starter
        self.number = 0

    def new(self) -> Path:
        self.number += 1
        return self.directory / str(self.number)

    def cold(self) -> Start:
        """A boot without bytecode. Raises UsageError where Python finds some all the same."""
        directory = self.new()
        start = self.starter.cold(bytecode.with_bytecode_in(self.starter.target, directory), ())
        if start.recording.environment.pycache_prefix != str(directory):
            raise UsageError(IGNORED)
        return start

    def compiled(self, sources: Sequence[str], mode: str) -> Callable[[], Start]:
        """A boot that finds the bytecode of these sources, and writes no other for those after it."""
        directory = self.new()
        bytecode.compile_all(sources, directory, mode)
        target = bytecode.with_bytecode_in(self.starter.target, directory, writing=False)
        return lambda: self.starter.cold(target, bytecode.inside(directory))

    def second(self, *, writing: bool) -> Callable[[], Start]:
        """A boot after another one, which has read everything into memory and may have written bytecode."""
        target = bytecode.with_bytecode_in(self.starter.target, self.new(), writing=writing)
        if writing:
            self.starter.boot(target)
        return lambda: self.starter.start(target)


def make_cold_start(cold: KindOfBoot, kinds: Sequence[KindOfBoot]) -> ColdStart:
    emptied = cold.emptied
    missed = next((kind.recording for kind in kinds if kind.figures.kind is ColdKind.INSTALLED), None)
    return ColdStart(
        boots=tuple(kind.figures for kind in kinds),
        packages=compiled_by_owner(cold.recording),
        missed=compiled_by_owner(missed) if missed else (),
        kept=tuple(KeptFile(file.path, to_saved_bytes(file.size_bytes)) for file in emptied.kept[:KEPT_FILES]),
        kept_files=len(emptied.kept),
        hidden=emptied.hidden,
        problem=emptied.problem,
    )


def compiled_by_owner(recording: Recording) -> tuple[Compiled, ...]:
    """What compiling cost, for each owner of modules, the costliest first."""
    owners = Owners.from_recording(recording)
    names = {module.file: module.name for module in recording.modules}
    found: dict[str, list[int]] = defaultdict(list)
    for module in recording.compiled:
        found[owner_name(owners.of(names.get(module.path, "")))].append(module.cpu_ns)
    rows = (Compiled(name, len(times), to_microseconds(sum(times))) for name, times in found.items())
    return tuple(sorted(rows, key=lambda row: (-row.time_ns, row.name)))


def owner_name(owner: Owner) -> str:
    return f"app {owner.name}" if owner.kind is OwnerKind.APP else owner.name


def measure_cold_start(
    target: BootTarget, *, timeout: float, on_boot: Callable[[int, int], None], runs: int | None
) -> ColdStart:
    """
    The cold start of target, of runs boots of a kind.

    timeout is in seconds for each boot. on_boot is called with the number of boots that are done and the number that
    there will be. Raises ProjectDied and UsageError.
    """
    runs = runs or COLD_RUNS
    planned = runs * len(ColdKind) + 2
    return ColdStarter(target, timeout, lambda done: on_boot(done, planned), runs).measure()
