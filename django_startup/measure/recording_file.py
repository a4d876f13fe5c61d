"""
Reads the file that a child wrote (see probe/records.py) into a Recording.

A line that is torn, because the process was killed while it wrote it, or that makes no sense is passed over.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from django_startup.measure.clocks import Clocks
from django_startup.measure.observations import (
    Compiled,
    Counted,
    Drilling,
    Edge,
    Environment,
    Failure,
    KernelCounts,
    LoadedApp,
    LoadedModule,
    NamedModule,
    ObservedChange,
    ObservedFunction,
    ObservedLate,
    ObservedRegistration,
    ObservedRung,
    ObservedSideEffect,
    OpenedFile,
    Sample,
)
from django_startup.measure.record_values import (
    read_annotations,
    read_clocks,
    read_count,
    read_fields,
    read_functions,
    read_restarts,
    read_stack,
    strings,
)
from django_startup.measure.recording import Recording
from django_startup.measure.spans import Span, SpanReader
from django_startup.probe.records import HEADS, fits


def read_recording(path: Path, *, spawned_ns: int) -> Recording:
    """Read the file at path; an empty recording where there is none. spawned_ns is the clock at the child's spawn."""
    reader = RecordingReader()
    for record in read_lines(path):
        reader.read(record)
    return reader.recording(spawned_ns)


