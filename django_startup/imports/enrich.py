"""Adds to a profile what the evidence boot has shown: side effects, registries, memory; savings, doors, fixes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from django_startup.imports.evidence import Evidence
from django_startup.imports.failed import failed_elsewhere
from django_startup.imports.fixes import MOST_FIXES, choose_fixes, find_fixes, worth_a_line
from django_startup.imports.graph import graph_info
from django_startup.imports.inquiry import Inquiry
from django_startup.measure.spans import ImportSite
from django_startup.profile.boot_minimums import to_microseconds, to_saved_bytes
from django_startup.profile.causes import times_by_span
from django_startup.profile.effects import SideEffect
from django_startup.profile.owners import OwnerKind
from django_startup.profile.parts import Fix, Module, Package
from django_startup.profile.profile import Note, StartupProfile


def with_evidence(profile: StartupProfile, evidence: Evidence, directory: Path) -> StartupProfile:
    """The profile with what a boot of the same project has shown, without what follows; directory is the project's."""
    return replace(
        profile,
        side_effects=tuple(cap(profile, evidence.side_effects)),
        registries=evidence.registries,
        unreadable=evidence.unreadable,
        changes=evidence.changes,
        evaluated=evidence.evaluated,
        ran=evidence.ran,
        named=evidence.named,
        rungs=evidence.rungs,
        notes=(*profile.notes, *unreadable_notes(evidence)),
        graph=graph_info(evidence.graph, directory),
        phases=tuple(
            replace(phase, rss_bytes=growth(evidence.phase_bytes, phase.name)) if phase.name != "noise" else phase
            for phase in profile.phases
        ),
    )


def enrich(profile: StartupProfile, evidence: Evidence, directory: Path) -> StartupProfile:
    """The profile with the evidence and all that follows from it."""
    return with_savings(with_evidence(profile, evidence, directory), evidence, directory)


def with_savings(profile: StartupProfile, evidence: Evidence, directory: Path) -> StartupProfile:
    """A profile that has the evidence, with what follows from it: savings, doors, fixes."""
    inquiry = Inquiry(profile, directory)
    savings = inquiry.savings
    of_modules = savings.of_modules()
    package_bytes: dict[str, int] = defaultdict(int)
    for module in profile.modules:
        if module.owner.kind in (OwnerKind.PACKAGE, OwnerKind.DJANGO):
            package_bytes[module.owner.name] += evidence.module_bytes.get(module.name, 0)
    packages = [
        with_doors(inquiry, package, growth(package_bytes, package.name) if evidence.module_bytes else None)
        for package in profile.packages
    ]
    profile = replace(
        profile,
        packages=by_saving(packages),
        apps=tuple(
            replace(app, saving_ns=savings.total(inquiry.doors.lost_when_closed(inquiry.subjects.app(app.label))))
            for app in profile.apps
        ),
        modules=tuple(
            replace(
                module,
                saving_ns=of_modules.get(module.name, 0),
                declared=declared(module, evidence),
                rss_bytes=growth(evidence.module_bytes, module.name),
            )
            for module in profile.modules
        ),
        notes=(*profile.notes, *lazy_note(evidence), *failed_elsewhere(profile, inquiry, worth_a_line(profile.total))),
    )
    fixes, advice = find_fixes(profile, inquiry)
    profile = replace(profile, fixes=fixes, advice=advice)
    inquiry.verdicts.keep()
    return profile


def fixes_alone(inquiry: Inquiry) -> tuple[Fix, ...]:
    """The fixes of a profile that has the evidence, without what else follows from it."""
    profile = inquiry.profile
    packages = by_saving(with_saving(inquiry, package) for package in profile.packages)
    fixes = choose_fixes(replace(profile, packages=packages), inquiry).fixes
    inquiry.verdicts.keep()
    return tuple(fixes[:MOST_FIXES])


def unreadable_notes(evidence: Evidence) -> Iterator[Note]:
    """What nobody knows because a registry could not be read."""
    for registry in evidence.unreadable:
        text = f"What is registered is not known: {registry.sentence}. No import is said to be movable because of that."
        yield Note("registries", text)


def cap(profile: StartupProfile, effects: tuple[SideEffect, ...]) -> Iterator[SideEffect]:
    """Side effects, those of one place with no more time together than the measured boots needed there."""
    limits: dict[tuple[str, str] | None, int] = {("import", module.name): module.self_ns for module in profile.modules}
    limits |= {("ready", app.label): app.ready_own_ns for app in profile.apps}
    times = times_by_span(effects)
    for effect in effects:
        took = times[effect.span]
        limit = limits.get(effect.span, took)
        share = limit / took if took > limit else 1
        yield replace(effect, time_ns=to_microseconds(round(effect.time_ns * share)))


def growth(sizes: dict[str, int], name: str) -> int | None:
    """The memory that something added; None where it is not known."""
    return to_saved_bytes(sizes[name]) if name in sizes else None


def declared(module: Module, evidence: Evidence) -> ImportSite | None:
    """Where the lazy import of a module stands that was first used on another line of the same module."""
    site, importer = evidence.lazy.get(module.name), module.importer
    if site is None or importer is None or site.module != importer.module or site.line == importer.line:
        return None
    return site


def lazy_note(evidence: Evidence) -> Iterator[Note]:
    if evidence.lazy or evidence.stayed_lazy:
        used = len(set(evidence.lazy.values()))
        yield Note("lazy", f"Lazy imports: {used:,} were loaded, {evidence.stayed_lazy:,} stayed lazy.")


def by_saving(packages: Iterable[Package]) -> tuple[Package, ...]:
    return tuple(sorted(packages, key=lambda package: (-(package.saving_ns or 0), -package.self_ns)))


def with_doors(inquiry: Inquiry, package: Package, rss_bytes: int | None) -> Package:
    """A package with its saving, its doors and who else needs it."""
    package = replace(package, rss_bytes=rss_bytes)
    lost = lost_without(inquiry, package)
    if lost is None:
        return replace(package, saving_ns=0)
    subject = inquiry.subjects.package(package.name)
    return replace(
        package,
        saving_ns=inquiry.savings.total(lost),
        doors=inquiry.doors.into(subject),
        needed_by=inquiry.doors.needed_by(subject, lost),
    )


def with_saving(inquiry: Inquiry, package: Package) -> Package:
    """A package with its saving alone."""
    return replace(package, saving_ns=inquiry.savings.total(lost_without(inquiry, package) or ()))


def lost_without(inquiry: Inquiry, package: Package) -> list[int] | None:
    """The nodes that are gone if no line brought a package in; None for Django, on which all stands, and for pytest."""
    subject = inquiry.subjects.package(package.name)
    is_running = package.name == "pytest" and bool(inquiry.profile.session.first_test)
    if is_running or any(inquiry.subjects.owner_kind(node) is OwnerKind.DJANGO for node in subject.nodes):
        return None
    return inquiry.doors.lost_when_closed(subject)
