"""Values in the records that a child wrote. They may be anything: what makes no sense is left out."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, TypeVar

from django_startup.measure.clocks import Clocks
from django_startup.measure.ending import Frame
from django_startup.measure.observations import (
    Drilling,
    Environment,
    Failure,
    KernelCounts,
    ObservedEvaluation,
    ObservedFunction,
    Restart,
)

Flat = TypeVar("Flat", Drilling, Environment, Failure, KernelCounts)


def read_stack(values: list[Any]) -> Iterator[Frame]:
    """The frames in a flat list of file, line and function."""
    for file, line, function in zip(*[iter(values)] * 3, strict=False):
        if isinstance(file, str) and isinstance(line, int) and isinstance(function, str):
            yield Frame(file, line, function)


def read_functions(file: str, rows: list[Any]) -> Iterator[ObservedFunction]:
    """The functions of one file that ran."""
    for row in rows:
        match row:
            case [str(name), int(first_line), list() | None as lines, str(caller_file), int(caller_line), str(caller)]:
                known = None if lines is None else tuple(line for line in lines if isinstance(line, int))
                yield ObservedFunction(file, name, first_line, known, caller_file, caller_line, caller)


def read_annotations(rows: object) -> Iterator[ObservedEvaluation]:
    """The names in annotations that were evaluated."""
    for row in rows if isinstance(rows, list) else ():
        match row:
            case [str(module_file), str(name), str(file), int(line)]:
                yield ObservedEvaluation(module_file, name, file, line)


def read_restarts(rows: object) -> Iterator[Restart]:
    """The images of the process before the one that reached the target."""
    for row in rows if isinstance(rows, list) else ():
        match row:
            case [str(file), int(line), int(wall_ns)]:
                yield Restart(file, line, wall_ns)


def read_clocks(value: Any) -> Clocks | None:
    match value:
        case [int(wall), int(cpu), int(queued)]:
            return Clocks(wall, cpu, queued)
    return None


def read_count(value: Any) -> int:
    """A number that is counted up from 0; 0 for anything else."""
    return max(0, value) if isinstance(value, int) else 0


def strings(value: Any) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def read_fields(kind: type[Flat], record: Any) -> Flat:
    """An instance of a flat dataclass from the values in record that are of the types of its defaults."""
    values: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        value = record.get(field.name) if isinstance(record, dict) else None
        if isinstance(field.default, tuple):
            values[field.name] = strings(value)
        elif type(value) is type(field.default) or (field.default is None and type(value) is int):
            values[field.name] = value
    return kind(**values)
