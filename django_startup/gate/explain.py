"""What a broken budget says beside its verdict: what it costs, where it comes in, and what would help."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from django_startup.gate.baseline import effect_item
from django_startup.gate.budgets import Budget, BudgetCheck, Location
from django_startup.gate.evidence import BootRunner, GateEvidence, with_times
from django_startup.gate.kinds import BudgetKind
from django_startup.gate.longest import is_meant, longest_places
from django_startup.gate.places import effect_place, way_place
from django_startup.imports.effect_fixes import effect_fixes
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.slow import READY, SlowPlace, slow_places
from django_startup.imports.subjects import Subject
from django_startup.imports.why import WayIn, most_telling, ways_in
from django_startup.profile.effects import SideEffect
from django_startup.profile.parts import Door, Fix
from django_startup.profile.profile import StartupProfile
from django_startup.profile.reasons import Reason
from django_startup.text import short_file
from django_startup.thresholds import WORTH_NS

MOST_ITEMS = 20  # modules and packages that are looked into
SHOWN = 3  # fixes under a broken time limit


class Cost(NamedTuple):
    """
    What the boot would lose without something.

    saving_ns: of its time. rss_bytes: of its memory, None where that is not known. modules: of its modules.
    """

    saving_ns: int
    rss_bytes: int | None
    modules: int


class Costs:
    """What imports cost. Their times take boots of their own, which are made as soon as somebody asks."""

    def __init__(self, runner: BootRunner, evidence: GateEvidence) -> None:
        self.runner = runner
        self.evidence = evidence

    @cached_property
    def inquiry(self) -> Inquiry:
        """What answers without times; nodes are its."""
        return self.evidence.with_edges.inquiry

    @cached_property
    def timed_inquiry(self) -> Inquiry:
        """The same with times."""
        return with_times(self.runner, self.evidence)

    def of(self, names: Iterable[str]) -> Cost:
        """Of packages and modules, if the project's own lines did not bring them in."""
        lost = lost_without(self.inquiry, tuple(names)[:MOST_ITEMS])
        modules = self.modules(lost)
        return Cost(self.time_ns(lost), self.rss_bytes(modules), len(modules))

    def modules(self, nodes: Iterable[int]) -> set[str]:
        """The modules that stand at nodes."""
        subjects = self.inquiry.subjects
        return {subjects.graph.names[node] for node in nodes} & subjects.modules.keys()

    def time_ns(self, nodes: Iterable[int]) -> int:
        return self.timed_inquiry.savings.total(nodes)

    def rss_bytes(self, modules: Iterable[str]) -> int | None:
        """The memory that modules added; None where that is not known."""
        known = self.evidence.with_edges.observed.module_bytes
        return sum(known.get(name, 0) for name in modules) if known else None


def lost_without(inquiry: Inquiry, names: Iterable[str]) -> set[int]:
    """The nodes that are gone if the project's own lines did not bring in some packages, modules and apps (app:…)."""
    lost: set[int] = set()
    for subject in subjects_of(inquiry, names):
        lost.update(inquiry.doors.lost_when_closed(subject))
    return lost


def subjects_of(inquiry: Inquiry, names: Iterable[str]) -> Iterator[Subject]:
    for name in names:
        is_app = name.startswith("app:")
        subjects = [subject for subject in inquiry.subjects.find(name) if (subject.kind == "app") is is_app]
        yield from subjects[:1]


def with_costs(checks: Iterable[BudgetCheck], costs: Costs) -> Iterator[BudgetCheck]:
    """Checks, the broken ones with what the imports that they are about cost."""
    for check in checks:
        if check.is_over and check.about and is_about_imports(check):
            cost = costs.of(check.about)
            yield replace(check, saving_ns=cost.saving_ns, rss_bytes=cost.rss_bytes)
        else:
            yield check


def is_about_imports(check: BudgetCheck) -> bool:
    """Whether it is about the packages and modules that it names, and not about a figure of theirs."""
    return check.budget.kind is BudgetKind.FORBID or check.budget.name.startswith("new-")


