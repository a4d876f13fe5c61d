"""The command after which a broken budget is no failure any more."""

from __future__ import annotations

import shlex
from dataclasses import replace

from django_startup.gate.budgets import BudgetCheck, Verdict
from django_startup.gate.config import BUDGET, GateConfig
from django_startup.gate.kinds import BudgetKind
from django_startup.gate.waivers import has_budget

MOST_NAMED = 9  # names in a command


def with_accept(check: BudgetCheck, config: GateConfig) -> BudgetCheck:
    """A broken budget with the command to accept it, where there is one: a limit of the command line has none."""
    if check.budget.kind is BudgetKind.WAIVER or check.verdict not in (Verdict.OVER, Verdict.WARN):
        return check
    if check.budget.kind is BudgetKind.BASELINE and config.baseline is not None:
        names = check.about if 0 < len(check.about) <= MOST_NAMED else (check.budget.name,)
        return replace(check, accept=f"{BUDGET} baseline {shlex.join([*names, *config.target_words])}")
    if check.verdict is Verdict.WARN:
        return check
    if not has_budget(check.budget.title, config.declared):
        return check
    return replace(check, accept=f"{BUDGET} accept {shlex.quote(check.budget.title)} --reason …")
