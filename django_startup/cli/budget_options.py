"""The options of startupbudget, a function for each group, and the budgets that they give."""

from __future__ import annotations

import argparse
from argparse import SUPPRESS, ArgumentParser
from collections.abc import Iterator, Mapping
from typing import Any

from django_startup.cli.target_options import at_least, file_path
from django_startup.exceptions import UsageError
from django_startup.gate.budgets import Budget
from django_startup.gate.declared import EFFECTS, limited, module_name
from django_startup.gate.kinds import KINDS, BudgetKind, Form
from django_startup.measure.limits import MAX_RUNS
from django_startup.reports.format_names import BUDGET_FORMATS

# The kinds that have an option each.
LIMITS = {kind: info for kind, info in KINDS.items() if info.form is Form.LIMIT}
TABLES = {kind: info for kind, info in KINDS.items() if info.form is Form.TABLE and info.option}
NAMES = {kind: info for kind, info in KINDS.items() if info.form is Form.NAMES}


def add_budget_options(parser: ArgumentParser) -> None:
    """The options that option_budgets() reads."""
    group = parser.add_argument_group("budgets, besides [tool.django-startup.budget] in pyproject.toml")
    for info in LIMITS.values():
        group.add_argument(f"--{info.option}", metavar=info.metavar, help=info.help)
    for info in (*TABLES.values(), *NAMES.values()):
        group.add_argument(f"--{info.option}", action="append", default=[], metavar=info.metavar, help=info.help)
    text = "with --max-worker-memory: path of the request that each worker answers (default: /)"
    group.add_argument("--request", metavar="PATH", help=text)
    effects = "fail on SQL, connections, DNS, subprocesses and threads"
    group.add_argument("--no-side-effects", action="store_true", help=effects)


def add_comparison_options(parser: ArgumentParser) -> None:
    """What to compare a start with."""
    group = parser.add_argument_group("what to compare with")
    add_baseline_file(group)
    group.add_argument("--against", metavar="REV", help="a git revision, booted beside the working tree")


def add_baseline_file(parser: argparse._ActionsContainer) -> None:
    text = "the committed file of what is accepted (default: baseline in pyproject.toml)"
    parser.add_argument("--baseline", type=file_path, metavar="FILE", help=text)


def add_verdict_options(parser: ArgumentParser) -> None:
    """How a check judges, and how it says so."""
    group = parser.add_argument_group("verdict")
    group.add_argument("--exact-only", action="store_true", help="judge only what needs no clock")
    text = f"at most N boots of each kind (default: {MAX_RUNS})"
    group.add_argument("--max-runs", type=at_least(1), metavar="N", help=text)
    strict = "exit code 4 if the verdict is unsure"
    group.add_argument("--strict", action="store_true", help=strict)
    bisect = "exit code 125 if a commit cannot be judged, say since it does not boot: git bisect run skips it"
    group.add_argument("--bisect", action="store_true", help=bisect)
    group.add_argument(
        "--verbose", action="store_true", help="list every budget within its limit, not one line for each class"
    )
    formats = f"{', '.join(BUDGET_FORMATS)}; with =PATH into a file. May be repeated"
    group.add_argument("--format", action="append", default=[], metavar="FORMAT[=PATH]", help=formats)


def add_waiver_options(parser: ArgumentParser) -> None:
    """What accept writes."""
    item = 'the budget, as a failed check names it: "forbid pandas", "ready billing"'
    parser.add_argument("items", nargs="*", default=[], metavar="ITEM", help=item)
    parser.add_argument("--reason", metavar="TEXT", help="why it is accepted; needed, and kept beside it")
    parser.add_argument("--expires", metavar="DAY", help="the last day, as 2027-01-31 (default: in 90 days)")


def add_update_options(parser: ArgumentParser) -> None:
    """What baseline writes."""
    items = "write only this anew: a package, a module with all in it, or a check such as memory (default: everything)"
    parser.add_argument("items", nargs="*", default=[], metavar="ITEM", help=items)
    add_baseline_file(parser)
    parser.add_argument("--update-baseline", nargs="*", help=SUPPRESS)


def add_doctor_options(parser: ArgumentParser) -> None:
    parser.add_argument("--doctor", action="store_true", help=SUPPRESS)


def option_budgets(options: Mapping[str, Any]) -> Iterator[Budget]:
    """The budgets that the command line gives. Raises UsageError."""
    given = {kind: options[info.option.replace("-", "_")] for kind, info in KINDS.items() if info.option}
    for kind, info in LIMITS.items():
        if given[kind] is not None:
            yield limited(kind, "", given[kind], f"--{info.option}")
    for kind, info in TABLES.items():
        for text in given[kind]:
            name, equals, limit = text.rpartition("=")
            if not equals and not info.metavar.startswith("["):
                raise UsageError(f"--{info.option} {text}: write {info.metavar}.")
            yield limited(kind, name or "*", limit, f"--{info.option}")
    for kind, info in NAMES.items():
        yield from (Budget(kind, module_name(name, f"--{info.option}")) for name in given[kind])
    if options["no_side_effects"]:
        yield from (Budget(BudgetKind.SIDE_EFFECTS, name) for name in EFFECTS)