def how_to_close(doors: Iterable[Door]) -> tuple[str, ...]:
    """What to do with each line that brings something in; why one of them has to stay."""
    doors = list(doors)
    for door in doors:
        if not door.deferrable and door.kind is not Reason.UNUSED:  # which may be all that there is to do
            return (f"none by moving an import: {short_file(door.file)}:{door.line} {door.reason}",)
    return tuple(dict.fromkeys(f"{short_file(door.file)}:{door.line} {door.reason}" for door in doors))


def find_places(evidence: GateEvidence, what: str, name: str) -> tuple[Location, ...]:
    """Where something new comes in: a package, a module or a side effect, by the check that found it."""
    if what == "new-side-effects":
        return tuple(effect_place(row) for row in evidence.profile.side_effects if effect_item(row) == name)
    return tuple(map(way_place, ways_to(evidence.with_edges, name)))


def ways_to(evidence: GateEvidence, name: str, *, of_packages: bool = True) -> list[WayIn]:
    """
    The ways to a package or module by the lines that tell most: the project's, or where it has none packages'. What can
    move is true with the evidence that verdicts stand on only.
    """
    inquiry = evidence.inquiry
    subjects = inquiry.subjects.find(name)
    if not subjects:
        return []
    entries = inquiry.doors.entries(subjects[0])
    if not entries and of_packages:
        entries = inquiry.doors.entries_of_others(subjects[0])
    return list(ways_in(inquiry, subjects[0], map(inquiry.doors.door, most_telling(entries))))


def with_culprits(checks: Iterable[BudgetCheck], evidence: GateEvidence) -> Iterator[BudgetCheck]:
    """Checks, the broken time limits with the fixes that would help most, or with what takes longest."""
    checks = tuple(checks)
    fixes: tuple[Fix, ...] | None = None
    for check in checks:
        if not check.is_over or not check.budget.info.is_timed:
            yield check
            continue
        first = tuple(fixes_for(check.budget, evidence.with_verdicts.profile))
        others: Iterable[Fix] = ()
        if check.budget.kind is not BudgetKind.WAITING:
            if fixes is None:
                fixes = evidence.find_fixes()
            known = {fix.subject for fix in first}
            others = (
                fix
                for fix in fixes
                if fix.subject not in known
                and (fix.kind != "effect" or not first)
                and is_part_of(check.budget, fix, evidence.with_verdicts.profile)
            )
        found = with_fixes(check, (*first, *others))
        yield found if found.places else replace(found, places=longest_places(check.budget, evidence.with_verdicts))


def fixes_for(budget: Budget, profile: StartupProfile) -> Iterator[Fix]:
    """Fixes at the very place that a limit in time is about, those that save most first."""
    effects = [effect for effect in profile.side_effects if concerns(budget, effect)]
    places = [place for place in slow_places(profile, WORTH_NS) if concerns_place(budget, place)]
    fixes = [*effect_fixes(effects, WORTH_NS), *(place.fix for place in places)]
    yield from sorted(fixes, key=lambda fix: -fix.saving_ns)


def is_part_of(budget: Budget, fix: Fix, profile: StartupProfile) -> bool:
    """Whether what a fix saves is part of the time that a limit is about. Parts leave garbage collections out."""
    if budget.kind in (BudgetKind.MAX, BudgetKind.MAX_CPU):
        return True
    sites = (module.importer for module in profile.modules if is_meant(budget, module))
    lines = {(site.file, site.line) for site in sites if site is not None}
    return any((door.file, door.line) in lines for door in fix.doors)


def starts_processes(budget: Budget, evidence: GateEvidence) -> bool:
    """Whether the part of a boot that a limit is about starts processes. May take a boot."""
    effects = evidence.with_verdicts.profile.side_effects
    return any(effect.is_process and concerns(budget, effect) for effect in effects)


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
    first = tuple(f"{short_file(fix.doors[0].file)}:{fix.doors[0].line} {what_to_do(fix)}" for fix in shown)
    return replace(check, places=places, fixes=first, reproduce="python -m django_startup profile")


def what_to_do(fix: Fix) -> str:
    """What a fix is about, and what to do; where imports move that is said of each line."""
    return f"{fix.subject}: {fix.text}" if fix.kind in ("effect", "slow") else fix.subject
