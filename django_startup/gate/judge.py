"""One target against its budgets: exact and counted from one boot, and only if they are kept the timed ones."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from django_startup.analysis.assemble import boot_times, make_profile
from django_startup.analysis.enrich import enrich
from django_startup.analysis.evidence import distil
from django_startup.analysis.inquiry import Inquiry
from django_startup.analysis.paths import short_file
from django_startup.analysis.profile import StartupProfile
from django_startup.analysis.profiler import stop_if_dead
from django_startup.analysis.series import BootSeries
from django_startup.analysis.why import find_subjects, ways_in
from django_startup.gate.baseline import Baseline, Circumstances, make_baseline
from django_startup.gate.budgets import (
    OF_A_PART,
    OF_THE_BOOT,
    Budget,
    BudgetCheck,
    BudgetReport,
    Kind,
    Machine,
    Place,
    Verdict,
    Waiver,
)
from django_startup.gate.declared import expand
from django_startup.gate.exact import chain, judge_exactly
from django_startup.gate.regression import judge_against, judge_time
from django_startup.gate.timed import TimedJudge
from django_startup.gate.waivers import unused, waived
from django_startup.measure.boot import Kind as BootKind
from django_startup.measure.boot import boot
from django_startup.measure.recording import Recording
from django_startup.measure.reference import reference_cpu_ns
from django_startup.measure.target import BootTarget

MAX_RUNS = 10
SHOWN = 3  # fixes under a broken time limit


class Booter:
    """Makes the boots of one target, counts them and says so."""

    def __init__(self, target: BootTarget, timeout: float, on_boot: Callable[[int, int], None]) -> None:
        self.target = target
        self.timeout = timeout
        self.on_boot = on_boot
        self.boots = 0

    def __call__(self, kind: BootKind) -> Recording:
        self.on_boot(self.boots, self.boots + 1)
        recording = boot(self.target, kind, timeout=self.timeout)
        stop_if_dead(self.target, recording, self.timeout)
        self.boots += 1
        return recording


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the one evidence boot of a target shows."""

    inquiry: Inquiry
    baseline: Baseline
    run_queue_known: bool

    @property
    def profile(self) -> StartupProfile:
        return self.inquiry.profile


def gather(make: Booter, *, counting: bool) -> Evidence:
    """Make the evidence boot; counting function calls takes it twice as long."""
    recording = make(BootKind.COUNTED if counting else BootKind.EVIDENCE)
    folder = make.target.folder
    series = BootSeries()
    series.add(recording)
    profile = make_profile(make.target, series, [boot_times(BootKind.EVIDENCE, recording)])
    profile = enrich(profile, distil(recording, folder), folder)
    circumstances = Circumstances(
        python=".".join(platform.python_version_tuple()[:2]),
        django=".".join(recording.environment.django.split(".")[:2]),
        implementation=sys.implementation.name,
        system=f"{platform.system()} {platform.machine()}",
    )
    baseline = make_baseline(profile, circumstances, recording.environment.calls)
    return Evidence(Inquiry(profile, folder), baseline, recording.run_queue_known)


