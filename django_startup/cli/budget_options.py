"""The options of startupbudget, a function for each group, and the budgets that they give."""

from __future__ import annotations

import argparse
from argparse import SUPPRESS, ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django_startup.cli.exclusions import spelled
from django_startup.cli.target_options import at_least
from django_startup.exceptions import UsageError
from django_startup.gate.budgets import Budget, BudgetKind
from django_startup.gate.declared import EFFECTS, limited
from django_startup.measure.limits import MAX_RUNS
from django_startup.reports.format_names import BUDGET_FORMATS

WHOLE = {
    "max": (BudgetKind.MAX, "3s", "time of the whole boot: CPU and waiting"),
    "max_cpu": (BudgetKind.MAX_CPU, "3s", "CPU time of the whole boot"),
    "max_waiting": (BudgetKind.WAITING, "50ms", "waiting: network, disk, subprocesses, sleep"),
    "max_modules": (BudgetKind.MODULES, "N", "modules loaded"),
    "max_calls": (BudgetKind.CALLS, "N", "calls of Python functions: the work, whatever the machine"),
    "max_memory": (BudgetKind.MEMORY, "350MiB", "resident memory"),
    "max_bytecode": (BudgetKind.BYTECODE, "20MiB", "bytecode of the modules loaded"),
}
PARTS = {
    "max_phase": (BudgetKind.PHASE, "PHASE=1s", "time of a phase"),
    "max_app": (BudgetKind.APP, "LABEL=300ms", "time of an app: create, models and ready()"),
    "max_ready": (BudgetKind.READY, "[LABEL=]100ms", "time of an app's ready(), or of each"),
    "max_package": (BudgetKind.PACKAGE, "NAME=200ms", "self time of a package"),
}


def add_budget_options(parser: ArgumentParser) -> None:
    """The options that option_budgets() reads."""
    group = parser.add_argument_group("budgets, besides [tool.django-startup.budget] in pyproject.toml")
    for name, (_, metavar, text) in WHOLE.items():
        group.add_argument(spelled(name), metavar=metavar, help=text)
    for name, (_, metavar, text) in PARTS.items():
        group.add_argument(spelled(name), action="append", default=[], metavar=metavar, help=text)
    for name, when in (("forbid", "is"), ("require", "is not")):
        text = f"fail if this package or module {when} imported"
        group.add_argument(spelled(name), action="append", default=[], metavar="NAME", help=text)
    effects = "fail on SQL, connections, DNS, subprocesses and threads"
    group.add_argument("--no-side-effects", action="store_true", help=effects)


def add_comparison_options(parser: ArgumentParser) -> None:
    """What to compare a start with."""
    group = parser.add_argument_group("what to compare with")
    add_baseline_file(group)
    group.add_argument("--against", metavar="REV", help="a git revision, booted beside the working tree")


def add_baseline_file(parser: argparse._ActionsContainer) -> None:
    text = "the committed file of what is accepted (default: baseline in pyproject.toml)"
    parser.add_argument("--baseline", type=Path, metavar="FILE", help=text)


def add_verdict_options(parser: ArgumentParser) -> None:
    """How a check judges, and how it says so."""
    group = parser.add_argument_group("verdict")
    group.add_argument("--exact-only", action="store_true", help="judge only what needs no clock")
    text = f"boots of a kind at most (default: {MAX_RUNS})"
    group.add_argument("--max-runs", type=at_least(1), metavar="N", help=text)
    strict = "exit code 4 where the result is inconclusive on this machine"
    group.add_argument("--strict", action="store_true", help=strict)
    formats = f"{', '.join(BUDGET_FORMATS)}; with =PATH into a file. May be repeated"
    group.add_argument("--format", action="append", default=[], metavar="FORMAT[=PATH]", help=formats)


def add_waiver_options(parser: ArgumentParser) -> None:
    """What accept writes."""
    item = 'a budget as the report titles it, such as "forbid pandas" or "ready billing"'
    parser.add_argument("items", nargs="*", default=[], metavar="ITEM", help=item)
    parser.add_argument("--reason", default="", metavar="TEXT", help="why: for whoever reads the waiver later")
    parser.add_argument("--expires", metavar="DAY", help="the last day of the waiver (default: in 90 days)")


def add_update_options(parser: ArgumentParser) -> None:
    """What baseline writes."""
    items = "write only this anew: a package, a module with all in it, or a check such as memory"
    parser.add_argument("items", nargs="*", default=[], metavar="ITEM", help=items)
    add_baseline_file(parser)
    parser.add_argument("--update-baseline", nargs="*", help=SUPPRESS)


def add_doctor_options(parser: ArgumentParser) -> None:
    parser.add_argument("--doctor", action="store_true", help=SUPPRESS)


def option_budgets(options: Mapping[str, Any]) -> Iterator[Budget]:
    """The budgets that the command line gives. Raises UsageError."""
    for name, (kind, _, _) in WHOLE.items():
        if options[name] is not None:
            yield limited(kind, "", options[name], spelled(name))
    for name, (kind, metavar, _) in PARTS.items():
        for text in options[name]:
            what, equals, limit = text.rpartition("=")
            if not equals and kind is not BudgetKind.READY:
                raise UsageError(f"{spelled(name)} {text}: write {metavar}.")
            yield limited(kind, what or "*", limit, spelled(name))
    yield from (Budget(BudgetKind.FORBID, name) for name in options["forbid"])
    yield from (Budget(BudgetKind.REQUIRE, name) for name in options["require"])
    if options["no_side_effects"]:
        yield from (Budget(BudgetKind.SIDE_EFFECTS, name) for name in EFFECTS)
