"""
Verdicts on times, one boot after the other until each is decided.

Noise only adds, so the fastest boot counts. A limit is kept as soon as one boot is clearly under it, or one of two is
under it, and broken only when every boot is over. Far over is decided after four boots, and so is a warning; several
times the limit after one or two.

Where limits on parts take recorded boots, the first of these is the first boot of the limits on the whole boot too: a
recorder only adds as well, so what that boot keeps is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django_startup.gate.budgets import Budget, BudgetCheck, Machine, Verdict
from django_startup.gate.kinds import BudgetKind, JudgedBy
from django_startup.measure.boot import BootKind
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget
from django_startup.profile.assemble import make_profile
from django_startup.profile.boot_minimums import BootMinimums
from django_startup.profile.profile import StartupProfile
from django_startup.text import format_duration
from django_startup.thresholds import (
    BUSY_MARGIN,
    CLEARLY_OVER,
    CLEARLY_OVER_BOOTS,
    CLEARLY_OVER_NS,
    CLEARLY_UNDER,
    COLD_TIMES,
    FAR_OVER,
    FAR_OVER_BOOTS,
    PART_NS,
    PART_SHARE,
    WAITING_BOOTS,
)


class TimedJudge:
    """
    Judges the timed budgets of one target.

    Attributes:
        target: what is booted
        pending: the budgets that have no verdict yet
        boot: makes one boot of a kind
        max_runs: the most boots of a kind
        spare: recorded boots that were made before, and are to be used first
        starts_processes: whether the part that a limit is about starts processes; asked where that matters
        whole: the boots so far for limits on the whole boot: without a recorder, but for the first
        recorded: the boots with one, for limits on parts
        minimums: the least of each span over the recorded boots
        checks: the budgets that have a verdict
    """

    def __init__(
        self,
        target: BootTarget,
        budgets: Iterable[Budget],
        boot: Callable[[BootKind], Recording],
        max_runs: int,
        spare: Iterable[Recording] = (),
        starts_processes: Callable[[Budget], bool] = lambda budget: True,
    ) -> None:
        self.target = target
        self.pending = [budget for budget in budgets if budget.info.is_timed]
        self.boot = boot
        self.max_runs = max_runs
        self.spare = [*spare]
        self.starts_processes = starts_processes
        self.whole: list[Recording] = []
        self.recorded: list[Recording] = []
        self.minimums = BootMinimums()
        self.checks: list[BudgetCheck] = []

    def judge(self) -> list[BudgetCheck]:
        """Boot until every budget is decided."""
        for run in range(1, self.max_runs + 1):
            if not self.pending:
                break
            profile = self.boot_once(run)
            for budget in list(self.pending):
                if profile is None or is_whole(budget):
                    value, waiting = min(of_the_boot(budget, boot) for boot in self.whole), 0
                else:
                    value, waiting = part(budget, profile)
                doubt = min(waiting, max((boot.children_queue_ns for boot in self.recorded), default=0))
                doubt = doubt if value > budget.fail and doubt and self.starts_processes(budget) else 0
                is_last = run == self.max_runs
                verdict = decide(budget, value, run, is_last=is_last, machine=self.machine(), doubt=doubt)
                if verdict is not None:
                    self.pending.remove(budget)
                    self.checks.append(BudgetCheck(budget, verdict, value, run, self.text(budget, verdict, run)))
        return self.checks

    def boot_once(self, run: int) -> StartupProfile | None:
        """Make the boots that the pending budgets need; what the recorded ones show where that is needed."""
        of_parts = not all(is_whole(budget) for budget in self.pending)
        if of_parts or self.spare:
            self.recorded.append(self.spare.pop() if self.spare else self.boot(BootKind.RECORDED))
            self.minimums.add(self.recorded[-1])
        if any(is_whole(budget) for budget in self.pending):
            serves = run == 1 < self.max_runs and self.recorded
            self.whole.append(self.recorded[0] if serves else self.boot(BootKind.BARE))
        return make_profile(self.target, self.minimums, []) if of_parts else None

    def machine(self) -> Machine:
        """How the machine was during the boots so far."""
        boots = list({id(boot): boot for boot in (*self.whole, *self.recorded)}.values())
        wall = sum(recording.wall_ns for recording in boots)
        known = all(recording.run_queue_known for recording in boots)
        return Machine(sum(recording.run_queue_wait_ns for recording in boots) / wall if wall and known else 0.0, known)

    def text(self, budget: Budget, verdict: Verdict, run: int) -> str:
        """What a value is the least of, and what the total is made of."""
        text = f"{run} boot{'s' if run > 1 else ''}"
        if is_whole(budget) and run > 1:
            text += f", the slowest {format_duration(max(of_the_boot(budget, boot) for boot in self.whole[:run]))}"
        if budget.kind is BudgetKind.MAX:
            fastest = min(self.whole, key=lambda recording: of_the_boot(budget, recording))
            cpu, waiting = format_duration(fastest.cpu_ns), format_duration(fastest.least_waiting_ns)
            text = f"{cpu} CPU + {waiting} waiting; {text}; wall {format_duration(fastest.wall_ns)}"
            text += ", the machine was busy" if self.machine().is_busy else ""
        return f"{text}; over, within measurement error" if verdict is Verdict.UNSURE else text


def is_whole(budget: Budget) -> bool:
    """Whether it is about the whole boot, and not a part of it."""
    return budget.info.judged_by is JudgedBy.WHOLE_BOOTS


def of_the_boot(budget: Budget, boot: Recording) -> int:
    """What one boot took."""
    return {
        BudgetKind.MAX: boot.cpu_ns + boot.least_waiting_ns,
        BudgetKind.MAX_CPU: boot.cpu_ns,
        BudgetKind.WAITING: boot.least_waiting_ns,
    }[budget.kind]


def part(budget: Budget, profile: StartupProfile) -> tuple[int, int]:
    """What a phase, an app, a ready() or a package took, and how much of it may be waiting; 0 for what is not there."""
    match budget.kind:
        case BudgetKind.PHASE:
            times = {phase.name: (phase.time_ns, phase.waiting_ns) for phase in profile.phases}
        case BudgetKind.APP:
            times = {app.label: (app.time_ns, app.waiting_ns) for app in profile.apps}
        case BudgetKind.READY:
            times = {app.label: (app.ready_ns, app.waiting_ns) for app in profile.apps}
        case _:
            times = {package.name: (package.self_ns, 0) for package in profile.packages}
    return times.get(budget.name, (0, 0))


def decide(budget: Budget, value: int, run: int, *, is_last: bool, machine: Machine, doubt: int = 0) -> Verdict | None:
    """
    The verdict on a value, the least of run boots; None where another boot is needed. As much of it as doubt may be
    that processes waited for a processor.
    """
    limit = budget.fail
    if value <= limit:
        if budget.warn is not None and value > budget.warn:
            return Verdict.WARN if run >= FAR_OVER_BOOTS or is_last else None
        if value < limit * CLEARLY_UNDER or run >= 2 or is_last or budget.kind is BudgetKind.WAITING:
            return Verdict.WITHIN
        return None
    value -= doubt
    if value <= limit:
        return Verdict.UNSURE if is_last else None
    if is_clearly_over(budget, value, run):
        return Verdict.OVER
    if budget.kind is BudgetKind.WAITING:
        return Verdict.OVER if run >= WAITING_BOOTS or is_last else None
    if run >= FAR_OVER_BOOTS and value > limit * FAR_OVER and value > limit + PART_NS:
        return Verdict.OVER
    if not is_last:
        return None
    if not is_whole(budget):
        return Verdict.OVER if value > limit + max(limit * PART_SHARE, PART_NS) else Verdict.UNSURE
    return Verdict.UNSURE if machine.is_busy and value <= limit * BUSY_MARGIN else Verdict.OVER


def is_clearly_over(budget: Budget, value: int, run: int) -> bool:
    """Whether the value, the least of run boots, is proof by its size alone."""
    if value <= budget.fail + CLEARLY_OVER_NS:
        return False
    if run >= CLEARLY_OVER_BOOTS:
        return value > budget.fail * CLEARLY_OVER
    return budget.kind in (BudgetKind.MAX, BudgetKind.MAX_CPU) and value > budget.fail * CLEARLY_OVER * COLD_TIMES
