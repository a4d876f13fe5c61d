"""Verdicts on a cold start: what one boot without bytecode, with nothing in the disk cache, reads and compiles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django_startup.cold.cold_start import ColdStarter
from django_startup.gate.budgets import Budget, BudgetCheck, Verdict
from django_startup.gate.evidence import BootRunner
from django_startup.gate.exact import compared
from django_startup.gate.kinds import BudgetKind, JudgedBy
from django_startup.profile.cold import ColdBoot, ColdStart

OWNERS = 3  # that are named
SILENT = "this system does not report what a process reads (/proc/self)"
HIDDEN = "files of other users may have stayed in memory: the system does not say"
REPRODUCE = "python -m django_startup profile --cold"


def judge_cold(budgets: Iterable[Budget], runner: BootRunner) -> Iterator[BudgetCheck]:
    """A check for each budget on a cold start, which is made where there is one."""
    wanted = [budget for budget in budgets if budget.info.judged_by is JudgedBy.COLD_BOOT]
    if not wanted:
        return
    before = runner.boots
    starter = ColdStarter(
        runner.target, runner.timeout, lambda done: runner.on_boot(before + done, max(runner.planned, before + 2))
    )
    cold = starter.measure_one()
    runner.boots += starter.boots
    for budget in wanted:
        check = judge_figure(budget, cold.boots[0], cold)
        yield check if check.verdict is Verdict.WITHIN else replace(check, reproduce=REPRODUCE)


def judge_figure(budget: Budget, boot: ColdBoot, cold: ColdStart) -> BudgetCheck:
    match budget.kind:
        case BudgetKind.FILES:
            return compared(budget, boot.files)
        case BudgetKind.COMPILED:
            owners = ", ".join(f"{row.name} {row.modules:,}" for row in cold.packages[:OWNERS])
            return compared(budget, boot.compiled, owners)
        case BudgetKind.FAULTS:
            if cold.problem:
                return BudgetCheck(budget, Verdict.UNSURE, None, 1, cold.problem.rstrip("."))
            return unknown(budget) if boot.faults is None else compared(budget, boot.faults)
    if boot.needed_bytes is not None:
        return compared(budget, boot.needed_bytes)
    return unknown(budget) if boot.read_bytes is None else at_least(budget, boot.read_bytes)


def at_least(budget: Budget, size: int) -> BudgetCheck:
    """A check on a size that may have been larger with nothing in memory: only too much is certain."""
    check = compared(budget, size)
    if check.verdict is Verdict.WITHIN:
        return BudgetCheck(budget, Verdict.UNSURE, size, 1, HIDDEN)
    return check


def unknown(budget: Budget) -> BudgetCheck:
    return BudgetCheck(budget, Verdict.UNSURE, None, 1, SILENT)
