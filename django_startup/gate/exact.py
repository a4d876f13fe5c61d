"""Verdicts that need no clock: what one evidence boot imported, did and counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from django_startup.gate.budgets import INTERRUPTED, Budget, BudgetCheck, Location, Verdict
from django_startup.gate.evidence import GateEvidence
from django_startup.gate.explain import how_to_close
from django_startup.gate.kinds import BudgetKind
from django_startup.gate.late import late
from django_startup.gate.places import effect_place, way_place
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.why import ways_in
from django_startup.profile.profile import StartupProfile


def judge_exactly(budgets: Iterable[Budget], evidence: GateEvidence) -> Iterator[BudgetCheck]:
    """A check for each exact or counted budget."""
    for budget in budgets:
        match budget.kind:
            case BudgetKind.FORBID:
                yield forbid(budget, evidence)
            case BudgetKind.REQUIRE:
                yield require(budget, evidence.inquiry)
            case BudgetKind.SIDE_EFFECTS:
                yield side_effects(budget, evidence.profile)
            case BudgetKind.LATE:
                yield late(budget, evidence)
            case BudgetKind.COLD_BYTECODE:
                yield cold_bytecode(budget, evidence.cold)
            case BudgetKind.MODULES:
                yield compared(budget, evidence.profile.total.modules)
            case BudgetKind.MEMORY:
                yield memory(budget, evidence.profile)
            case BudgetKind.CALLS:
                yield calls(budget, evidence.baseline.calls)
            case BudgetKind.BYTECODE:
                yield bytecode(budget, evidence)


def matching(name: str, inquiry: Inquiry) -> list[str]:
    """The loaded modules and packages that a name means: a module with all in it, a distribution, google.cloud.*"""
    modules = inquiry.subjects.modules
    if any(char in name for char in "*?["):
        return sorted(module for module, row in modules.items() if row.loaded and fnmatchcase(module, name))
    subjects = inquiry.subjects.find(name)
    found = [subject.name for subject in subjects if subject.kind != "app"]
    if found and all(not modules[item].loaded for item in found if item in modules):
        return [item for item in found if item not in modules]
    return found[:1]


def forbid(budget: Budget, evidence: GateEvidence) -> BudgetCheck:
    found = matching(budget.name, evidence.inquiry)
    if not found:
        return BudgetCheck(budget, Verdict.WITHIN, 0, 1, f"{budget.name} is not imported")
    inquiry = evidence.with_verdicts.inquiry
    what = f"{found[0]} is" if len(found) == 1 else f"{found[0]} and {len(found) - 1:,} more are"
    subjects = inquiry.subjects.find(found[0])
    subject = next((item for item in subjects if item.kind != "app"), inquiry.subjects.module(found[0]))
    ways = list(ways_in(inquiry, subject))
    needed = inquiry.doors.needed_by(subject, inquiry.doors.lost_when_closed(subject))
    text = f"{what} imported" + (f", by {', '.join(needed)} too" if needed else "")
    if subject.nodes & inquiry.subjects.preloaded:
        text += " before the project, by site, a .pth file or sitecustomize"
    places = tuple(map(way_place, ways))
    fewest = inquiry.doors.fewest(subject)
    fixes: tuple[str, ...] = ()
    if fewest is not None:
        doors = [inquiry.doors.door(statement) for statement in sorted(fewest, key=lambda item: (item.file, item.line))]
        fixes = how_to_close(doors)
    if budget.message:
        text = f"{text}: {budget.message}"
    return BudgetCheck(
        budget,
        Verdict.OVER,
        len(found),
        1,
        text,
        places,
        fixes,
        f"python -m django_startup profile --why {found[0]}",
        about=tuple(found),
    )


def require(budget: Budget, inquiry: Inquiry) -> BudgetCheck:
    found = matching(budget.name, inquiry)
    message = f": {budget.message}" if budget.message else ""
    if found:
        return BudgetCheck(budget, Verdict.WITHIN, 1, 1, f"{budget.name} is imported")
    fix = "import it at start, so that no request has to wait for it"
    return BudgetCheck(budget, Verdict.OVER, 0, 1, f"{budget.name} is not imported{message}", (), (fix,))


def side_effects(budget: Budget, profile: StartupProfile) -> BudgetCheck:
    effects = [effect for effect in profile.side_effects if effect.kind == budget.name]
    fix = "defer them until first use"
    return compared(budget, len(effects), "", tuple(map(effect_place, effects)), (fix,))


def cold_bytecode(budget: Budget, count: int) -> BudgetCheck:
    text = f"the bytecode of {count:,} modules cannot be written"
    fix = "unset PYTHONDONTWRITEBYTECODE, or run python -m compileall when the image is built"
    return compared(budget, count, text if count else "every module has bytecode", (), (fix,))


def memory(budget: Budget, profile: StartupProfile) -> BudgetCheck:
    size = profile.total.rss_bytes
    if size is None:
        return BudgetCheck(budget, Verdict.UNSURE, None, 1, "this system does not report the memory of a process")
    return compared(budget, size)


def calls(budget: Budget, count: int) -> BudgetCheck:
    return compared(budget, count) if count else BudgetCheck(budget, Verdict.UNSURE, None, 1, INTERRUPTED)


def bytecode(budget: Budget, evidence: GateEvidence) -> BudgetCheck:
    if not evidence.baseline.bytecode:
        return BudgetCheck(
            budget, Verdict.UNSURE, None, 1, f"the bytecode of {evidence.cold:,} modules cannot be written"
        )
    return compared(budget, evidence.baseline.bytecode)


def compared(
    budget: Budget, value: int, text: str = "", places: tuple[Location, ...] = (), fixes: tuple[str, ...] = ()
) -> BudgetCheck:
    """A check whose value is certain."""
    over = value > budget.fail
    warn = budget.warn is not None and value > budget.warn
    verdict = Verdict.OVER if over else Verdict.WARN if warn else Verdict.WITHIN
    if verdict is Verdict.WITHIN:
        places, fixes = (), ()
    return BudgetCheck(budget, verdict, value, 1, text, places, fixes)
