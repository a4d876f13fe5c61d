"""What a broken budget says beside its verdict: what it costs, where it comes in, and what would help."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django_startup.gate.baseline import effect_item
from django_startup.gate.budgets import Budget, BudgetCheck, Location
from django_startup.gate.evidence import BootRunner, GateEvidence, with_times
from django_startup.gate.exact import chain, effect_place
from django_startup.gate.kinds import BudgetKind
from django_startup.imports.effect_fixes import effect_fixes
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.slow import READY, SlowPlace, slow_places
from django_startup.imports.why import ways_in
from django_startup.profile.effects import SideEffect
from django_startup.profile.parts import Fix
from django_startup.profile.profile import StartupProfile
from django_startup.text import short_file
from django_startup.thresholds import WORTH_NS

MOST_ITEMS = 20  # modules and packages that are looked into
SHOWN = 3  # fixes under a broken time limit


def with_costs(checks: Iterable[BudgetCheck], runner: BootRunner, evidence: GateEvidence) -> Iterator[BudgetCheck]:
    """Checks, the broken ones with what their imports cost. Those times take one boot more."""
    checks = tuple(checks)
    asked = {check for check in checks if check.is_over and check.about}
    inquiry = with_times(runner, evidence) if asked else None
    for check in checks:
        yield with_cost(check, inquiry) if inquiry is not None and check in asked else check


def with_cost(check: BudgetCheck, inquiry: Inquiry) -> BudgetCheck:
    """A check with what the boot would lose if the project's own lines did not bring in what it is about."""
    lost: set[int] = set()
    for name in check.about[:MOST_ITEMS]:
        subjects = [subject for subject in inquiry.subjects.find(name) if subject.kind != "app"]
        for subject in subjects[:1]:
            lost.update(inquiry.doors.lost_when_closed(subject))
    modules = (inquiry.subjects.modules.get(inquiry.subjects.graph.names[node]) for node in lost)
    sizes = [module.rss_bytes for module in modules if module and module.rss_bytes is not None]
    return replace(check, saving_ns=inquiry.savings.total(lost), rss_bytes=sum(sizes) if sizes else None)


def find_places(evidence: GateEvidence, what: str, name: str) -> tuple[Location, ...]:
    """Where something new comes in: a package, a module or a side effect, by the check that found it."""
    if what == "new-side-effects":
        return tuple(effect_place(row) for row in evidence.profile.side_effects if effect_item(row) == name)
    subjects = evidence.inquiry.subjects.find(name)
    ways = ways_in(evidence.inquiry, subjects[0]) if subjects else ()
    return tuple(Location(way.door.file, way.door.line, chain(way)) for way in ways)


def with_culprits(checks: Iterable[BudgetCheck], evidence: GateEvidence) -> Iterator[BudgetCheck]:
    """Checks, the broken time limits with the fixes that would help most."""
    checks = tuple(checks)
    fixes: tuple[Fix, ...] | None = None
    for check in checks:
        if not check.is_over or not check.budget.info.is_timed:
            yield check
            continue
        first = tuple(fixes_for(check.budget, evidence.profile))
        if check.budget.kind is BudgetKind.WAITING:
            yield with_fixes(check, first)
            continue
        if fixes is None:
            fixes = evidence.find_fixes()
        known = {fix.subject for fix in first}
        others = (fix for fix in fixes if fix.subject not in known and (fix.kind != "effect" or not first))
        yield with_fixes(check, (*first, *others))


def fixes_for(budget: Budget, profile: StartupProfile) -> Iterator[Fix]:
    """Fixes at the very place that a limit in time is about, those that save most first."""
    effects = [effect for effect in profile.side_effects if concerns(budget, effect)]
    places = [place for place in slow_places(profile, WORTH_NS) if concerns_place(budget, place)]
    fixes = [*effect_fixes(effects, WORTH_NS), *(place.fix for place in places)]
    yield from sorted(fixes, key=lambda fix: -fix.saving_ns)


def concerns(budget: Budget, effect: SideEffect) -> bool:
    """Whether a limit in time is about the very place of a side effect."""
    match budget.kind:
        case BudgetKind.WAITING:
            return True
        case BudgetKind.READY:
            return effect.app == budget.name and effect.phase not in ("apps", "models")
        case BudgetKind.APP:
            return effect.app == budget.name
        case BudgetKind.PHASE:
            return effect.phase == budget.name
    return False


def concerns_place(budget: Budget, place: SlowPlace) -> bool:
    """The same for a place whose own code takes long."""
    if budget.kind is BudgetKind.WAITING:
        return place.waiting_ns >= WORTH_NS
    return budget.kind in (BudgetKind.READY, BudgetKind.APP) and (place.kind, place.name) == (READY, budget.name)


def with_fixes(check: BudgetCheck, fixes: Iterable[Fix]) -> BudgetCheck:
    shown = [fix for fix in fixes if fix.doors][:SHOWN]
    places = tuple(
        Location(door.file, door.line, f"{fix.subject}: {door.reason}") for fix in shown for door in fix.doors
    )
    first = "; ".join(f"{short_file(fix.doors[0].file)}:{fix.doors[0].line} {what_to_do(fix)}" for fix in shown)
    return replace(check, places=places, fix=first, reproduce="python -m django_startup profile")


def what_to_do(fix: Fix) -> str:
    """What a fix is about, and what to do; where imports move that is said of each line."""
    return f"{fix.subject}: {fix.text}" if fix.kind in ("effect", "slow") else fix.subject