class RecordingReader:
    """Takes records in, one by one; records.py says what each holds. What makes no sense is passed over."""

    def __init__(self) -> None:
        self.heads: dict[str, dict[str, Any]] = {name: {} for name in HEADS}
        self.spans = SpanReader()
        self.modules: list[LoadedModule] = []
        self.apps: list[LoadedApp] = []
        self.compiled: list[Compiled] = []
        self.threads: dict[int, str] = {}
        self.edges: list[Edge] = []
        self.named: list[NamedModule] = []
        self.lazy: list[Edge] = []
        self.effects: dict[int, ObservedSideEffect] = {}
        self.registrations: list[ObservedRegistration] = []
        self.unreadable: dict[str, str] = {}
        self.changes: list[ObservedChange] = []
        self.frames: list[str] = []
        self.samples: list[Sample] = []
        self.counted: list[Counted] = []
        self.ran: list[ObservedFunction] = []
        self.rungs: dict[str, ObservedRung] = {}
        self.messages: list[str] = []
        self.deferred: dict[tuple[str, int], ObservedRung] = {}
        self.brought: dict[tuple[str, int], tuple[str, ...]] = {}
        self.late: list[ObservedLate] = []
        self.opened: list[OpenedFile] = []

    def read(self, record: Any) -> None:
        if fits(record):
            READERS[record[0]](self, *record[1:])
        elif isinstance(record, dict) and record.get("record") in HEADS:
            self.heads[record["record"]] = record
            if record["record"] == "start" and isinstance(record.get("thread"), int):
                self.spans.main = record["thread"]

    def begin(self, *fields: Any) -> None:
        self.spans.begin(*fields)

    def end(self, *fields: Any) -> None:
        self.spans.end(*fields)

    def resident(self, *fields: Any) -> None:
        self.spans.resident(*fields)

    def calls(self, *fields: Any) -> None:
        self.spans.calls(*fields)

    def compilation(self, thread: int, wall_ns: int, took_ns: int, cpu_ns: int, path: str) -> None:
        self.compiled.append(Compiled(path, cpu_ns))

    def statement(self, importer: str, file: str, line: int, target: str) -> None:
        self.edges.append(Edge(importer, file, line, target, False))

    def call(self, importer: str, file: str, line: int, target: str) -> None:
        self.edges.append(Edge(importer, file, line, target, True))

    def lazy_import(self, importer: str, file: str, line: int, target: str) -> None:
        self.lazy.append(Edge(importer, file, line, target, False))

    def side_effect(
        self, number: int, thread: int, kind: str, detail: str, alias: str, took_ns: int, stack: list[Any]
    ) -> None:
        frames = tuple(read_stack(stack))
        self.effects[number] = ObservedSideEffect(kind, detail, alias, took_ns, self.spans.current(thread), frames)

    def wait(self, number: int, waited_ns: int) -> None:
        effect = self.effects.get(number)
        if effect is not None:
            self.effects[number] = replace(effect, time_ns=effect.time_ns + waited_ns)

    def opened_file(self, path: str, writes: int) -> None:
        self.opened.append(OpenedFile(path, bool(writes)))

    def functions(self, file: str, rows: list[Any]) -> None:
        self.ran.extend(read_functions(file, rows))

    def registration(self, registry: str, name: str, of: str, module: str, by: str) -> None:
        self.registrations.append(ObservedRegistration(registry, name, of, module, by))

    def unreadable_registry(self, registry: str, reason: str) -> None:
        self.unreadable[registry] = reason

    def change(self, by: str, module: str, name: str) -> None:
        self.changes.append(ObservedChange(by, module, name))

    def rung(self, rung: str, state: str, text: str, raised_in: str, raised_on: int) -> None:
        self.rungs[rung] = ObservedRung(state, text, raised_in, raised_on)

    def message(self, message: str) -> None:
        self.messages.append(message)

    def deferred_import(
        self, module: str, file: str, line: int, state: str, text: str, raised_in: str, raised_on: int
    ) -> None:
        self.deferred[file, line] = ObservedRung(state, text, raised_in, raised_on)

    def modules_of_deferred(self, file: str, line: int, modules: list[Any]) -> None:
        self.brought[file, line] = strings(modules)

    def late_registration(self, file: str, line: int, registry: str, name: str, of: str, module: str, by: str) -> None:
        self.late.append(ObservedLate(file, line, ObservedRegistration(registry, name, of, module, by)))

    def module(self, name: str, origin: str, file: str, directories: list[Any]) -> None:
        self.modules.append(LoadedModule(name, origin, file, strings(directories)))

    def app(self, entry: str, label: str, name: str, path: str) -> None:
        self.apps.append(LoadedApp(entry, label, name, path))

    def named_module(self, setting: str, value: str, module: str) -> None:
        self.named.append(NamedModule(setting, value, module))

    def thread(self, thread: int, name: str) -> None:
        self.threads[thread] = name

    def frame(self, frame: str) -> None:
        self.frames.append(frame)

    def sample(self, cpu_ns: int, waiting_ns: int, quiet_ns: int, count: int, numbers: list[Any]) -> None:
        known = range(len(self.frames))
        stack = tuple(self.frames[number] for number in numbers if number in known)
        self.samples.append(Sample(stack, cpu_ns, waiting_ns, quiet_ns, count))

    def counted_calls(self, kind: str, calls: int, stack: list[Any]) -> None:
        self.counted.append(Counted(kind, calls, tuple(read_stack(stack))))

    def recording(self, spawned_ns: int) -> Recording:
        """All that was read."""
        start, stop = self.heads["start"], self.heads["stop"]
        ready = read_clocks(start.get("ready")) or Clocks(spawned_ns, 0, 0)
        first_line = read_clocks(start.get("first_line")) or ready
        end = read_clocks(stop.get("stop")) or self.spans.latest or ready
        recorded_end = end.earlier(read_count(stop.get("stood_ns")))
        problem = self.heads["executed"].get("problem")
        return Recording(
            spawned_ns=spawned_ns,
            first_line=first_line,
            ready=ready,
            stop=end,
            thread=self.spans.main,
            run_queue_known=start.get("run_queue_known") is True,
            spans=(interpreter(spawned_ns, first_line, self.spans.main), *self.spans.finish(recorded_end)),
            modules=tuple(self.modules),
            apps=tuple(self.apps),
            compiled=tuple(self.compiled),
            threads=self.threads,
            edges=tuple(self.edges),
            named=tuple(self.named),
            lazy=tuple(self.lazy),
            side_effects=tuple(self.effects.values()),
            registries=tuple(self.registrations),
            unreadable=self.unreadable,
            changes=tuple(self.changes),
            evaluated=tuple(read_annotations(self.heads["executed"].get("annotations"))),
            ran=tuple(self.ran),
            opened=tuple(self.opened),
            ran_problem=problem if isinstance(problem, str) else None,
            rungs=self.rungs,
            messages=tuple(self.messages),
            deferred=self.deferred,
            brought=self.brought,
            late=tuple(self.late),
            preloaded=strings(start.get("preloaded")),
            restarts=tuple(read_restarts(start.get("followed"))),
            drilling=read_fields(Drilling, self.heads["drill"]),
            samples=tuple(self.samples),
            counted=tuple(self.counted),
            environment=read_fields(Environment, self.heads["environment"]),
            kernel=read_fields(KernelCounts, self.heads["kernel"]),
            overlaid=strings(self.heads["overlay"].get("files")),
            outcome=str(stop.get("outcome", "")),
            failure=read_fields(Failure, stop.get("failure")),
            children_cpu_ns=read_count(stop.get("children_cpu_ns")),
            serves=str(stop.get("serves", "")),
        )


# Who reads the records of each tag; their fields are its arguments.
READERS: dict[str, Callable[..., None]] = {
    "B": RecordingReader.begin,
    "E": RecordingReader.end,
    "R": RecordingReader.resident,
    "Z": RecordingReader.calls,
    "C": RecordingReader.compilation,
    "I": RecordingReader.statement,
    "D": RecordingReader.call,
    "L": RecordingReader.lazy_import,
    "S": RecordingReader.side_effect,
    "W": RecordingReader.wait,
    "O": RecordingReader.opened_file,
    "N": RecordingReader.functions,
    "G": RecordingReader.registration,
    "X": RecordingReader.unreadable_registry,
    "H": RecordingReader.change,
    "U": RecordingReader.rung,
    "V": RecordingReader.message,
    "J": RecordingReader.deferred_import,
    "JM": RecordingReader.modules_of_deferred,
    "Q": RecordingReader.late_registration,
    "M": RecordingReader.module,
    "A": RecordingReader.app,
    "T": RecordingReader.thread,
    "Y": RecordingReader.named_module,
    "F": RecordingReader.frame,
    "P": RecordingReader.sample,
    "K": RecordingReader.counted_calls,
}


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
