"""
Reads the file that a child wrote (see probe/recorder.py and probe/inventory.py) into a Recording.

A line that is torn, because the process was killed while it wrote it, or that makes no sense is passed over.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from django_startup.measure.clocks import Clocks
from django_startup.measure.ending import Frame
from django_startup.measure.recording import (
    Compiled,
    Counted,
    Drilling,
    Edge,
    Environment,
    Failure,
    LoadedApp,
    LoadedModule,
    ObservedRegistration,
    ObservedSideEffect,
    RanFunction,
    Recording,
    Sample,
)
from django_startup.measure.spans import Span, SpanReader

Flat = TypeVar("Flat", Drilling, Environment, Failure)


def read_recording(path: Path, *, spawned_ns: int) -> Recording:
    """Read the file at path; an empty recording where there is none. spawned_ns is the clock at the child's spawn."""
    records: dict[str, dict[str, Any]] = {"start": {}, "drill": {}, "environment": {}, "executed": {}, "stop": {}}
    spans = SpanReader()
    modules: list[LoadedModule] = []
    apps: list[LoadedApp] = []
    compiled: list[Compiled] = []
    threads: dict[int, str] = {}
    edges: list[Edge] = []
    lazy: list[Edge] = []
    effects: dict[int, ObservedSideEffect] = {}
    entries: list[ObservedRegistration] = []
    frame_texts: list[str] = []
    samples: list[Sample] = []
    counted: list[Counted] = []
    ran: list[RanFunction] = []
    for record in read_lines(path):
        match record:
            case ["B" | "E" | "R", *_]:
                spans.read(record)
            case ["M", str(name), str(origin), str(file), list(folders)]:
                modules.append(LoadedModule(name, origin, file, strings(folders)))
            case ["A", str(entry), str(label), str(name), str(folder)]:
                apps.append(LoadedApp(entry, label, name, folder))
            case ["C", int(), int(), int(), int(cpu_ns), str(source)]:
                compiled.append(Compiled(source, cpu_ns))
            case ["I" | "D" as letter, str(importer), str(file), int(line), str(target)]:
                edges.append(Edge(importer, file, line, target, letter == "D"))
            case ["L", str(importer), str(file), int(line), str(target)]:
                lazy.append(Edge(importer, file, line, target, False))
            case ["S", int(number), int(thread), str(kind), str(detail), str(alias), int(ns), list(stack)]:
                frames = tuple(read_stack(stack))
                effects[number] = ObservedSideEffect(kind, detail, alias, ns, spans.current(thread), frames)
            case ["W", int(number), int(ns)] if number in effects:
                effects[number] = replace(effects[number], time_ns=effects[number].time_ns + ns)
            case ["G", str(registry), str(name), str(of), str(module)]:
                entries.append(ObservedRegistration(registry, name, of, module))
            case ["N", str(file), list(rows)]:
                ran.extend(read_functions(file, rows))
            case ["F", str(frame)]:
                frame_texts.append(frame)
            case ["P", int(cpu_ns), int(waiting_ns), list(numbers)]:
                known = range(len(frame_texts))
                texts = tuple(frame_texts[number] for number in numbers if number in known)
                samples.append(Sample(texts, cpu_ns, waiting_ns))
            case ["K", str(kind), int(number), list(calls)]:
                counted.append(Counted(kind, number, tuple(read_stack(calls))))
            case ["T", int(thread), str(name)]:
                threads[thread] = name
            case {"record": "start", "thread": int(thread)}:
                records["start"] = record
                spans.main = thread
            case {"record": "drill" | "environment" | "executed" | "stop" as name}:
                records[name] = record
    start, stop = records["start"], records["stop"]
    ready = read_clocks(start.get("ready")) or Clocks(spawned_ns, 0, 0)
    first_line = read_clocks(start.get("first_line")) or ready
    end = read_clocks(stop.get("stop")) or spans.latest or ready
    return Recording(
        spawned_ns=spawned_ns,
        first_line=first_line,
        ready=ready,
        stop=end,
        thread=spans.main,
        run_queue_known=start.get("run_queue_known") is True,
        spans=(interpreter(spawned_ns, first_line, spans.main), *spans.finish(end)),
        modules=tuple(modules),
        apps=tuple(apps),
        compiled=tuple(compiled),
        threads=threads,
        edges=tuple(edges),
        lazy=tuple(lazy),
        side_effects=tuple(effects.values()),
        registries=tuple(entries),
        ran=tuple(ran),
        ran_problem=records["executed"].get("problem"),
        preloaded=strings(start.get("preloaded")),
        drilling=read_fields(Drilling, records["drill"]),
        samples=tuple(samples),
        counted=tuple(counted),
        environment=read_fields(Environment, records["environment"]),
        outcome=str(stop.get("outcome", "")),
        failure=read_fields(Failure, stop.get("failure")),
    )


def interpreter(spawned_ns: int, first_line: Clocks, thread: int) -> Span:
    """The phase before the probe's first line."""
    return Span(
        number=0,
        parent=None,
        kind="phase",
        name="interpreter",
        thread=thread,
        on_main=True,
        start_ns=spawned_ns,
        end_ns=first_line.running,
        self_cpu_ns=first_line.cpu,
        self_waiting_ns=max(0, first_line.wall - spawned_ns - first_line.cpu - first_line.run_queue_wait),
    )


def read_lines(path: Path) -> Iterator[Any]:
    try:
        data = path.read_bytes()
    except OSError:
        return
    lines = data.splitlines()
    try:
        yield from json.loads(b"[%s]" % b",".join(lines))
    except (ValueError, RecursionError):  # some line is torn: one by one, which takes three times as long
        for line in lines:
            try:
                yield json.loads(line)
            except (ValueError, RecursionError):
                continue


def read_stack(values: list[Any]) -> Iterator[Frame]:
    """The frames in a flat list of file, line and function."""
    for file, line, function in zip(*[iter(values)] * 3, strict=False):
        if isinstance(file, str) and isinstance(line, int) and isinstance(function, str):
            yield Frame(file, line, function)


def read_functions(file: str, rows: list[Any]) -> Iterator[RanFunction]:
    """The functions of one file that ran."""
    for row in rows:
        match row:
            case [str(name), int(first_line), list() | None as lines, str(caller_file), int(caller_line), str(caller)]:
                known = None if lines is None else tuple(line for line in lines if isinstance(line, int))
                yield RanFunction(file, name, first_line, known, caller_file, caller_line, caller)


def read_clocks(value: Any) -> Clocks | None:
    match value:
        case [int(wall), int(cpu), int(queued)]:
            return Clocks(wall, cpu, queued)
    return None


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
