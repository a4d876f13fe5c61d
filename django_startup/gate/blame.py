"""Who broke a budget: the change, or was the revision that it is compared with over budget too?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django_startup.gate.budgets import BudgetCheck, Verdict
from django_startup.gate.evidence import BootRunner, GateEvidence
from django_startup.gate.exact import judge_exactly
from django_startup.gate.lacking import Lacking
from django_startup.gate.timed import TimedJudge
from django_startup.gate.waivers import joined

FAULTS = {Verdict.OVER: "the base is over budget too", Verdict.UNSURE: "the base may be over budget too"}


def blamed(check: BudgetCheck, base: GateEvidence, lacking: Lacking) -> BudgetCheck:
    """A broken budget, with whether the base breaks it too; lacking is what that does not have."""
    if check.verdict is not Verdict.OVER:
        return check
    return with_fault(check, next(judge_exactly((check.budget,), base)).verdict, lacking)


def blamed_in_time(
    checks: Iterable[BudgetCheck], base: BootRunner, max_runs: int, lacking: Lacking
) -> list[BudgetCheck]:
    """Checks of timed budgets, with whether the base breaks those that are broken; it is booted for those alone."""
    checks = list(checks)
    over = [check.budget for check in checks if check.verdict is Verdict.OVER]
    verdicts = {check.budget: check.verdict for check in TimedJudge(base.target, over, base, max_runs).judge()}
    return [
        with_fault(check, verdicts[check.budget], lacking) if check.budget in verdicts else check for check in checks
    ]


def with_fault(check: BudgetCheck, at_base: Verdict, lacking: Lacking) -> BudgetCheck:
    change = f"not so in the base, which lacks {lacking.names}" if lacking else "caused by this change"
    return replace(check, text=joined(check.text, FAULTS.get(at_base, change)))
