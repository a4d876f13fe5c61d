"""What is kept of an evidence boot: the import graph, side effects, registries and memory, but no times of imports."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from django_startup.imports.graph import ImportGraph
from django_startup.imports.observed import make_graph
from django_startup.measure.ending import Frame
from django_startup.measure.recording import Recording
from django_startup.measure.spans import ImportSite
from django_startup.profile.effects import Ran, RanFunction, Registries, RegistryEntry, SideEffect, UnreadableRegistry
from django_startup.profile.owners import OWN, Owner, OwnerKind, Owners, site_directory
from django_startup.profile.places import OF_AN_APP
from django_startup.text import relative_file, short_file

# Threads (in the names of Django's savepoints), addresses, process ids, times of day; tempfile's names.
OF_THIS_BOOT = re.compile(r"\b0x[0-9a-fA-F]{6,}|(?<![\d.])\d{6,}(?![\d.])|(?<=[/\\]tmp)[a-z0-9_]{8}\b")


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    What an evidence boot has shown.

    Attributes:
        graph: Which statement imported what.
        side_effects: What the boot did besides importing, in its order.
        registries: What it registered.
        module_bytes: By how much resident memory grew during each import; empty where the system does not tell.
        phase_bytes: The same during each phase.
        lazy: Where the lazy import stands of each module that was loaded in the end.
        stayed_lazy: How many lazy imports were not used.
        ran: Which functions of the project ran.
    """

    graph: ImportGraph
    side_effects: tuple[SideEffect, ...] = ()
    registries: Registries = field(default_factory=Registries)
    module_bytes: dict[str, int] = field(default_factory=dict)
    phase_bytes: dict[str, int] = field(default_factory=dict)
    lazy: dict[str, ImportSite] = field(default_factory=dict)
    stayed_lazy: int = 0
    unreadable: tuple[UnreadableRegistry, ...] = ()
    ran: Ran = Ran()

    @classmethod
    def from_recording(cls, recording: Recording, directory: Path, owners: Owners | None = None) -> Evidence:
        """The evidence in a recording; directory is the project's, owners the recording's if they are known already."""
        owners = owners or Owners.from_recording(recording)
        module_bytes: dict[str, int] = defaultdict(int)
        phase_bytes: dict[str, int] = defaultdict(int)
        for span in recording.spans:
            if span.kind == "import":
                module_bytes[span.name] += span.resident_bytes
            if span.on_main:
                phase_bytes[recording.phase_of(span)] += span.resident_bytes
        known = any(module_bytes.values())
        loaded = {module.name for module in recording.modules}
        lazy = {
            edge.target: ImportSite(edge.importer, relative_file(edge.file, directory), edge.line)
            for edge in reversed(recording.lazy)
            if edge.target in loaded
        }
        return cls(
            graph=make_graph(recording, owners),
            side_effects=find_side_effects(recording, owners, directory),
            registries=make_registries(recording),
            module_bytes=module_bytes if known else {},
            phase_bytes=phase_bytes if known else {},
            lazy=lazy,
            stayed_lazy=len(
                {(edge.file, edge.line) for edge in recording.lazy}
                - {(edge.file, edge.line) for edge in recording.lazy if edge.target in loaded}
            ),
            unreadable=tuple(UnreadableRegistry(name, reason) for name, reason in recording.unreadable.items()),
            ran=make_ran(recording, owners, directory),
        )


def make_ran(recording: Recording, owners: Owners, directory: Path) -> Ran:
    """The functions that ran, of files that are the project's."""
    if recording.ran_problem is None:
        return Ran()
    if recording.ran_problem:
        return Ran(f"it is not known which functions ran: {recording.ran_problem}")
    by_file = {module.file: owners.of(module.name) for module in recording.modules if module.file}
    functions = [
        RanFunction(
            file=relative_file(ran.file, directory),
            name=ran.name,
            first_line=ran.first_line,
            lines=ran.lines or (),
            caller=f"{short_file(relative_file(ran.caller_file, directory))}:{ran.caller_line}"
            if ran.caller_file
            else "",
        )
        for ran in recording.ran
        if ran.file not in by_file or by_file[ran.file].kind in OWN
    ]
    return Ran("", tuple(functions))


def find_side_effects(recording: Recording, owners: Owners, directory: Path) -> tuple[SideEffect, ...]:
    """The side effects in their order, each with the line that a reader would look at."""
    by_file = {module.file: owners.of(module.name) for module in recording.modules if module.file}
    entry = next((module.file for module in recording.modules if module.name == "__main__"), "")
    labels = {app.entry: app.label for app in recording.apps}
    effects = []
    for effect in recording.side_effects:
        innermost = recording.spans_by_number.get(effect.span)
        phase = recording.phase_of(innermost) if innermost else ""
        around = [span for span in recording.ancestors(innermost) if span.kind != "gc"]
        module = around[0].name if around and around[0].kind == "import" else None
        stage = next((span for span in around if span.kind in OF_AN_APP), None)
        # The entry script is on every stack: only what happens while it runs itself is its own doing.
        stack = [frame for frame in effect.stack if frame.file != entry or phase == "entry"]
        frame = telling_frame(stack, by_file, directory)
        effects.append(
            SideEffect(
                kind=effect.kind,
                detail=shown_detail(effect.kind, effect.detail, directory),
                alias=effect.alias,
                phase=phase,
                app=labels.get(stage.name, stage.name) if stage else None,
                module=module,
                file=relative_file(frame.file, directory),
                line=frame.line,
                function=frame.function,
                time_ns=effect.time_ns,
            )
        )
    return tuple(effects)


def shown_detail(kind: str, detail: str, directory: Path) -> str:
    """
    The detail in one line, with the project's files relative to it, and a program without its directory.

    It is the same in every boot of the same code: what a process or a moment is numbered by is left out.
    """
    line = OF_THIS_BOOT.sub("…", " ".join(detail.split()).replace(f"{directory}{os.sep}", ""))
    program, space, arguments = line.partition(" ")
    return f"{os.path.basename(program) if kind == 'subprocess' else program}{space}{arguments}"


def telling_frame(stack: list[Frame], by_file: dict[str, Owner], directory: Path) -> Frame:
    """The innermost frame in the project's code; where there is none, in a package's; else the innermost."""
    candidates: list[Frame] = []
    for frame in stack:
        owner = by_file.get(frame.file)
        if owner is None and (site_directory(frame.file) or relative_file(frame.file, directory) == frame.file):
            continue
        if owner is None or owner.kind in OWN:
            return frame
        if owner.kind is OwnerKind.PACKAGE:
            candidates.append(frame)
    return next(iter((*candidates, *stack)), Frame("", 0, ""))


def make_registries(recording: Recording) -> Registries:
    entries: dict[str, list[RegistryEntry]] = defaultdict(list)
    for entry in recording.registries:
        entries[entry.registry].append(RegistryEntry(entry.name, entry.of, entry.module, entry.by))
    known = Registries.__dataclass_fields__
    return Registries(**{name: tuple(found) for name, found in entries.items() if name in known})
