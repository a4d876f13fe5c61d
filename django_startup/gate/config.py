"""What a boot is judged by, from the options of the command line and pyproject.toml."""

from __future__ import annotations

import datetime
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django_startup.exceptions import UsageError
from django_startup.gate.baseline import Baseline, baseline_of
from django_startup.gate.budgets import Budget, Waiver
from django_startup.gate.declared import declared_budgets, declared_waivers, for_target
from django_startup.measure.limits import MAX_RUNS
from django_startup.pyproject import Settings

BUDGET = "python -m django_startup budget"


@dataclass(frozen=True, slots=True)
class GateConfig:
    """
    What a boot is judged by: budgets, waivers with today's date, a baseline, or a target at another revision.

    declared are the titles of all budgets, also of those of other targets; command is what judges this one again.
    max_runs is the most boots of a kind; exact_only leaves out what needs a clock.
    """

    budgets: tuple[Budget, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    today: str = ""
    baseline: Baseline | None = None
    declared: frozenset[str] = frozenset()
    command: str = BUDGET
    max_runs: int = MAX_RUNS
    exact_only: bool = False


def read_config(given: Iterable[Budget], options: dict[str, Any], settings: Settings, until: str) -> GateConfig:
    """
    What one target is judged by; given are the budgets of the command line.

    Raises UsageError, also where there is nothing to judge by.
    """
    table = settings.budget or {}
    path = None if options["against"] else baseline_path(options, settings)
    declared = declared_budgets(table)
    demands = GateConfig(
        budgets=for_target(declared, given, until),
        waivers=declared_waivers(table),
        today=datetime.date.today().isoformat(),
        baseline=None if path is None else baseline_of(path, until),
        declared=frozenset(budget.title for budget in declared),
        command=command(options),
        max_runs=options["max_runs"],
        exact_only=options["exact_only"],
    )
    if not (demands.budgets or demands.baseline or options["against"]):
        raise UsageError(
            "There is no budget: give one, such as --max 3s, or let startupbudget init write a first table for "
            "pyproject.toml."
        )
    return demands


def command(options: dict[str, Any]) -> str:
    """The command line that judges the same target against the same baseline."""
    names = {
        "until": "--until",
        "entry": "--entry",
        "seen_as": "--as",
        "settings": "--settings",
        "baseline": "--baseline",
    }
    given = [word for name, option in names.items() if options.get(name) for word in (option, str(options[name]))]
    return shlex.join([*BUDGET.split(), *given])


def baseline_path(options: dict[str, Any], settings: Settings) -> Path | None:
    """The baseline file that an option names, or pyproject.toml, in whose folder it is then."""
    if options["baseline"] is not None:
        return Path(options["baseline"])
    named = (settings.budget or {}).get("baseline")
    if named is None or settings.path is None:
        return None
    if not isinstance(named, str):
        raise UsageError(f"baseline in {settings.path} must be a path, not {named!r}.")
    return settings.path.parent / named
