"""Where to look for what is no longer registered: the module that registered it, and what became of that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django_startup.gate.baseline import Baseline
from django_startup.gate.budgets import BudgetCheck, Location
from django_startup.gate.evidence import GateEvidence
from django_startup.gate.kinds import BudgetKind
from django_startup.gate.moves import files_of
from django_startup.profile.owners import ancestors

MOST = 5


def with_lost_places(
    checks: Iterable[BudgetCheck], before: Baseline | None, evidence: GateEvidence
) -> Iterator[BudgetCheck]:
    """Checks, that of lost registrations with the modules that had made them."""
    for check in checks:
        is_meant = check.is_over and check.budget.kind is BudgetKind.BASELINE and check.budget.name == "registrations"
        if not is_meant or before is None:
            yield check
            continue
        lost = [item for item in before.registrations if item not in evidence.baseline.registrations]
        found = dict.fromkeys(place for item in lost for place in place_of(item, before, evidence))
        yield replace(check, places=tuple(found)[:MOST])


def place_of(item: str, before: Baseline, evidence: GateEvidence) -> Iterator[Location]:
    """The project's module that an item of a baseline names, or the models.py of the app of a model."""
    registry, _, rest = item.partition(" ")
    name = rest.partition(" ")[0]
    own = set(before.project_modules)
    if registry == "models":
        label = name.partition(".")[0]
        candidates = [module for module in sorted(own) if f".{module}".endswith(f".{label}.models")]
    else:
        candidates = [module for module in (name, *ancestors(name)) if module in own]
    for module in candidates[:1]:
        loaded = evidence.inquiry.subjects.modules.get(module)
        if loaded is not None and loaded.loaded:
            yield Location(loaded.file, 1, f"{module} is imported, but does not register it any more")
        else:
            exist = (file for file in files_of(module) if (evidence.target.directory / file).is_file())
            file = next(exist, "")
            yield Location(file, 1 if file else 0, f"{module} is not imported any more")
