"""What is said of a cold start, for all reports."""

from __future__ import annotations

from collections.abc import Iterator

from django_startup.profile.cold import ColdBoot, ColdKind, ColdStart, Compiled
from django_startup.reports.sections import FigureTable, Section, limited
from django_startup.text import format_duration, short_file
from django_startup.thresholds import TOTAL_SHARE

STARTS = {
    ColdKind.WARM: "warm",
    ColdKind.COLD_DISK: "cold disk",
    ColdKind.COLD: "cold disk, no bytecode",
}
TRIED = {
    ColdKind.COMPILED: "compileall",
    ColdKind.UNCHECKED: "compileall, unchecked-hash",
    ColdKind.INSTALLED: "site-packages only (uv)",
    ColdKind.SECOND: "second start, bytecode written",
    ColdKind.UNWRITTEN: "second start, none written",
}
LEGEND = (
    "needs: what of its files is in memory at the end; a machine that has none of them reads as much. read: what it "
    "read from the disk here."
)
MANY = 3  # names in a sentence
ELSEWHERE = {"stdlib": "the standard library", "project": "the project"}


def cold_section(cold: ColdStart, top: int) -> Section:
    """The boots, what compiling costs, what was tried, and what stayed in memory."""
    starts = [start_row(boot) for boot in cold.boots if boot.kind in STARTS]
    tried = [tried_row(boot, cold) for boot in cold.boots if boot.kind in TRIED]
    compiled: list[tuple[str, ...]] = [
        (owner(row), format_duration(row.time_ns), f"{row.modules:,}") for row in cold.packages
    ]
    columns = ("time", "needs", "read", "faults", "files", "compiled")
    parts: list[FigureTable | str] = [FigureTable("COLD START", columns, tuple(starts)), *summary(cold)]
    if compiled:
        parts.append(limited("WHAT COMPILING COSTS", ("CPU time", "modules"), compiled, top))
    if tried:
        parts.append(FigureTable("WHAT WOULD HELP, tried", ("time", "saves", "compiled", "needs"), tuple(tried)))
        parts += advice(cold)
    return Section("Cold start", tuple(warnings(cold)), tuple(parts))


def start_row(boot: ColdBoot) -> tuple[str, ...]:
    return (
        STARTS[boot.kind],
        format_duration(boot.time_ns),
        mebibytes(boot.needed_bytes),
        mebibytes(boot.read_bytes),
        "-" if boot.faults is None else f"{boot.faults:,}",
        f"{boot.files:,}",
        f"{boot.compiled:,}",
    )


def tried_row(boot: ColdBoot, cold: ColdStart) -> tuple[str, ...]:
    before = cold.of(ColdKind.COLD)
    saved = before.time_ns - boot.time_ns if before else 0
    return (
        TRIED[boot.kind],
        format_duration(boot.time_ns),
        format_duration(saved),
        f"{boot.compiled:,}",
        mebibytes(boot.needed_bytes),
    )


def mebibytes(size: int | None) -> str:
    """31.2 MiB; a dash where it is not known."""
    return "-" if size is None else f"{size / 2**20:.1f} MiB"


def warnings(cold: ColdStart) -> Iterator[str]:
    if cold.problem:
        yield cold.problem
    warm = cold.of(ColdKind.WARM)
    if warm and warm.compiled:
        yield (
            f"{counted(warm.compiled)} compiled in every start here, the warm one too: the bytecode cannot be written "
            "(cold-bytecode)."
        )


def summary(cold: ColdStart) -> Iterator[str]:
    """Of what the difference is, and what stayed in memory."""
    warm, disk, whole = cold.of(ColdKind.WARM), cold.of(ColdKind.COLD_DISK), cold.of(ColdKind.COLD)
    if disk and whole:
        yield LEGEND
    if warm and disk and whole:
        later, read = whole.time_ns - warm.time_ns, disk.time_ns - warm.time_ns
        yield (
            f"A fresh container starts {format_duration(later)} later: {format_duration(read)} for the disk, "
            f"{format_duration(later - read)} without bytecode (compiling takes {format_duration(whole.compile_ns)} of "
            "CPU time)."
        )
    if cold.kept:
        names = ", ".join(f"{short_file(file.path)} {mebibytes(file.size_bytes)}" for file in cold.kept[:MANY])
        more = f" and {cold.kept_files - MANY:,} more files" if cold.kept_files > MANY else ""
        kept = mebibytes(whole.kept_bytes if whole else None)
        yield f"{kept} stayed in memory, mapped by other processes, say: {names}{more}."
    if cold.hidden:
        yield f"Whether {cold.hidden:,} files of other users stayed in memory, the system does not say."


def advice(cold: ColdStart) -> Iterator[str]:
    """What the boots have shown about each remedy."""
    whole, compiled = cold.of(ColdKind.COLD), cold.of(ColdKind.COMPILED)
    unchecked, installed = cold.of(ColdKind.UNCHECKED), cold.of(ColdKind.INSTALLED)
    second, unwritten = cold.of(ColdKind.SECOND), cold.of(ColdKind.UNWRITTEN)
    if whole and compiled and is_shorter(compiled, whole):
        yield (
            f"Compile while the image is built: python -m compileall -q DIRECTORY ... for the project, site-packages "
            f"and the standard library. Saves {format_duration(whole.time_ns - compiled.time_ns)} of each first start."
        )
    if compiled and unchecked:
        if is_shorter(unchecked, compiled):
            saved = format_duration(compiled.time_ns - unchecked.time_ns)
            yield f"--invalidation-mode unchecked-hash saves {saved} more: changed sources are not seen any more."
        else:
            yield "--invalidation-mode unchecked-hash: no measurable difference in time."
    if installed and cold.missed:
        named = ", ".join(f"{owner(row)} {row.modules:,}" for row in cold.missed[:MANY])
        more = f" and {len(cold.missed) - MANY:,} more" if len(cold.missed) > MANY else ""
        time = format_duration(installed.compile_ns)
        yield (
            f"UV_COMPILE_BYTECODE=1 compiles what is in site-packages. It misses {counted(installed.compiled, verb='')}"
            f" ({named}{more}), {time} of CPU time: run compileall on these, too."
        )
    if second and unwritten and is_shorter(second, unwritten):
        later = format_duration(unwritten.time_ns - second.time_ns)
        yield (
            f"With PYTHONDONTWRITEBYTECODE=1 each further start of the same container takes {later} longer: it "
            f"compiles {counted(unwritten.compiled, verb='')} again."
        )


def is_shorter(boot: ColdBoot, other: ColdBoot) -> bool:
    """Whether a boot took less time by more than boots of the same kind differ by."""
    return other.time_ns - boot.time_ns > max(boot.spread_ns, other.spread_ns, TOTAL_SHARE * other.time_ns)


def owner(row: Compiled) -> str:
    return ELSEWHERE.get(row.name, row.name)


def counted(number: int, *, verb: str = "is are") -> str:
    """12 modules are; without a verb 12 modules."""
    word = "module" if number == 1 else "modules"
    one, _, many = verb.partition(" ")
    return f"{number:,} {word} {one if number == 1 else many}".rstrip()
