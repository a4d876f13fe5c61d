"""Verdicts on the memory of workers that are forked and answer a request."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import replace

from django_startup.exceptions import UsageError
from django_startup.gate.budgets import Budget, BudgetCheck, Verdict
from django_startup.gate.evidence import BootRunner
from django_startup.gate.exact import compared
from django_startup.gate.kinds import JudgedBy
from django_startup.profile.workers import WorkerMode, Workers
from django_startup.workers.memory import measure_workers
from django_startup.workers.prefork import check_system

WORKERS = 2
REPRODUCE = f"python -m django_startup profile --workers {WORKERS}"


def judge_workers(budgets: Iterable[Budget], runner: BootRunner, request: str) -> Iterator[BudgetCheck]:
    """A check for each budget on the memory of workers, which are started where there is one."""
    wanted = about_workers(budgets)
    if not wanted:
        return
    try:
        check_system()
    except UsageError as error:
        yield from (BudgetCheck(budget, Verdict.UNSURE, None, 0, str(error).rstrip(".")) for budget in wanted)
        return
    modes = [mode for mode in WorkerMode if any(budget.name == mode for budget in wanted)]
    before = runner.boots
    workers = measure_workers(
        runner.target,
        WORKERS,
        request,
        timeout=runner.timeout,
        on_boot=lambda done, planned: runner.on_boot(before + done, before + planned),
        modes=modes,
        observes=False,
    )
    runner.boots += 1 + len(modes)
    words = REPRODUCE if request == "/" else f"{REPRODUCE} --request {request}"
    for budget in wanted:
        check = judge_mode(budget, workers)
        yield check if check.verdict is Verdict.WITHIN else replace(check, reproduce=words)


def about_workers(budgets: Iterable[Budget]) -> tuple[Budget, ...]:
    """Those on the memory of workers, one for each mode. Raises UsageError for a mode that there is not."""
    return tuple(expand(budget for budget in budgets if budget.info.judged_by is JudgedBy.WORKERS))


def expand(budgets: Iterable[Budget]) -> Iterator[Budget]:
    """The budgets, those for each mode ("*") as one for each that has none of its own. Raises UsageError."""
    budgets = tuple(budgets)
    named = {budget.name for budget in budgets}
    for budget in budgets:
        if budget.name == "*":
            yield from (replace(budget, name=str(mode)) for mode in WorkerMode if mode not in named)
            continue
        if budget.name not in set(WorkerMode):
            similar = difflib.get_close_matches(budget.name, list(WorkerMode), n=1)
            known = f"did you mean {similar[0]}?" if similar else f"known are {', '.join(WorkerMode)}."
            raise UsageError(f"The budget {budget.title!r}: there is no such mode; {known}")
        yield budget


def judge_mode(budget: Budget, workers: Workers) -> BudgetCheck:
    if workers.is_failed:
        why = f": {workers.failure}" if workers.failure else ""
        text = (
            f"GET {workers.request} was answered {workers.status or 'nothing'}{why}; name another path with --request"
        )
        return BudgetCheck(budget, Verdict.UNSURE, None, 1, text)
    memory = workers.of(WorkerMode(budget.name))
    assert memory is not None
    return compared(budget, memory.private_bytes)
