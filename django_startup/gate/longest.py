"""Where to look under a limit in time for which there is no fix: what takes longest, or waits longest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django_startup.gate.budgets import Budget, Location
from django_startup.gate.evidence import GateEvidence
from django_startup.gate.kinds import BudgetKind
from django_startup.imports.slow import ready_line
from django_startup.profile.owners import OWN
from django_startup.profile.parts import Module
from django_startup.profile.profile import StartupProfile
from django_startup.profile.timeline import MAIN_THREAD, timeline_spans

MOST = 3


def longest_places(budget: Budget, evidence: GateEvidence) -> tuple[Location, ...]:
    """
    The lines of the project behind what a limit is about, the longest first. Without their times: an evidence boot
    shows none, but which is longest it does show.
    """
    profile = evidence.profile
    times: dict[tuple[str, int], int] = defaultdict(int)
    texts: dict[tuple[str, int], str] = {}
    for taken, file, line, text in candidates(budget, profile):
        if file:
            times[file, line] += taken
            texts.setdefault((file, line), text)
    longest = sorted((place for place in times if times[place] > 0), key=lambda place: (-times[place], place))
    return tuple(Location(*place, texts[place]) for place in longest[:MOST])


def candidates(budget: Budget, profile: StartupProfile) -> Iterator[tuple[int, str, int, str]]:
    """Nanoseconds, file, line and a text: of modules the line of the project that brings them in."""
    waits = waiting_by_span(profile) if budget.kind is BudgetKind.WAITING else None
    modules = {module.name: module for module in profile.modules}
    for app in profile.apps:
        file, line = ready_line(profile, modules[f"{app.name}.apps"].file if f"{app.name}.apps" in modules else "")
        if budget.kind not in (BudgetKind.PACKAGE, BudgetKind.PHASE) and budget.name in ("", app.label):
            taken = app.ready_own_ns if waits is None else waits["ready", app.label]
            yield taken, file, line, f"ready() of {app.label}"
    for module in profile.modules:
        if is_meant(budget, module):
            taken = module.self_ns if waits is None else waits["import", module.name]
            yield (taken, *line_of(module, modules))


def is_meant(budget: Budget, module: Module) -> bool:
    """Whether the time of a module is part of what a limit is about."""
    match budget.kind:
        case BudgetKind.PHASE:
            return module.phase == budget.name
        case BudgetKind.APP:
            return module.app == budget.name
        case BudgetKind.READY:
            return module.app == budget.name and module.phase == "ready"
        case BudgetKind.PACKAGE:
            return module.owner.name == budget.name
    return True


def line_of(module: Module, modules: dict[str, Module]) -> tuple[str, int, str]:
    """
    File, line and a text for the time of a module: its own if it is the project's, else the project's line that made
    it come in first. Without such a line there is no file.
    """
    if module.owner.kind in OWN and module.file:
        return module.file, 1, f"the module {module.name}"
    name, seen = module.name, set[str]()
    while module.importer is not None and module.name not in seen:
        seen.add(module.name)
        site = module.importer
        above = modules.get(site.module)
        if above is None or above.owner.kind in OWN:
            return site.file, site.line, f"brings in {top_of(module)}"
        module = above
    return "", 0, name


def top_of(module: Module) -> str:
    return module.name.partition(".")[0]


def waiting_by_span(profile: StartupProfile) -> dict[tuple[str, str], int]:
    waits: dict[tuple[str, str], int] = defaultdict(int)
    for span in timeline_spans(profile.timeline):
        if span.thread == MAIN_THREAD:
            waits[span.kind, span.name] += span.waiting_ns
    return waits
