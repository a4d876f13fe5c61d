"""What can be refused before the project is booted, and what right after its first boot."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import replace

from django_startup.exceptions import UsageError
from django_startup.gate.baseline import Baseline
from django_startup.gate.budgets import Budget
from django_startup.gate.config import GateConfig
from django_startup.gate.evidence import GateEvidence
from django_startup.gate.kinds import BudgetKind, JudgedBy
from django_startup.gate.workers import about_workers
from django_startup.measure.target import BootTarget, How
from django_startup.profile.assemble import PHASES
from django_startup.profile.profile import StartupProfile
from django_startup.workers.prefork import check_path


def check_before_boots(config: GateConfig, target: BootTarget) -> None:
    """
    Raise UsageError for a baseline of another project, as far as the settings are known, and for phases, modes of
    workers and paths of requests that there are not.
    """
    check_project(config.baseline, known_settings(target))
    for budget in config.budgets:
        if budget.kind is BudgetKind.PHASE and budget.name != "*" and not budget.optional:
            check_name(budget, PHASES)
    if about_workers(config.budgets):
        check_path(config.request)


def check_first_boot(config: GateConfig, evidence: GateEvidence) -> tuple[Budget, ...]:
    """
    The budgets, with those for each ("*") as one for each app or package that has none of its own.

    Raises UsageError for a baseline of another project, and for a budget on what is not there, unless it is optional.
    """
    if config.baseline is not None:
        check_project(config.baseline, evidence.recording.environment.settings)
    if not any(is_named(budget) for budget in config.budgets):
        return config.budgets  # most need no profile, which takes its time
    return tuple(expand(config.budgets, evidence.profile))


def is_named(budget: Budget) -> bool:
    return budget.info.judged_by is JudgedBy.PARTS_OF_BOOTS


def known_settings(target: BootTarget) -> str:
    """The settings module that a boot is sure to use; "" where the entry script decides."""
    given = [option.partition("=")[2] for option in target.options if option.startswith("--settings=")]
    if given:
        return given[-1]
    return target.entry.target if target.entry.how is How.SETTINGS else ""


def check_project(baseline: Baseline | None, settings: str) -> None:
    """Raise UsageError where a baseline was measured with settings of another project; "" are not known."""
    if baseline is None or not baseline.settings or not settings:
        return
    # Those of one project have their beginning in common, be they shop.settings.ci or shop.settings.production.
    if baseline.settings.partition(".")[0] != settings.partition(".")[0]:
        raise UsageError(f"The baseline is of another project: its settings are {baseline.settings}, here {settings}.")


def expand(budgets: Iterable[Budget], profile: StartupProfile) -> Iterator[Budget]:
    """The budgets with those for each as one each. Raises UsageError for what is not there, unless it is optional."""
    budgets = tuple(budgets)
    known = {
        BudgetKind.PHASE: [phase.name for phase in profile.phases if phase.name != "noise"],
        BudgetKind.APP: [app.label for app in profile.apps],
        BudgetKind.READY: [app.label for app in profile.apps],
        BudgetKind.PACKAGE: [package.name for package in profile.packages],
    }
    named = {(budget.kind, budget.name) for budget in budgets}
    for budget in budgets:
        names = known.get(budget.kind)
        if names is None or budget.name in names:
            yield budget
        elif budget.name == "*":
            yield from (replace(budget, name=name) for name in names if (budget.kind, name) not in named)
        elif not budget.optional:
            check_name(budget, names)


def check_name(budget: Budget, names: Iterable[str]) -> None:
    """Raise UsageError where a budget is about what is none of names."""
    names = tuple(names)
    if budget.name in names:
        return
    similar = difflib.get_close_matches(budget.name, names, n=1)
    hint = f"did you mean {similar[0]!r}?" if similar else "remove it, or mark it optional."
    what = "app" if budget.kind is BudgetKind.READY else budget.kind
    raise UsageError(f"The budget {budget.title!r}: there is no such {what} in this boot; {hint}")
