"""The memory of workers that a server forks: started once for each way to load the project, and once to look at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django_startup.measure.boot import BootKind, boot
from django_startup.measure.redaction import make_redaction
from django_startup.measure.target import BootTarget, Until
from django_startup.profile.boot_minimums import to_saved_bytes
from django_startup.profile.workers import WorkerMemory, WorkerMode, Workers
from django_startup.profiler import stop_if_dead
from django_startup.workers.prefork import Served, describe, start_workers
from django_startup.workers.unsafe import find_unsafe

OBSERVE = "observe"
WSGI = "WSGI_APPLICATION"


def measure_workers(
    target: BootTarget,
    count: int,
    request: str = "/",
    *,
    timeout: float,
    on_boot: Callable[[int, int], None],
    modes: Sequence[WorkerMode] = tuple(WorkerMode),
    observes: bool = True,
) -> Workers:
    """
    What count workers of the project of target take after a request and a full collection, for each of modes, and
    with observes what makes forking them unsafe.

    timeout is in seconds for each start. on_boot is called with the number of starts that are done and the number that
    there will be. Raises ProjectDied where the project does not load or no worker answers. check_system() is the
    caller's.
    """
    planned = 1 + len(modes) + observes
    on_boot(0, planned)
    served = find_served(target, count, request, timeout)
    memory = []
    found: Mapping[str, Any] = {}
    for number, mode in enumerate(modes, 1):
        on_boot(number, planned)
        found = start_workers(served, mode)
        memory.append(memory_of(mode, found))
    first = found["workers"][0]
    redact = make_redaction(target.secrets).message
    workers = Workers(
        count=count,
        request=request,
        status=redact(first["status"]),
        failure=describe(first["raised"], served, redact) if first["raised"] else "",
        server=found["server"],
        memory=tuple(memory),
    )
    if observes:
        on_boot(planned - 1, planned)
        observed = start_workers(replace(served, workers=max(count, 2)), OBSERVE)
        workers = replace(workers, unsafe=find_unsafe(observed, target.directory, redact))
    on_boot(planned, planned)
    return workers


def find_served(target: BootTarget, count: int, request: str, timeout: float) -> Served:
    """What the project has its servers serve. Raises ProjectDied where it does not boot so far."""
    target = replace(target, until=Until.WSGI, command=())
    recording = boot(target, BootKind.EVIDENCE, timeout=timeout)
    stop_if_dead(target, recording, timeout)
    names = [named.value for named in recording.named if named.setting == WSGI]
    application = names[0] if names else ""
    return Served(target, application, recording.environment.settings, count, request, timeout)


def memory_of(mode: WorkerMode, found: Mapping[str, Any]) -> WorkerMemory:
    workers = found["workers"]

    def mean(*figures: str) -> int:
        return to_saved_bytes(round(sum(worker[name] for worker in workers for name in figures) / len(workers)))

    return WorkerMemory(
        mode=mode,
        private_bytes=mean("Private_Clean", "Private_Dirty"),
        shared_bytes=mean("Shared_Clean", "Shared_Dirty"),
        total_bytes=to_saved_bytes(sum(process["Pss"] for process in (*workers, found["master"]))),
    )