@dataclass(frozen=True, slots=True)
class Demands:
    """
    What a boot is judged by: budgets, waivers with today's date, a baseline, or a target at another revision.

    max_runs is the most boots of a kind; exact_only leaves out what needs a clock.
    """

    budgets: tuple[Budget, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    today: str = ""
    baseline: Baseline | None = None
    max_runs: int = MAX_RUNS
    exact_only: bool = False


def judge(make: Booter, demands: Demands, base: Booter | None = None) -> BudgetReport:
    """
    Boot as often as the demands need and judge them; base makes the boots of the revision to compare with.

    Raises ProjectDied where the project does not boot, and UsageError for a budget about something that is not there.
    """
    before = demands.baseline
    counting = before is not None or base is not None or any(item.kind is Kind.CALLS for item in demands.budgets)
    base_evidence = gather(base, counting=True) if base is not None else None
    evidence = gather(make, counting=counting)
    budgets = tuple(expand(demands.budgets, evidence.profile))
    checks = list(judge_exactly(budgets, evidence.inquiry, evidence.baseline.calls))
    if base_evidence is not None:
        before = base_evidence.baseline
        checks = [blamed(check, base_evidence) for check in checks]
    if before is not None:
        checks += judge_against(before, evidence.baseline, lambda name: places_of(evidence.inquiry, name))
    checks = list(waived(checks, demands.waivers, demands.today))
    notes: list[str] = []
    if before is not None and before.circumstances != evidence.baseline.circumstances:
        notes.append(f"Measured elsewhere: {differences(before.circumstances, evidence.baseline.circumstances)}.")
    timed = TimedJudge(make.target, budgets, make, demands.max_runs)
    untimed = [budget.title for budget in timed.pending]
    machine = Machine(0.0, known=evidence.run_queue_known)
    if any(check.verdict is Verdict.OVER for check in checks):
        if untimed:
            notes.append(f"Not timed, since the exact ones are not kept: {', '.join(untimed)}.")
    elif not demands.exact_only:
        found = timed.judge()
        machine = timed.machine() if found else machine
        if before is not None:
            found += change_in_time(make, base, before, evidence.baseline, checks)
        checks += (with_culprits(check, evidence.profile) for check in waived(found, demands.waivers, demands.today))
    checks += unused(checks, demands.waivers)
    order = list(Verdict)
    checks.sort(key=lambda check: -order.index(check.verdict))
    boots = make.boots + (base.boots if base else 0)
    return BudgetReport(make.target.until, tuple(checks), boots, machine, tuple(notes))


def change_in_time(
    make: Booter, base: Booter | None, before: Baseline, now: Baseline, checks: Iterable[BudgetCheck]
) -> list[BudgetCheck]:
    """The check of the time against another revision, booted in turn, or against the ratio in a baseline."""
    if base is not None:
        against = base

        def ratio() -> float:
            return make(BootKind.BARE).cpu_ns / against(BootKind.BARE).cpu_ns

        expected = 1.0
    elif before.ratio and before.circumstances == now.circumstances:

        def ratio() -> float:
            return reference_ratio(make)

        expected = before.ratio
    else:
        return []
    same = before.packages == now.packages and before.project_modules == now.project_modules
    moved = abs(now.calls - before.calls) > before.calls * 0.02
    return [judge_time(ratio, expected, corroborated=moved or not same)]


def reference_ratio(make: Booter) -> float:
    """The CPU time of one boot over that of the reference workload, made one after the other."""
    reference = reference_cpu_ns()
    return make(BootKind.BARE).cpu_ns / reference


def places_of(inquiry: Inquiry, name: str) -> tuple[Place, ...]:
    """Where something new comes in."""
    subjects = find_subjects(inquiry, name)
    ways = ways_in(inquiry, subjects[0]) if subjects else ()
    return tuple(Place(way.door.file, way.door.line, chain(way)) for way in ways)


def blamed(check: BudgetCheck, base: Evidence) -> BudgetCheck:
    """A broken budget that the base breaks too says so."""
    if check.verdict is not Verdict.OVER:
        return check
    at_base = next(judge_exactly((check.budget,), base.inquiry, base.baseline.calls))
    fault = "the base is over already" if at_base.verdict is Verdict.OVER else "this change did it"
    return replace(check, text=f"{check.text}; {fault}" if check.text else fault)


def differences(one: Circumstances, other: Circumstances) -> str:
    parts = []
    for name in Circumstances.__dataclass_fields__:
        if getattr(one, name) != getattr(other, name):
            parts.append(f"{name} {getattr(one, name)} before, {getattr(other, name)} now")
    return ", ".join(parts) + "; only what does not depend on it is compared"


def with_culprits(check: BudgetCheck, profile: StartupProfile) -> BudgetCheck:
    """A broken limit with the fixes that would help most."""
    if check.verdict is not Verdict.OVER or check.places or check.budget.kind not in (*OF_THE_BOOT, *OF_A_PART):
        return check
    fixes = [fix for fix in profile.fixes if fix.doors][:SHOWN]
    places = tuple(Place(door.file, door.line, f"{fix.subject}: {door.reason}") for fix in fixes for door in fix.doors)
    first = "; ".join(f"{short_file(fix.doors[0].file)}:{fix.doors[0].line} {fix.subject}" for fix in fixes)
    return replace(check, places=places, fix=first, reproduce="python -m django_startup profile")
