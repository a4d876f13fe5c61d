"""Whose figure grew: the packages, modules and ready() methods behind a broken limit on what is counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from django_startup.gate.baseline import Baseline
from django_startup.gate.budgets import BudgetCheck, Location
from django_startup.gate.evidence import GateEvidence
from django_startup.gate.explain import ways_to
from django_startup.gate.kinds import BudgetKind
from django_startup.gate.parts import PROJECT, STDLIB, Grown, grown, is_ready, label_of, read_parts, told
from django_startup.gate.places import way_place
from django_startup.gate.waivers import joined
from django_startup.imports.slow import ready_line
from django_startup.profile.owners import DJANGO

# The figure of a part that is behind each counter. Bytecode comes with modules.
FIGURES = {"modules": "modules", "calls": "calls", "memory": "memory", "bytecode": "modules"}


def with_growth(
    checks: Iterable[BudgetCheck], before: Baseline | None, evidence: GateEvidence
) -> Iterator[BudgetCheck]:
    """Checks, broken counters with the parts that grew, or without a baseline that has parts with the largest."""
    for check in checks:
        name = check.budget.name if check.budget.kind is BudgetKind.BASELINE else str(check.budget.kind)
        figure = FIGURES.get(name)
        yield check if figure is None or not check.is_over else explained(check, figure, before, evidence)


def explained(check: BudgetCheck, figure: str, before: Baseline | None, evidence: GateEvidence) -> BudgetCheck:
    old = read_parts(before.parts) if before is not None else {}
    new = set(evidence.baseline.project_modules).difference(before.project_modules if before is not None else ())
    own = len(new) if figure == "modules" else None
    rows = grown(figure, old.values(), evidence.parts, own) if old else []
    if rows:
        about = tuple(row.name for row in rows if row.name not in (STDLIB, PROJECT) and not is_ready(row.name))
        return replace(
            check,
            text=joined(check.text, f"mostly {', '.join(told(figure, rows, '+'))}"),
            places=tuple(places_of(rows, evidence, sorted(new))),
            about=about,
        )
    rows = grown(figure, (), evidence.parts, own)
    if not rows:
        return check
    text = joined(check.text, f"the most: {', '.join(told(figure, rows))}")
    # Nobody does without Django and the standard library.
    others = [part for part in evidence.parts if part.name not in (STDLIB, DJANGO.name)]
    places = places_of(grown(figure, (), others, own), evidence, (), of_packages=False)
    return replace(check, text=text, places=tuple(places))


def places_of(
    rows: Iterable[Grown], evidence: GateEvidence, new: Sequence[str], *, of_packages: bool = True
) -> Iterator[Location]:
    """
    Where to look: the project's line that brings a package in, or where it has none and of_packages is set one of a
    package; the project's module or ready() itself. new are the project's modules that are new.
    """
    modules = {module.name: module for module in evidence.profile.modules}
    for row in rows:
        if is_ready(row.name):
            label = label_of(row.name)
            name = next((app.name for app in evidence.profile.apps if app.label == label), "")
            module = modules.get(f"{name}.apps")
            if module is not None:
                file, line = ready_line(evidence.with_verdicts.profile, module.file)
                yield Location(file, line, row.name)
        elif row.name in modules and row.name not in {package.name for package in evidence.profile.packages}:
            yield Location(modules[row.name].file, 1, f"the module {row.name}")
        elif row.name == PROJECT:
            yield from (Location(modules[name].file, 1, f"the module {name}") for name in new[:1])
        elif row.name != STDLIB:
            yield from map(way_place, ways_to(evidence.with_edges, row.name, of_packages=of_packages)[:1])
