"""
The memory of workers that a server forks, and what makes forking unsafe. Plain values; sizes are bytes (…_bytes).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class WorkerMode(StrEnum):
    """When the project is loaded: in each worker; before they are forked; the same, then gc.freeze()."""

    NO_PRELOAD = "no-preload"
    PRELOAD = "preload"
    FREEZE = "freeze"


class UnsafeKind(StrEnum):
    """
    What was there at the fork. seed: the random module was seeded. random: a generator of random numbers of its own.
    """

    THREAD = "thread"
    CONNECTION = "connection"
    FILE = "file"
    SEED = "seed"
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class WorkerMemory:
    """
    The memory of workers after a request and a full garbage collection.

    Attributes:
        mode: When the project was loaded.
        private_bytes: What a worker has for itself, the mean over the workers.
        shared_bytes: What it shares with others.
        total_bytes: What all workers and the master take together: shared memory counts once.
    """

    mode: WorkerMode
    private_bytes: int
    shared_bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class UnsafeState:
    """
    Something that a fork or a snapshot copies and that then is wrong.

    Attributes:
        kind: What it is.
        name: Which one.
        file: The file of the line that brought it about; empty where no Python code was seen to do it.
        line: The line.
        forks: Whether workers that are forked suffer.
        snapshots: Whether what is restored from a snapshot suffers (AWS Lambda SnapStart).
    """

    kind: UnsafeKind
    name: str
    file: str
    line: int
    forks: bool
    snapshots: bool


@dataclass(frozen=True, slots=True)
class Workers:
    """
    A project served by workers.

    Attributes:
        count: How many workers.
        request: What each was asked for.
        status: How it answered.
        failure: What made the answer an error, as a sentence without a full stop; empty where nothing did.
        server: The version of gunicorn whose worker it was; empty where that is not installed.
        memory: What they take, for each mode.
        unsafe: What makes forking or snapshots unsafe.
    """

    count: int = 0
    request: str = "/"
    status: str = ""
    failure: str = ""
    server: str = ""
    memory: tuple[WorkerMemory, ...] = ()
    unsafe: tuple[UnsafeState, ...] = ()

    @property
    def is_failed(self) -> bool:
        """Whether the answer was an error of the server, or the request one that Django does not look at."""
        return not self.status.startswith(("2", "3", "4")) or self.status.startswith("400")

    def of(self, mode: WorkerMode) -> WorkerMemory | None:
        """The memory with a mode, None where it was not measured."""
        return next((memory for memory in self.memory if memory.mode is mode), None)
