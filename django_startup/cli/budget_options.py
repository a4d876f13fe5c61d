"""The options of the command line that give budgets."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from django_startup.exceptions import UsageError
from django_startup.gate.budgets import Budget, BudgetKind
from django_startup.gate.declared import EFFECTS, limited

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


def add_budget_options(parser: argparse.ArgumentParser) -> None:
    """The options that option_budgets() reads."""
    group = parser.add_argument_group("budgets, besides [tool.django-startup.budget] in pyproject.toml")
    for name, (_, metavar, text) in WHOLE.items():
        group.add_argument(option(name), metavar=metavar, help=text)
    for name, (_, metavar, text) in PARTS.items():
        group.add_argument(option(name), action="append", default=[], metavar=metavar, help=text)
    group.add_argument("--forbid", action="append", default=[], metavar="NAME", help="package or module, not imported")
    group.add_argument("--require", action="append", default=[], metavar="NAME", help="package or module, imported")
    group.add_argument("--no-side-effects", action="store_true", help="no SQL, connection, DNS, subprocess or thread")


def option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def option_budgets(options: dict[str, Any]) -> Iterator[Budget]:
    """The budgets that the command line gives. Raises UsageError."""
    for name, (kind, _, _) in WHOLE.items():
        if options[name] is not None:
            yield limited(kind, "", options[name], option(name))
    for name, (kind, metavar, _) in PARTS.items():
        for text in options[name]:
            what, equals, limit = text.rpartition("=")
            if not equals and kind is not BudgetKind.READY:
                raise UsageError(f"{option(name)} {text}: write {metavar}.")
            yield limited(kind, what or "*", limit, option(name))
    yield from (Budget(BudgetKind.FORBID, name) for name in options["forbid"])
    yield from (Budget(BudgetKind.REQUIRE, name) for name in options["require"])
    if options["no_side_effects"]:
        yield from (Budget(BudgetKind.SIDE_EFFECTS, name) for name in EFFECTS)
