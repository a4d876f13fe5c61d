"""Who broke a budget: the change, or was the revision that it is compared with over budget too?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from django_startup.gate.budgets import BudgetCheck, Verdict
from django_startup.gate.evidence import BootRunner, GateEvidence
from django_startup.gate.exact import judge_exactly
from django_startup.gate.timed import TimedJudge
from django_startup.gate.waivers import joined
from django_startup.profile.owners import OWN
from django_startup.profile.profile import StartupProfile

FAULTS = {Verdict.OVER: "the base is over budget too", Verdict.UNSURE: "the base may be over budget too"}


def blamed(check: BudgetCheck, base: GateEvidence) -> BudgetCheck:
    """A broken budget, with whether the base breaks it too."""
    if check.verdict is not Verdict.OVER:
        return check
    return with_fault(check, next(judge_exactly((check.budget,), base)).verdict)


def blamed_in_time(checks: Iterable[BudgetCheck], base: BootRunner, max_runs: int) -> list[BudgetCheck]:
    """Checks of timed budgets, with whether the base breaks those that are broken; it is booted for those alone."""
    checks = list(checks)
    over = [check.budget for check in checks if check.verdict is Verdict.OVER]
    verdicts = {check.budget: check.verdict for check in TimedJudge(base.target, over, base, max_runs).judge()}
    return [with_fault(check, verdicts[check.budget]) if check.budget in verdicts else check for check in checks]


def with_fault(check: BudgetCheck, at_base: Verdict) -> BudgetCheck:
    return replace(check, text=joined(check.text, FAULTS.get(at_base, "caused by this change")))


def not_apart(base: StartupProfile, directory: Path) -> Iterator[str]:
    """A note where the base took modules from the working tree in directory, which no comparison can show then."""
    names = [
        module.name
        for module in base.modules
        if module.owner.kind in OWN and Path(module.file).is_absolute() and Path(module.file).is_relative_to(directory)
    ]
    if names:
        more = f" and {len(names) - 1:,} more modules" if len(names) > 1 else ""
        yield (
            f"The base imports {names[0]}{more} from the working tree (an editable install, or PYTHONPATH), so changes "
            "in them do not show."
        )
