"""The budgets that options and [tool.django-startup.budget] declare."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django_startup.exceptions import UsageError
from django_startup.gate.budgets import IN_BYTES, Budget, BudgetKind, Waiver
from django_startup.pyproject import TOOL, check_keys, expect_table
from django_startup.text import parse_duration, parse_size

if TYPE_CHECKING:
    from django_startup.profile.profile import StartupProfile

WHERE = f"[{TOOL}.budget]"
TARGETS = ("settings", "setup", "urls", "checks", "wsgi", "asgi")
TABLES = {"phases": BudgetKind.PHASE, "apps": BudgetKind.APP, "ready": BudgetKind.READY, "packages": BudgetKind.PACKAGE}
LISTS = {"forbid": BudgetKind.FORBID, "require": BudgetKind.REQUIRE}
SINGLE = (
    BudgetKind.MAX,
    BudgetKind.MAX_CPU,
    BudgetKind.WAITING,
    BudgetKind.MODULES,
    BudgetKind.CALLS,
    BudgetKind.MEMORY,
    BudgetKind.BYTECODE,
)
EFFECTS = ("sql", "connect", "dns", "subprocess", "fork", "thread")
LEVELS = ("fail", "warn", "off")
KEYS = (*map(str, SINGLE), str(BudgetKind.COLD_BYTECODE), str(BudgetKind.SIDE_EFFECTS), *TABLES, *LISTS)


def declared_budgets(table: dict[str, Any]) -> tuple[Budget, ...]:
    """The budgets of a [tool.django-startup.budget] table. Raises UsageError."""
    check_keys(table, (*KEYS, "target", "waive", "baseline"), WHERE)
    budgets = list(budgets_in(table, WHERE, None))
    targets = expect_table(table.get("target", {}), f"{WHERE} target")
    check_keys(targets, TARGETS, f"{WHERE} target")
    for until, inner in targets.items():
        where = f"[{TOOL}.budget.target.{until}]"
        inner = expect_table(inner, where)
        check_keys(inner, KEYS, where)
        budgets += budgets_in(inner, where, until)
    return tuple(budgets)


def budgets_in(table: dict[str, Any], where: str, until: str | None) -> Iterator[Budget]:
    """The budgets of one table, for one target or for all."""
    for kind in SINGLE:
        if kind in table:
            yield limited(kind, "", table[kind], f"{where} {kind}", until)
    for key, kind in TABLES.items():
        for name, value in expect_table(table.get(key, {}), f"{where} {key}").items():
            yield limited(kind, name, value, f"{where} {key} {name}", until)
    for name, value in expect_table(
        table.get(BudgetKind.SIDE_EFFECTS, {}), f"{where} {BudgetKind.SIDE_EFFECTS}"
    ).items():
        check_keys({name: value}, EFFECTS, f"{where} {BudgetKind.SIDE_EFFECTS}")
        yield limited(BudgetKind.SIDE_EFFECTS, name, value, f"{where} {BudgetKind.SIDE_EFFECTS} {name}", until)
    level = table.get(BudgetKind.COLD_BYTECODE, "off")
    if level not in LEVELS:
        raise UsageError(f"{where} {BudgetKind.COLD_BYTECODE} must be one of {', '.join(LEVELS)}, not {level!r}.")
    if level != "off":
        yield Budget(BudgetKind.COLD_BYTECODE, fail=0 if level == "fail" else 1 << 40, warn=0, until=until)
    for key, kind in LISTS.items():
        yield from named(kind, table.get(key, []), f"{where} {key}", until)


def named(kind: BudgetKind, entries: Any, where: str, until: str | None) -> Iterator[Budget]:
    """forbid and require: a list of names, or of tables with modules, a message and a target."""
    if not isinstance(entries, list):
        raise UsageError(f"{where} must be a list, not {entries!r}.")
    for entry in entries:
        table = {"modules": [entry]} if isinstance(entry, str) else expect_table(entry, where)
        check_keys(table, ("modules", "message", "target"), where)
        target = table.get("target", until)
        if target is not None and target not in TARGETS:
            raise UsageError(f"{where} target must be one of {', '.join(TARGETS)}, not {target!r}.")
        modules = table.get("modules")
        if not isinstance(modules, list) or not modules or not all(isinstance(name, str) for name in modules):
            raise UsageError(f"{where} must have modules, a list of names.")
        message = table.get("message", "")
        if not isinstance(message, str):
            raise UsageError(f"{where} message must be a text, not {message!r}.")
        for name in modules:
            yield Budget(kind, name, message=message, until=target)


def limited(kind: BudgetKind, name: str, value: Any, where: str, until: str | None = None) -> Budget:
    """A budget with a limit: a value, or a table with fail, warn and optional."""
    optional = False
    if isinstance(value, dict):
        check_keys(value, ("fail", "warn", "optional"), where)
        optional = value.get("optional", False)
        if not isinstance(optional, bool):
            raise UsageError(f"{where}: optional must be true or false, not {optional!r}.")
        if "fail" not in value:
            raise UsageError(f"{where} has no fail.")
        fail = amount(kind, value["fail"], f"{where} fail")
        warn = amount(kind, value["warn"], f"{where} warn") if "warn" in value else None
        if warn is not None and warn > fail:
            raise UsageError(f"{where}: warn is above fail.")
    else:
        fail, warn = amount(kind, value, where), None
    return Budget(kind, name, fail, warn, until=until, optional=optional)


def amount(kind: BudgetKind, value: Any, where: str) -> int:
    """A limit in the unit of its kind."""
    if kind in (BudgetKind.MODULES, BudgetKind.CALLS, BudgetKind.SIDE_EFFECTS):
        if isinstance(value, str) and value.isdecimal():
            value = int(value)
        if type(value) is not int or value < 0:
            raise UsageError(f"{where}: {value!r} is not a whole number.")
        return value
    parse: Callable[[str, str], int] = parse_size if kind in IN_BYTES else parse_duration
    return parse(value if isinstance(value, str) else str(value), where)


def declared_waivers(table: dict[str, Any]) -> tuple[Waiver, ...]:
    """The waivers of a table, each with an item, a reason and a day. Raises UsageError."""
    entries = table.get("waive", [])
    where = f"{WHERE} waive"
    if not isinstance(entries, list):
        raise UsageError(f"{where} must be a list of tables.")
    waivers = []
    for entry in entries:
        check_keys(expect_table(entry, where), ("item", "reason", "until"), where)
        item, reason, until = entry.get("item"), entry.get("reason"), entry.get("until")
        if not isinstance(item, str) or not isinstance(reason, str) or not reason.strip():
            raise UsageError(f"{where} needs an item and a reason.")
        if item.partition(" ")[0] not in set(BudgetKind):
            raise UsageError(f"{where} {item}: an item begins with what is budgeted, one of {', '.join(BudgetKind)}.")
        if not isinstance(until, datetime.date):
            raise UsageError(f"{where} {item}: until must be a day such as 2027-03-01, not {until!r}.")
        waivers.append(Waiver(item, reason, until.isoformat()[:10]))
    return tuple(waivers)


def expand(budgets: Iterable[Budget], profile: StartupProfile) -> Iterator[Budget]:
    """
    The budgets with those for each ("*") as one for each app or package that has none of its own.

    Raises UsageError for a phase, app or package that is not there, unless it is optional.
    """
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
            similar = difflib.get_close_matches(budget.name, names, n=1)
            hint = f"did you mean {similar[0]!r}?" if similar else "take it out, or mark it optional."
            raise UsageError(f"The budget {budget.title!r}: there is no such {budget.kind} in this boot; {hint}")


def for_target(declared: Iterable[Budget], given: Iterable[Budget], until: str) -> tuple[Budget, ...]:
    """
    The budgets of one target: a declared one that names it takes the place of one that names none, and one that is
    given on the command line of both.
    """
    declared = tuple(declared)
    general = (budget for budget in declared if budget.until is None)
    special = (budget for budget in declared if budget.until == until)
    chosen = {(budget.kind, budget.name): budget for budget in (*general, *special, *given)}
    return tuple(chosen.values())
