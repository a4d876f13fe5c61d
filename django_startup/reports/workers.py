"""What is said of the memory of workers, and of what makes forking unsafe, for all reports."""

from __future__ import annotations

from collections.abc import Iterator

from django_startup.profile.workers import UnsafeKind, UnsafeState, WorkerMemory, WorkerMode, Workers
from django_startup.reports.sections import FigureTable, Section
from django_startup.text import short_file

MODES = {
    WorkerMode.NO_PRELOAD: "no preload",
    WorkerMode.PRELOAD: "preload",
    WorkerMode.FREEZE: "preload, gc.freeze()",
}
FREEZE = "preload_app = True, and in when_ready(server): gc.freeze()"
LEAST_BYTES = 2**20  # that are worth a sentence
# What happens to forked workers, and to what is restored from a snapshot.
FORKED = {
    UnsafeKind.THREAD: "runs in the master only, so a worker that waits for it waits for good",
    UnsafeKind.CONNECTION: "is one and the same in all workers",
    UnsafeKind.FILE: "has one position, which all workers move",
    UnsafeKind.SEED: "",
    UnsafeKind.RANDOM: "gives the same numbers in every worker",
}
RESTORED = {
    UnsafeKind.THREAD: "",
    UnsafeKind.CONNECTION: "is dead after a snapshot",
    UnsafeKind.FILE: "",
    UnsafeKind.SEED: "gives the same numbers after every restore of a snapshot",
    UnsafeKind.RANDOM: "and after every restore of a snapshot",
}
NAMES = {UnsafeKind.RANDOM: "random numbers", UnsafeKind.SEED: "random numbers"}


def workers_section(workers: Workers) -> Section:
    """Memory for each mode, what preloading saves, and what is unsafe."""
    columns = ("private", "shared", f"all {workers.count} and master")
    rows = tuple(memory_row(memory) for memory in workers.memory)
    parts: list[FigureTable | str] = [FigureTable(f"WORKERS ({workers.count})", columns, rows), asked(workers)]
    parts += saved(workers)
    parts += unsafe(workers)
    return Section("Workers", tuple(warnings(workers)), tuple(parts))


def memory_row(memory: WorkerMemory) -> tuple[str, ...]:
    sizes = memory.private_bytes, memory.shared_bytes, memory.total_bytes
    return (MODES[memory.mode], *map(mebibytes, sizes))


def mebibytes(size: int) -> str:
    return f"{size / 2**20:.1f} MiB"


def warnings(workers: Workers) -> Iterator[str]:
    if workers.is_failed:
        why = f": {workers.failure}" if workers.failure else ""
        yield (
            f"GET {workers.request} was answered {workers.status or 'nothing'}{why}. These are the figures of "
            "workers whose request failed; name another path with --request."
        )


def asked(workers: Workers) -> str:
    server = f"gunicorn {workers.server}" if workers.server else "no server (gunicorn is not installed here)"
    return (
        f"Each worker answered GET {workers.request} with {workers.status or 'nothing'}, then collected garbage. "
        f"Server: {server}."
    )


def saved(workers: Workers) -> Iterator[str]:
    """What the modes save, as it was measured."""
    none, preload, freeze = (workers.of(mode) for mode in WorkerMode)
    if none and preload and none.private_bytes - preload.private_bytes >= LEAST_BYTES:
        yield f"Preloading saves {mebibytes(none.private_bytes - preload.private_bytes)} of each worker."
        if preload.total_bytes - none.total_bytes >= LEAST_BYTES:
            yield of_the_master(workers.count, none, preload)
    if preload and freeze and preload.private_bytes - freeze.private_bytes >= LEAST_BYTES:
        more = mebibytes(preload.private_bytes - freeze.private_bytes)
        yield f"gc.freeze() before the fork saves {more} more. In gunicorn.conf.py: {FREEZE}."


def of_the_master(count: int, none: WorkerMemory, preload: WorkerMemory) -> str:
    """So few workers save less than the master, which has loaded the project too, takes more."""
    more = preload.total_bytes - none.total_bytes
    enough = count + -(-more // (none.private_bytes - preload.private_bytes))
    return (
        f"With {count} it takes {mebibytes(more)} more in all, since the master has the project, too: it pays from "
        f"about {enough} workers on."
    )


def unsafe(workers: Workers) -> Iterator[str]:
    if not workers.unsafe:
        yield "At the fork there were no threads, no connections, no files with a position, no seeded random numbers."
        return
    yield "UNSAFE when the project is loaded before the fork, or in a snapshot:"
    for state in workers.unsafe:
        yield f"- {unsafe_sentence(state)}"


def unsafe_sentence(state: UnsafeState) -> str:
    """thread beat (shop.apps.beat), shop/apps.py:12: runs in the master only, …"""
    where = f", {short_file(state.file)}:{state.line}" if state.line else ""
    said = [FORKED[state.kind] if state.forks else "", RESTORED[state.kind] if state.snapshots else ""]
    if state.kind is UnsafeKind.RANDOM and not state.forks:
        said = [RESTORED[UnsafeKind.SEED]]
    return f"{NAMES.get(state.kind, state.kind)} {state.name}{where}: {', '.join(filter(None, said))}"
