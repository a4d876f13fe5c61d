"""
One target judged by its budgets, in stages. Each makes a report of its own, which no later one changes:

1. what one evidence boot decides, and what it shows to be different from the baseline or the base
2. what takes boots against the clock, only where the first stage broke no budget
3. waivers that are no longer needed
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django_startup.gate.apart import Doubts, doubt_checks, doubted, find_shared, lacking_notes, with_owners_of
from django_startup.gate.blame import blamed, blamed_in_time
from django_startup.gate.budgets import Budget, BudgetCheck, BudgetReport, Machine, Verdict
from django_startup.gate.case import Case
from django_startup.gate.causes import find_causes
from django_startup.gate.cold import judge_cold
from django_startup.gate.config import GateConfig
from django_startup.gate.culprits import with_growth
from django_startup.gate.differences import difference_notes
from django_startup.gate.evidence import BootRunner, evidence_boot, warmed
from django_startup.gate.exact import judge_exactly
from django_startup.gate.explain import Costs, find_places, starts_processes, with_costs, with_culprits
from django_startup.gate.kinds import BudgetKind, JudgedBy
from django_startup.gate.lacking import make_lacking, missing_files, not_needed
from django_startup.gate.lost import with_lost_places
from django_startup.gate.materiality import without_small
from django_startup.gate.moves import move_notes, with_known_moves
from django_startup.gate.preconditions import check_before_boots, check_first_boot
from django_startup.gate.regression import judge_against
from django_startup.gate.time_changes import changes_in_time
from django_startup.gate.timed import TimedJudge
from django_startup.gate.waivers import cause_with_accept, unused, waived, with_accept, with_target
from django_startup.gate.workers import judge_workers
from django_startup.gate.worktree import Revision
from django_startup.measure.boot import BootKind
from django_startup.profiler import ProjectDied

EVIDENCE = {JudgedBy.EVIDENCE, JudgedBy.WARM_EVIDENCE}
MANY = 3  # budgets of one kind, beyond which they are not named one by one


@dataclass(frozen=True, slots=True)
class StageReport:
    """
    What one stage found.

    Attributes:
        checks: in the order of the budgets
        notes: sentences about the report as a whole
        machine: how it was; None where nothing was timed
    """

    checks: tuple[BudgetCheck, ...] = ()
    notes: tuple[str, ...] = ()
    machine: Machine | None = None


def judge(runner: BootRunner, config: GateConfig, revision: Revision | None = None) -> BudgetReport:
    """
    Boot as often as it takes and judge; revision is what to compare with.

    Raises ProjectDied where the project does not boot, and UsageError for what cannot be judged.
    """
    check_before_boots(config, runner.target)
    case = with_known_moves(make_case(runner, config, revision))
    costs = Costs(runner, case.evidence)
    exact = exact_stage(case, costs)
    if config.exact_only:
        timed = skipped_stage(case, "--exact-only")
    elif any(check.is_over for check in exact.checks):
        timed = skipped_stage(case, "an exact budget failed")
    else:
        timed = timed_or_dead(case)
    waivers = waiver_stage(config, (*exact.checks, *timed.checks))
    return combine(case, costs, (exact, timed, waivers))


def make_case(runner: BootRunner, config: GateConfig, revision: Revision | None) -> Case:
    """
    What is judged, with the evidence boots that it takes; a limit on the whole boot takes one only where it is broken.

    Raises UsageError, right after the first, for what it shows to be impossible.
    """
    ways = {budget.info.judged_by for budget in config.budgets}
    counting = config.baseline is not None or revision is not None or JudgedBy.COUNTED_EVIDENCE in ways
    kind = BootKind.COUNTED if counting else BootKind.EVIDENCE if ways & EVIDENCE else BootKind.RECORDED
    evidence = evidence_boot(runner, kind)
    try:
        budgets = check_first_boot(config, evidence)
        if config.exact_only or not all(budget.info.is_timed for budget in budgets):
            _ = evidence.recording  # a project that does not boot is within no budget
    except ProjectDied:
        if kind is BootKind.RECORDED:
            evidence.explain_death()
        raise
    if counting or JudgedBy.WARM_EVIDENCE in ways:
        evidence = warmed(runner, evidence)
    if revision is None:
        return Case(config, runner, evidence, budgets, None, None)
    base = BootRunner(revision.target, runner.timeout, runner.on_boot, f"The base, {revision.name}")
    missing = missing_files(revision, evidence.recording)
    try:
        base_evidence = warmed(base, evidence_boot(base))
    except ProjectDied as error:
        if not missing:
            raise
        sentences = make_lacking(revision, missing).sentences
        raise ProjectDied(f"{error} {sentences}", error.lines, error.until) from error
    base_evidence.baseline = with_owners_of(evidence.profile, base_evidence.profile, base_evidence.baseline)
    shared = find_shared(revision, evidence, base_evidence)
    lacking = make_lacking(
        revision, missing - not_needed(revision, missing, evidence.recording, base_evidence.recording)
    )
    return Case(config, runner, evidence, budgets, base, base_evidence, Doubts(shared, lacking))


def exact_stage(case: Case, costs: Costs) -> StageReport:
    """What needs no clock: budgets, and what is new or lost."""
    checks = [*judge_exactly(case.budgets, case.evidence), *judge_cold(case.budgets, case.runner)]
    checks += judge_workers(case.budgets, case.runner, case.config.request)
    if case.base_evidence is not None:
        checks = [blamed(check, case.base_evidence, case.doubts.lacking) for check in checks]
    if case.before is not None:
        places = functools.partial(find_places, case.evidence)
        now, least = case.evidence.baseline, case.config.new_imports
        now = now if least is None else without_small(now, case.before, costs, least)
        checks += judge_against(case.before, now, places)
    checks = [*doubted(checks, case.doubts), *doubt_checks(case.doubts)]
    waivable = waived(checks, case.config.waivers, case.config.today)
    found = list(with_costs(with_growth(waivable, case.before, case.evidence), costs))
    found = list(with_lost_places(found, case.before, case.evidence))
    different = tuple(difference_notes(case.before, case.evidence)) if case.before is not None else ()
    different = (*move_notes(case.moves), *different)
    return StageReport(tuple(found), (*lacking_notes(found, case.doubts), *different))


def timed_stage(case: Case) -> StageReport:
    """What needs boots against the clock: limits on times, and the change of the time."""
    config = case.config
    in_processes = functools.partial(starts_processes, evidence=case.evidence)
    timed = TimedJudge(
        case.runner.target, case.budgets, case.runner, config.max_runs, case.evidence.timed, in_processes
    )
    checks = timed.judge()
    machine = timed.machine() if checks else None
    if case.base is not None:
        checks = blamed_in_time(checks, case.base, config.max_runs, case.doubts.lacking)
    checks += doubted(changes_in_time(case), case.doubts)
    found = waived(checks, config.waivers, config.today)
    return StageReport(tuple(with_culprits(found, case.evidence)), lacking_notes(checks, case.doubts), machine)


def timed_or_dead(case: Case) -> StageReport:
    """The timed stage. Where a bare boot fails first, which records nothing, the evidence boot says where it died."""
    try:
        return timed_stage(case)
    except ProjectDied:
        case.evidence.explain_death()
        raise


def skipped_stage(case: Case, why: str) -> StageReport:
    """A note on the budgets that are not timed."""
    by_kind: dict[BudgetKind, list[Budget]] = defaultdict(list)
    for budget in case.budgets:
        if budget.info.is_timed:
            by_kind[budget.kind].append(budget)
    titles: list[str] = []
    for kind, alike in by_kind.items():
        titles += [f"{len(alike):,} of {kind}"] if len(alike) > MANY else [budget.title for budget in alike]
    if case.before is not None and not case.config.exact_only:
        titles += ["baseline time", "baseline waiting"]
    return StageReport(notes=(f"Timed budgets skipped ({why}): {', '.join(titles)}.",) if titles else ())


def waiver_stage(config: GateConfig, checks: Iterable[BudgetCheck]) -> StageReport:
    """Waivers that are to be removed."""
    return StageReport(tuple(unused(checks, config.waivers, config.declared)))


def combine(case: Case, costs: Costs, stages: Iterable[StageReport]) -> BudgetReport:
    """The report of all stages: every check with the command that accepts it, the worst first, and the causes."""
    stages = tuple(stages)
    order = list(Verdict)
    checks = [with_accept(check, case.config) for stage in stages for check in stage.checks]
    checks = [replace(check, reproduce=with_target(check.reproduce, case.config)) for check in checks]
    checks.sort(key=lambda check: -order.index(check.verdict))
    causes = find_causes(checks, case.evidence, case.before, costs)
    return BudgetReport(
        until=case.runner.target.until,
        checks=tuple(checks),
        boots=case.runner.boots + (case.base.boots if case.base is not None else 0),
        machine=next((stage.machine for stage in stages if stage.machine is not None), None),
        notes=tuple(dict.fromkeys(note for stage in stages for note in stage.notes)),
        causes=tuple(cause_with_accept(cause, case.config) for cause in causes),
    )
