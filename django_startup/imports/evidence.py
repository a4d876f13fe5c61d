"""What is kept of an evidence boot: the import graph, side effects, registries and memory, but no times of imports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django_startup.imports.effects import find_side_effects
from django_startup.imports.graph import ImportGraph
from django_startup.imports.observed import make_graph
from django_startup.measure.recording import Recording
from django_startup.measure.spans import ImportSite
from django_startup.profile.effects import (
    Change,
    EvaluatedAnnotation,
    Ran,
    RanFunction,
    Registries,
    RegistryEntry,
    Rung,
    SideEffect,
    UnreadableRegistry,
)
from django_startup.profile.owners import OWN, Owners
from django_startup.profile.parts import NamedInSettings
from django_startup.profile.rungs import make_rungs
from django_startup.text import relative_file, short_file

# Where packages put what they need themselves: importers of their own modules, filters of their own warnings.
OF_WHO_CHANGES_IT = frozenset(
    {"sys.meta_path", "sys.path_hooks", "warnings.filters", "what runs after a fork", "what runs at exit"}
)


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
        calls: How many calls of Python functions there were in each import ("import", the module) and each ready()
            ("ready", the app's label), without the imports inside it; zeros where they were not counted.
        lazy: Where the lazy import stands of each module that was loaded in the end.
        stayed_lazy: How many lazy imports were not used.
        changes: What imports changed in modules that were there before.
        evaluated: Names that were looked up because annotations were evaluated.
        ran: Which functions of the project ran.
        named: The modules that the settings name.
        rungs: What it came to behind its target.
    """

    graph: ImportGraph
    side_effects: tuple[SideEffect, ...] = ()
    registries: Registries = field(default_factory=Registries)
    module_bytes: dict[str, int] = field(default_factory=dict)
    phase_bytes: dict[str, int] = field(default_factory=dict)
    calls: dict[tuple[str, str], int] = field(default_factory=dict)
    lazy: dict[str, ImportSite] = field(default_factory=dict)
    stayed_lazy: int = 0
    unreadable: tuple[UnreadableRegistry, ...] = ()
    changes: tuple[Change, ...] = ()
    evaluated: tuple[EvaluatedAnnotation, ...] = ()
    ran: Ran = Ran()
    named: tuple[NamedInSettings, ...] = ()
    rungs: tuple[Rung, ...] = ()

    @classmethod
    def from_recording(cls, recording: Recording, directory: Path, owners: Owners | None = None) -> Evidence:
        """The evidence in a recording; directory is the project's, owners the recording's if they are known already."""
        owners = owners or Owners.from_recording(recording)
        module_bytes: dict[str, int] = defaultdict(int)
        phase_bytes: dict[str, int] = defaultdict(int)
        calls: dict[tuple[str, str], int] = defaultdict(int)
        for span in recording.spans:
            if span.kind == "import":
                module_bytes[span.name] += span.resident_bytes
            if span.kind in ("import", "ready"):
                calls[span.kind, span.name] += span.calls
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
            calls=calls,
            lazy=lazy,
            stayed_lazy=len(
                {(edge.file, edge.line) for edge in recording.lazy}
                - {(edge.file, edge.line) for edge in recording.lazy if edge.target in loaded}
            ),
            unreadable=tuple(UnreadableRegistry(name, reason) for name, reason in recording.unreadable.items()),
            changes=tuple(make_changes(recording, owners)),
            evaluated=tuple(
                EvaluatedAnnotation(
                    relative_file(each.module_file, directory), each.name, short_place(each.file, each.line, directory)
                )
                for each in recording.evaluated
            ),
            ran=make_ran(recording, owners, directory),
            named=tuple(NamedInSettings(*row) for row in recording.named),
            rungs=make_rungs(recording, directory),
        )


def make_changes(recording: Recording, owners: Owners) -> Iterator[Change]:
    """What imports changed in others. What a package does for itself there is its own affair."""
    for change in recording.changes:
        if change.name not in OF_WHO_CHANGES_IT or owners.of(change.by).kind in OWN:
            yield Change(change.by, change.module, change.name)


def short_place(file: str, line: int, directory: Path) -> str:
    """FILE:LINE as reports show it; empty for no file."""
    return f"{short_file(relative_file(file, directory))}:{line}" if file else ""


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
            caller=short_place(ran.caller_file, ran.caller_line, directory),
        )
        for ran in recording.ran
        if ran.file not in by_file or by_file[ran.file].kind in OWN
    ]
    return Ran("", tuple(functions))


def make_registries(recording: Recording) -> Registries:
    entries: dict[str, list[RegistryEntry]] = defaultdict(list)
    for entry in recording.registries:
        entries[entry.registry].append(RegistryEntry(entry.name, entry.of, entry.module, entry.by))
    known = Registries.__dataclass_fields__
    return Registries(**{name: tuple(found) for name, found in entries.items() if name in known})
