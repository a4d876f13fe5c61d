"""What a boot is judged by, from the options of the command line and pyproject.toml."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django_startup.exceptions import UsageError
from django_startup.gate.baseline import Baseline, baseline_of
from django_startup.gate.budgets import Budget, Materiality, Waiver
from django_startup.gate.declared import (
    declared_budgets,
    declared_files,
    declared_materiality,
    declared_waivers,
    for_target,
)
from django_startup.measure.limits import MAX_RUNS
from django_startup.pyproject import Settings

BUDGET = "python -m django_startup budget"


@dataclass(frozen=True, slots=True)
class GateConfig:
    """
    What a boot is judged by.

    Attributes:
        budgets: those of the target
        waivers: all that are declared
        today: the date by which waivers end
        baseline: what the target was like when it was accepted, None where there is nothing to compare with
        declared: the titles of all budgets in pyproject.toml, those of other targets too
        target_words: the words of a command line that name the same target and the same baseline
        profile_words: those of them that startupprofile takes too
        new_imports: from which cost on something new counts; None for any
        max_runs: the most boots of a kind
        exact_only: leave out what needs a clock
        request: what workers are asked for first
        against_files: what a base gets from the working tree, in paths relative to pyproject.toml
    """

    budgets: tuple[Budget, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    today: str = ""
    baseline: Baseline | None = None
    declared: frozenset[str] = frozenset()
    target_words: tuple[str, ...] = ()
    profile_words: tuple[str, ...] = ()
    new_imports: Materiality | None = None
    max_runs: int = MAX_RUNS
    exact_only: bool = False
    request: str = "/"
    against_files: tuple[str, ...] = ()


def read_config(given: Iterable[Budget], options: Mapping[str, Any], settings: Settings, until: str) -> GateConfig:
    """
    What one target is judged by; given are the budgets of the command line.

    Raises UsageError, also where there is nothing to judge by.
    """
    table = settings.budget or {}
    path = None if options["against"] else baseline_path(options, settings)
    declared = declared_budgets(table)
    config = GateConfig(
        budgets=for_target(declared, given, until),
        waivers=declared_waivers(table),
        today=datetime.date.today().isoformat(),
        baseline=None if path is None else baseline_of(path, until),
        declared=titles(declared),
        target_words=target_words(options),
        profile_words=target_words({**options, "baseline": None}),
        new_imports=declared_materiality(table),
        max_runs=options["max_runs"] or MAX_RUNS,
        exact_only=options["exact_only"],
        request=options["request"] or "/",
        against_files=declared_files(table),
    )
    if not (config.budgets or config.baseline or options["against"]):
        raise UsageError(
            "There is no budget: give one, such as --max 3s, or add the table that startupbudget init prints to "
            "pyproject.toml."
        )
    return config


def declared_titles(settings: Settings) -> frozenset[str]:
    """The titles of all budgets in pyproject.toml, those for other targets too. Raises UsageError."""
    return titles(declared_budgets(settings.budget or {}))


def titles(budgets: Iterable[Budget]) -> frozenset[str]:
    return frozenset(budget.title for budget in budgets)


def target_words(options: Mapping[str, Any]) -> tuple[str, ...]:
    """The words of a command line that name the same target and the same baseline."""
    names = {
        "until": "--until",
        "entry": "--entry",
        "seen_as": "--as",
        "settings": "--settings",
        "baseline": "--baseline",
    }
    given = [word for name, option in names.items() if options.get(name) for word in (option, str(options[name]))]
    if options.get("pytest") is not None:
        given += ["--pytest", *([options["pytest"]] if options["pytest"] else [])]
    return (*given, *(["--", *options["command"]] if options["command"] else []))


def baseline_path(options: Mapping[str, Any], settings: Settings) -> Path | None:
    """The baseline file that an option names, or pyproject.toml, in whose directory it is then."""
    if options["baseline"] is not None:
        return Path(options["baseline"])
    named = (settings.budget or {}).get("baseline")
    if named is None or settings.path is None:
        return None
    if not isinstance(named, str) or not named:
        raise UsageError(f"baseline in {settings.path} must be a path, not {named!r}.")
    return settings.path.parent / named
