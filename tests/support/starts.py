"""Starts made by hand."""

from __future__ import annotations

from typing import Any

from django_startup.banner.start import PackageStart, Start
from django_startup.banner.startup_recorder import RecordedStart
from django_startup.measure.clocks import Clocks

MS = 1_000_000
MAIN, SERVER = 1, 2


def make_start(time_ms: int = 1000, **values: Any) -> Start:
    fields: dict[str, Any] = {"compiled_ns": 0, "compiled": 0, "modules": 2736, "packages": {}, "parts": {}} | values
    return Start(time_ns=time_ms * MS, **fields)


def packages(**self_ms: int | None) -> dict[str, PackageStart]:
    return {name: PackageStart(None if ms is None else ms * MS) for name, ms in self_ms.items()}


def clocks(wall_ms: int, cpu_ms: int, delay_ms: int = 0) -> Clocks:
    return Clocks(wall_ms * MS, cpu_ms * MS, delay_ms * MS)


def recorded(*records: tuple[Any, ...], **values: Any) -> RecordedStart:
    """
    What was recorded of a start: the app reached at 1000 ms by the wall clock and 200 ms of CPU time, runserver at
    2000 and 900, serving at 2500.
    """
    fields: dict[str, Any] = {
        "main": MAIN,
        "reached": clocks(1000, 200),
        "process_cpu": 200 * MS,
        "handover": clocks(2000, 900),
        "serving": clocks(2500, 100),
        "is_main": False,
        "main_run_queue_wait": 0,
        "age": 1800 * MS,
        "modules": {},
    }
    return RecordedStart(events=[atom for record in records for atom in record], **(fields | values))


def begin(
    span: int, wall_ms: float, cpu_ms: float, kind: str, name: str, site: str = "", **other: int
) -> tuple[Any, ...]:
    """site is FILE:LINE."""
    file, _, line = site.rpartition(":")
    thread, delay = other.get("thread", MAIN), other.get("delay_ms", 0) * MS
    return "B", span, thread, round(wall_ms * MS), round(cpu_ms * MS), delay, kind, name, file, int(line or 0), ""


def end(span: int, wall_ms: float, cpu_ms: float, **other: int) -> tuple[Any, ...]:
    thread, delay = other.get("thread", MAIN), other.get("delay_ms", 0) * MS
    return "E", span, thread, round(wall_ms * MS), round(cpu_ms * MS), delay, 0


def compiled(cpu_ms: int, thread: int = MAIN) -> tuple[Any, ...]:
    return "C", thread, 0, cpu_ms * MS, cpu_ms * MS, "x.py"
