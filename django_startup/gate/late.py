"""What registers late: only when the URLconf is loaded, so that commands, workers and the shell do without it."""

from __future__ import annotations

from django_startup.gate.budgets import Budget, BudgetCheck, Verdict
from django_startup.gate.evidence import GateEvidence
from django_startup.gate.explain import ways_to
from django_startup.gate.places import way_place
from django_startup.profile.effects import RegistryEntry
from django_startup.profile.owners import OwnerKind
from django_startup.profile.parts import Module

MOST_NAMED = 5
FIXES = {"models": "import the module that defines it in the models.py of its app"}
FIX = "import the module that registers it in the ready() of its app"
URLS = "urls"


def late(budget: Budget, evidence: GateEvidence) -> BudgetCheck:
    """The check of one registry: models, receivers, checks and so on."""
    profile = evidence.profile
    for registry in profile.unreadable:
        if registry.registry == budget.name:
            return BudgetCheck(budget, Verdict.UNSURE, None, 1, f"not known: {registry.sentence}")
    if not any(phase.name == URLS for phase in profile.phases):
        return BudgetCheck(budget, Verdict.WITHIN, 0, 1, "the boot ends before the URLconf is loaded")
    modules = {module.name: module for module in profile.modules}
    entries: tuple[RegistryEntry, ...] = getattr(profile.registries, budget.name)
    found = [entry for entry in entries if is_late(modules.get(entry.by or ""))]
    if not found:
        return BudgetCheck(budget, Verdict.WITHIN, 0, 1, "none")
    names = [f"{entry.name} ({entry.of})" if entry.of else entry.name for entry in found]
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    text = f"registered only when the URLconf is loaded: {', '.join(names[:MOST_NAMED])}{more}"
    registrars = dict.fromkeys(entry.registrar for entry in found)
    places = tuple(way_place(way) for name in registrars for way in ways_to(evidence.with_edges, f"module:{name}"))
    fix = FIXES.get(budget.name, FIX)
    again = f"python -m django_startup profile --why {next(iter(registrars))}"
    return BudgetCheck(budget, Verdict.OVER, len(found), 1, text, places, (fix,), again)


def is_late(module: Module | None) -> bool:
    """Whether the import of a module came with the URLconf; what Django itself registers there is its own affair."""
    return module is not None and module.phase == URLS and module.owner.kind is not OwnerKind.DJANGO
