"""
Failures grouped by their cause: one import that breaks eight budgets is one thing to look at.

What came in through another new thing belongs to that: numpy to the pandas that imported it first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from django_startup.gate.baseline import Baseline
from django_startup.gate.bringers import APP, Bringers
from django_startup.gate.budgets import BudgetCheck, Cause, Location, Verdict
from django_startup.gate.evidence import GateEvidence
from django_startup.gate.explain import Costs, how_to_close, is_about_imports, ways_to
from django_startup.gate.kinds import BudgetKind
from django_startup.gate.places import way_place
from django_startup.gate.regression import listed

MOST_FIXES = 3
Key = tuple[str, ...]  # ("import", name) or ("line", file, line)


@dataclass(slots=True)
class Group:
    """Checks with one cause. names are the packages and modules that it is about, the first brought the others in."""

    names: dict[str, None] = field(default_factory=dict)
    checks: list[BudgetCheck] = field(default_factory=list)


def find_causes(
    checks: Iterable[BudgetCheck], evidence: GateEvidence, before: Baseline | None, costs: Costs
) -> tuple[Cause, ...]:
    """The causes of broken budgets, the worst first; none of what has only one and is all of that."""
    failed = [check for check in checks if check.verdict in (Verdict.OVER, Verdict.WARN)]
    bringers = Bringers(evidence, before, [name for check in failed for name in list_of(check)])
    groups = grouped(failed, bringers)
    if not groups:
        return ()
    finder = CauseFinder(evidence, before, costs, bringers)
    causes = [finder.cause(group) for group in groups.values()]
    return tuple(sorted(causes, key=lambda cause: (cause.verdict is not Verdict.OVER, -(cause.saving_ns or 0))))


def grouped(checks: Iterable[BudgetCheck], bringers: Bringers) -> dict[Key, Group]:
    """The groups that have several checks, or share one with such a group."""
    groups: dict[Key, Group] = defaultdict(Group)
    for check in checks:
        for key, names in keys_of(check, bringers).items():
            if names:
                groups[key].names.update(dict.fromkeys([key[1], *names]))
            groups[key].checks.append(limited_to(check, names))
    kept = {key for key, group in groups.items() if len(group.checks) > 1}
    shared = {check.budget for key in kept for check in groups[key].checks}
    kept |= {key for key, group in groups.items() if any(check.budget in shared for check in group.checks)}
    return {key: group for key, group in groups.items() if key in kept}


def keys_of(check: BudgetCheck, bringers: Bringers) -> dict[Key, list[str]]:
    """What a check belongs to, with the names of it that do."""
    keys: dict[Key, list[str]] = defaultdict(list)
    if check.about:
        # A counter belongs to what moved it most, a list to all that brought something of it in.
        names = check.about if is_about_imports(check) else check.about[:1]
        for name in names:
            keys["import", bringers.of(name)].append(name)
    elif is_about_a_line(check):
        for place in check.places[:1]:
            keys["line", place.file, str(place.line)] = []
    return keys


def is_about_a_line(check: BudgetCheck) -> bool:
    """Whether the first of its places is what there is to look at: side effects, waiting, time."""
    budget = check.budget
    is_known = budget.kind is BudgetKind.SIDE_EFFECTS or budget.info.is_timed
    return is_known or (budget.kind is BudgetKind.BASELINE and budget.name in ("new-side-effects", "waiting"))


def limited_to(check: BudgetCheck, names: list[str]) -> BudgetCheck:
    """A check with the names of one cause alone, where it is a list of many."""
    if check.budget.kind is not BudgetKind.BASELINE or not is_about_imports(check) or len(names) == len(check.about):
        return check
    return replace(check, text=listed(names), value=len(names), about=tuple(names))


class CauseFinder:
    """Makes causes of groups."""

    def __init__(self, evidence: GateEvidence, before: Baseline | None, costs: Costs, bringers: Bringers) -> None:
        self.evidence = evidence
        self.bringers = bringers
        self.costs = costs
        self.before = before
        self.old_versions = dict(package.partition(" ")[::2] for package in before.packages) if before else {}

    @cached_property
    def versions(self) -> dict[str, str]:
        return dict(package.partition(" ")[::2] for package in self.evidence.baseline.packages)

    def cause(self, group: Group) -> Cause:
        first = group.checks[0]
        names = tuple(group.names)
        if not names:
            everywhere = tuple(unique(place for check in group.checks for place in check.places))
            fixes = tuple(dict.fromkeys(fix for check in group.checks for fix in check.fixes))
            return Cause(first.places[0].text, tuple(group.checks), everywhere, fixes, reproduce=first.reproduce)
        over = any(check.is_over for check in group.checks)
        evidence = self.evidence.with_verdicts if over else self.evidence.with_edges
        ways = ways_to(evidence, names[0])
        ways += [way for name in names[1:] for way in ways_to(evidence, name, of_packages=False)]
        places = [*map(way_place, ways), *self.places_of_installed(names[1:])]
        is_new = any(is_about_imports(check) for check in group.checks)
        cost = self.costs.of(names) if is_new and over else None
        return Cause(
            what=self.sentence(names, group.checks),
            checks=tuple(group.checks),
            places=tuple(unique(places)) or first.places,
            fixes=how_to_close(way.door for way in ways)[:MOST_FIXES] if over else (),
            reproduce=f"python -m django_startup profile --why {names[0]}",
            about=names,
            saving_ns=None if cost is None else cost.saving_ns,
            rss_bytes=None if cost is None else cost.rss_bytes,
            modules=None if cost is None else cost.modules,
        )

    def places_of_installed(self, names: Iterable[str]) -> Iterator[Location]:
        """The line of a package that imports one which is there since another one requires it."""
        for name in names:
            requirer = self.bringers.installed.get(name)
            for way in ways_to(self.evidence.with_edges, name)[:1] if requirer else ():
                place = way_place(way)
                yield replace(place, text=f"imports {name}, which {requirer} requires: {place.text}")

    def sentence(self, names: tuple[str, ...], checks: list[BudgetCheck]) -> str:
        """What happened to a package or module, and what came with it."""
        first, *others = names
        if first.startswith(APP):
            app = self.evidence.inquiry.subjects
            others = [name for name in others if f"{APP}{app.app_of(name)}" != first]
            with_others = f", with {listed(list(map(self.with_version, others)))}" if others else ""
            return f"the app {first.removeprefix(APP)} is new{with_others}"
        old, now = self.old_versions.get(first, ""), self.versions.get(first, "")
        new = {name for check in checks if check.budget.kind is BudgetKind.BASELINE for name in list_of(check)}
        if first in new or (self.before is not None and now and first not in self.old_versions):
            what = f"{self.with_version(first)} is new"
        elif any(map(is_about_imports, checks)):
            what = f"{self.with_version(first)} is imported"
        elif old != now and old:
            what = f"{first} {old} is now {now}"
        else:
            what = f"{self.with_version(first)} needs more than before"
        return f"{what}, with {listed(list(map(self.with_version, others)))}" if others else what

    def with_version(self, name: str) -> str:
        return f"{name} {self.versions.get(name, '')}".rstrip()


def list_of(check: BudgetCheck) -> tuple[str, ...]:
    return check.about if is_about_imports(check) else ()


def unique(places: Iterable[Location]) -> Iterator[Location]:
    """Each line once."""
    seen = set()
    for place in places:
        if (place.file, place.line) not in seen:
            seen.add((place.file, place.line))
            yield place
