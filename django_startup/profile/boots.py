"""
What was booted, where, and how long the boots took, as a profile holds it. Plain values.

Durations are integer nanoseconds (…_ns), memory bytes (…_bytes); what time is, see profile.py.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TargetInfo:
    """
    What was booted.

    Attributes:
        entry: The entry script.
        until: How far: settings, setup, urls, checks, wsgi, asgi or command.
        command: The management command, where that was the target.
        settings: The settings module.
        secrets: Whether passwords and the like were redacted or shown; "" in profiles of before that was asked.
    """

    entry: str
    until: str
    command: str | None
    settings: str
    secrets: str = ""


@dataclass(frozen=True, slots=True)
class EnvironmentInfo:
    """
    Where it was booted.

    Attributes:
        python: The version of Python.
        django: The version of Django; empty where it was not imported.
        platform: The platform, as Python names it.
        cpus: How many processors the process may use.
        compiled_from_source: Modules in a recorded boot that had no bytecode.
    """

    python: str
    django: str
    platform: str
    cpus: int
    compiled_from_source: int


@dataclass(frozen=True, slots=True)
class BootTimes:
    """
    One boot.

    Attributes:
        kind: evidence, recorded or died.
        wall_ns: Wall time.
        time_ns: CPU time and waiting.
        cpu_ns: CPU time.
        waiting_ns: Waiting, without run-queue wait.
        gc_ns: Garbage collections.
        modules: How many modules were loaded at its end.
    """

    kind: str
    wall_ns: int
    time_ns: int
    cpu_ns: int
    waiting_ns: int
    gc_ns: int
    modules: int


@dataclass(frozen=True, slots=True)
class Total:
    """
    The fastest boot.

    Attributes:
        time_ns: CPU time and waiting.
        cpu_ns: CPU time.
        waiting_ns: Waiting, without run-queue wait.
        wall_ns: Wall time.
        gc_ns: Garbage collections.
        modules: How many modules were loaded at its end.
        rss_bytes: Resident memory at its end; None where the system does not tell.
    """

    time_ns: int
    cpu_ns: int
    waiting_ns: int
    wall_ns: int
    gc_ns: int
    modules: int
    rss_bytes: int | None


@dataclass(frozen=True, slots=True)
class Phase:
    """
    A phase of the boot. Phases add up to the total; the last, noise, closes the difference.

    Attributes:
        name: Its name.
        time_ns: CPU time and waiting.
        cpu_ns: CPU time.
        waiting_ns: Waiting, without run-queue wait.
        rss_bytes: The memory that it added.
    """

    name: str
    time_ns: int
    cpu_ns: int
    waiting_ns: int
    rss_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class GcPauses:
    """
    Garbage collections during the fastest boot.

    Attributes:
        collections: How many.
        pause_ns: How long they took together.
    """

    collections: int
    pause_ns: int


@dataclass(frozen=True, slots=True)
class PartLine:
    """
    A line of a file that imports something.

    Attributes:
        line: The line.
        name: The module that takes most of it.
        time_ns: The cumulative time of what it imports.
    """

    line: int
    name: str
    time_ns: int


@dataclass(frozen=True, slots=True)
class SessionPart:
    """
    A plugin, a conftest file, a file with tests or a fixture in a session of pytest.

    Attributes:
        kind: plugin, conftest, file or fixture.
        name: The plugin's distribution (its module where there is none), the path of the file, the fixture's name.
        time_ns: Its time with all inside it.
        own_ns: The same without imports, and without fixtures, databases and Django's own phases inside it.
        file: Where a fixture is defined; else empty.
        line: The line.
        lines: The lines of a file that import most, the costliest first.
    """

    kind: str
    name: str
    time_ns: int
    own_ns: int
    file: str = ""
    line: int = 0
    lines: tuple[PartLine, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """
    A session of pytest up to its first test.

    Attributes:
        first_test: The node id of that test; empty where there was no session, or no test in it was run.
        problem: The exception that it failed with; empty where it passed.
        tests: How many tests were collected.
        workers: How many processes pytest-xdist starts, each of which makes such a start; 0 for none.
        parts: What took time in it, by kind, the costliest of each first.
    """

    first_test: str = ""
    problem: str = ""
    tests: int = 0
    workers: int = 0
    parts: tuple[SessionPart, ...] = ()
