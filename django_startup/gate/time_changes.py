"""
The time and the waiting of a target, against another revision or a baseline.

Only what has changed can be to blame: more of either is a failure where the project's own code, a package or the number
of calls is another one than before, and a warning where nothing is.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from django_startup.gate.baseline import Baseline
from django_startup.gate.budgets import Budget, BudgetCheck, Verdict
from django_startup.gate.case import Case
from django_startup.gate.growth import Growth
from django_startup.gate.kinds import BudgetKind
from django_startup.gate.pairs import over_base, over_reference
from django_startup.gate.regression import judge_time, judge_waiting
from django_startup.measure.recording import Recording
from django_startup.thresholds import CALLS_MOVED_SHARE

SAME = "but the code does the same as before"
SAME_TIME = f"{SAME}: it is the machine, or C code of a package"
SAME_WAITING = f"{SAME}: what it waits for takes longer"
UNKNOWN = (
    "but nothing else has changed, and the baseline is too old to tell whether the code has: write it again with "
    "startupbudget baseline"
)


def changes_in_time(case: Case) -> Iterator[BudgetCheck]:
    """The checks; none without something to compare with, or where that was measured elsewhere."""
    before = case.before
    if before is None:
        return
    now = case.evidence.baseline
    if case.base is not None:
        ratio, expected = functools.partial(over_base, case.runner, case.base), 1.0
    elif before.ratio and before.circumstances == now.circumstances:
        ratio, expected = functools.partial(over_reference, case.runner), before.ratio
    else:
        return
    cold = cold_where(case)
    if cold:
        text = f"not comparable: modules are compiled from source in every boot {cold} (PYTHONDONTWRITEBYTECODE?)"
        yield BudgetCheck(Budget(BudgetKind.BASELINE, "time"), Verdict.UNSURE, None, 0, text)
        return
    is_known = case.base is not None or bool(before.sources)
    growth = Growth(case)

    def corroborated() -> bool:
        return does_something_else(before, now) or bool(growth.changed)

    yield growth.explained(judge_time(ratio, expected, corroborated, SAME_TIME if is_known else UNKNOWN))
    waited_ns = before.waiting_ns if case.base is None else min(case.base.waits, default=None)
    if waited_ns is not None and case.runner.waits:
        unchanged = SAME_WAITING if is_known else UNKNOWN
        yield growth.explained(judge_waiting(waited_ns, case.runner.waits, corroborated, unchanged))


def cold_where(case: Case) -> str:
    """
    Which of the two compiles modules from source again and again that the other has bytecode of: a fresh checkout does
    where PYTHONDONTWRITEBYTECODE is set. "" for neither.
    """
    base, now = case.base_evidence, case.evidence
    if base is None:
        before = case.before
        return "now, unlike in the baseline" if before and before.bytecode and now.recording.compiled else ""
    both = {module.name for module in base.recording.modules} & {module.name for module in now.recording.modules}
    cold_before, cold_now = compiled_modules(base.recording) & both, compiled_modules(now.recording) & both
    if cold_before - cold_now:
        return "of the base, unlike here"
    return "here, unlike in the base" if cold_now - cold_before else ""


def compiled_modules(recording: Recording) -> set[str]:
    paths = {module.path for module in recording.compiled}
    return {module.name for module in recording.modules if module.file in paths}


def does_something_else(before: Baseline, now: Baseline) -> bool:
    """Whether packages, modules or the number of calls differ."""
    same = before.packages == now.packages and before.project_modules == now.project_modules
    return not same or (now.calls > 0 and abs(now.calls - before.calls) > before.calls * CALLS_MOVED_SHARE)
