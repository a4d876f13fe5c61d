"""One target against its budgets: exact and counted from one boot, and only if they are kept the timed ones."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from django_startup.exceptions import UsageError
from django_startup.gate.accept import with_accept
from django_startup.gate.baseline import Baseline, effect_item
from django_startup.gate.blame import blamed, blamed_in_time, not_apart
from django_startup.gate.budgets import (
    IN_BYTES,
    OF_A_PART,
    OF_THE_BOOT,
    Budget,
    BudgetCheck,
    BudgetKind,
    BudgetReport,
    Location,
    Verdict,
)
from django_startup.gate.config import GateConfig
from django_startup.gate.costs import with_costs
from django_startup.gate.declared import expand
from django_startup.gate.evidence import BootRunner, gather, with_times
from django_startup.gate.exact import chain, effect_place, judge_exactly
from django_startup.gate.pairs import over_base, over_reference
from django_startup.gate.regression import judge_against, judge_time
from django_startup.gate.timed import TimedJudge
from django_startup.gate.waivers import unused, waived
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.why import ways_in
from django_startup.profile.parts import Fix
from django_startup.text import short_file
from django_startup.thresholds import CALLS_MOVED_SHARE

SHOWN = 3  # fixes under a broken time limit
MANY = 3  # budgets of one kind, beyond which they are not named one by one


def judge(runner: BootRunner, demands: GateConfig, base: BootRunner | None = None) -> BudgetReport:
    """
    Boot as often as the demands need and judge them; base makes the boots of the revision to compare with.

    Raises ProjectDied where the project does not boot, and UsageError for a budget about something that is not there.
    """
    before = demands.baseline
    kinds = {budget.kind for budget in demands.budgets}
    counting = before is not None or base is not None or BudgetKind.CALLS in kinds
    warm = counting or not kinds.isdisjoint(IN_BYTES)
    at_base = gather(base, counting=True, warm=True) if base is not None else None
    evidence = gather(runner, counting=counting, warm=warm)
    budgets = demands.budgets
    if not kinds.isdisjoint(OF_A_PART):
        budgets = tuple(expand(budgets, evidence.profile))
    checks = list(judge_exactly(budgets, evidence))
    notes: list[str] = []
    if before is not None and before.settings and project_of(before) != project_of(evidence.baseline):
        settings = f"its settings are {before.settings}, here {evidence.baseline.settings}"
        raise UsageError(f"The baseline is of another project: {settings}.")
    if at_base is not None:
        before = at_base.baseline
        checks = [blamed(check, at_base) for check in checks]
        notes += not_apart(at_base.profile, runner.target.folder)
    if before is not None:
        checks += judge_against(before, evidence.baseline, lambda what, name: places_of(evidence.inquiry, what, name))
    checks = list(waived(checks, demands.waivers, demands.today))
    timed = TimedJudge(runner.target, budgets, runner, demands.max_runs)
    machine = None
    broken = any(check.verdict is Verdict.OVER for check in checks)
    if any(check.about for check in checks if check.verdict is Verdict.OVER):
        inquiry = with_times(runner, evidence)
        checks = [with_costs(check, inquiry) if check.verdict is Verdict.OVER else check for check in checks]
    if (broken or demands.exact_only) and timed.pending:
        why = "the exact ones are not kept" if broken else "only the exact ones were asked for"
        notes.append(f"Not timed, since {why}: {', '.join(titles(timed.pending))}.")
    if not broken and not demands.exact_only:
        found = timed.judge()
        if base is not None:
            found = blamed_in_time(found, base, demands.max_runs)
        machine = timed.machine() if found else None
        if before is not None:
            found += change_in_time(runner, base, before, evidence.baseline)
        found = list(waived(found, demands.waivers, demands.today))
        fixes = evidence.find_fixes() if any(map(lacks_culprits, found)) else ()
        checks += (with_culprits(check, fixes) if lacks_culprits(check) else check for check in found)
    checks += unused(checks, demands.waivers, demands.declared)
    checks = [with_accept(check, demands) for check in checks]
    order = list(Verdict)
    checks.sort(key=lambda check: -order.index(check.verdict))
    boots = runner.boots + (base.boots if base else 0)
    return BudgetReport(runner.target.until, tuple(checks), boots, machine, tuple(notes))


def titles(budgets: Iterable[Budget]) -> Iterator[str]:
    """The titles of budgets; of many of one kind only how many they are."""
    by_kind: dict[BudgetKind, list[Budget]] = defaultdict(list)
    for budget in budgets:
        by_kind[budget.kind].append(budget)
    for kind, alike in by_kind.items():
        if len(alike) > MANY:
            yield f"{kind} of {len(alike):,}"
        else:
            yield from (budget.title for budget in alike)


def project_of(baseline: Baseline) -> str:
    """What the settings of a project have in common, be they shop.settings.ci or shop.settings.production."""
    return baseline.settings.partition(".")[0]


def change_in_time(runner: BootRunner, base: BootRunner | None, before: Baseline, now: Baseline) -> list[BudgetCheck]:
    """The check of the time against another revision, booted side by side, or against the ratio in a baseline."""
    if base is not None:
        ratio, expected = functools.partial(over_base, runner, base), 1.0
    elif before.ratio and before.circumstances == now.circumstances:
        ratio, expected = functools.partial(over_reference, runner), before.ratio
    else:
        return []
    same = before.packages == now.packages and before.project_modules == now.project_modules
    moved = abs(now.calls - before.calls) > before.calls * CALLS_MOVED_SHARE
    return [judge_time(ratio, expected, corroborated=moved or not same)]


def places_of(inquiry: Inquiry, what: str, name: str) -> tuple[Location, ...]:
    """Where something new comes in: a package, a module or a side effect, by what is checked."""
    if what == "new-side-effects":
        return tuple(effect_place(row) for row in inquiry.profile.side_effects if effect_item(row) == name)
    subjects = inquiry.subjects.find(name)
    ways = ways_in(inquiry, subjects[0]) if subjects else ()
    return tuple(Location(way.door.file, way.door.line, chain(way)) for way in ways)


def lacks_culprits(check: BudgetCheck) -> bool:
    """Whether it is a broken limit that says nothing yet of what breaks it."""
    return check.verdict is Verdict.OVER and not check.places and check.budget.kind in (*OF_THE_BOOT, *OF_A_PART)


def with_culprits(check: BudgetCheck, fixes: Iterable[Fix]) -> BudgetCheck:
    """A broken limit with the fixes that would help most."""
    shown = [fix for fix in fixes if fix.doors][:SHOWN]
    places = tuple(
        Location(door.file, door.line, f"{fix.subject}: {door.reason}") for fix in shown for door in fix.doors
    )
    first = "; ".join(f"{short_file(fix.doors[0].file)}:{fix.doors[0].line} {fix.subject}" for fix in shown)
    return replace(check, places=places, fix=first, reproduce="python -m django_startup profile")
