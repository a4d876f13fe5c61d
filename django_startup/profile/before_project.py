"""What site, .pth files and sitecustomize import before the project, told apart: by a boot of the interpreter alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from django_startup.measure.recording import Recording
from django_startup.measure.spans import ImportSite
from django_startup.profile.boot_minimums import BootMinimums
from django_startup.profile.owners import Owner, OwnerKind
from django_startup.profile.parts import Module
from django_startup.profile.places import place_spans
from django_startup.profile.profile import Note, StartupProfile
from django_startup.text import format_duration, relative_file
from django_startup.thresholds import SMALL_NS

NOTE = "site"


@dataclass(slots=True)
class EarlyImport:
    """Its own time, that with what it imported, and where it is written; None for a line of a .pth file."""

    self_ns: int = 0
    cumulative_ns: int = 0
    importer: ImportSite | None = None


def with_site(profile: StartupProfile, site: Recording, directory: Path) -> StartupProfile:
    """
    The profile with the times of what was imported before the project, which are in the phase interpreter.

    site is a boot of How.SITE; directory is the project's.
    """
    early = early_imports(site, directory)
    found = {
        module.name: replace(
            module,
            self_ns=early[module.name].self_ns,
            cumulative_ns=early[module.name].cumulative_ns,
            importer=early[module.name].importer,
        )
        for module in profile.modules
        if module.phase == "interpreter" and module.name in early
    }
    self_ns: Counter[Owner] = Counter()
    kinds: Counter[str] = Counter()
    for module in found.values():
        self_ns[module.owner] += module.self_ns
        kinds[module.owner.kind] += module.self_ns
    return replace(
        profile,
        modules=tuple(found.get(module.name, module) for module in profile.modules),
        packages=tuple(
            replace(
                row,
                self_ns=row.self_ns + self_ns[Owner(OwnerKind.PACKAGE, row.name)],
                cumulative_ns=row.cumulative_ns + self_ns[Owner(OwnerKind.PACKAGE, row.name)],
            )
            for row in profile.packages
        ),
        owners=tuple(replace(row, self_ns=row.self_ns + kinds[row.kind]) for row in profile.owners),
        notes=tuple(site_note(found.values()) if note.id == NOTE and found else note for note in profile.notes),
    )


def early_imports(site: Recording, directory: Path) -> dict[str, EarlyImport]:
    """What a boot of the interpreter alone imported, by its name."""
    minimums = BootMinimums()
    minimums.add(site)
    early: dict[str, EarlyImport] = defaultdict(EarlyImport)
    for place in place_spans(site, minimums):
        span = place.span
        if span.kind == "import" and span.on_main and not span.failed:
            row = early[span.name]
            row.self_ns += place.self_cost.time_ns
            row.cumulative_ns += place.cumulative.time_ns
            where = span.importer
            if where is not None and not where.file.startswith("<"):
                row.importer = ImportSite(where.module, relative_file(where.file, directory), where.line)
    return early


def site_note(modules: Iterable[Module]) -> Note:
    """By whom the time was taken: packages, and modules of nobody's by their names."""
    times: dict[str, int] = defaultdict(int)
    for module in modules:
        if module.owner.kind is not OwnerKind.STDLIB:
            is_package = module.owner.kind is OwnerKind.PACKAGE
            times[module.owner.name if is_package else module.name.partition(".")[0]] += module.self_ns
    names = sorted(times, key=lambda name: (-times[name], name))
    # What takes no time that can be shown is there all the same.
    shown = [f"{name} {format_duration(times[name])}" if times[name] >= SMALL_NS else name for name in names]
    return Note(NOTE, f"Imported before the project, by site and .pth files (in interpreter): {', '.join(shown)}.")
