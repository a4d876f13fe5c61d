"""The budgets that options and [tool.django-startup.budget] declare."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django_startup.exceptions import UsageError
from django_startup.gate.budgets import Budget, Materiality, Waiver
from django_startup.gate.kinds import KINDS, BudgetKind, Form, Unit, kinds_declared_as
from django_startup.measure.target import Until
from django_startup.pyproject import TOOL, check_keys, expect_table
from django_startup.text import LARGEST, parse_duration, parse_size, quoted, whole_number

WHERE = f"[{TOOL}.budget]"
TARGETS = tuple(until.value for until in Until if until is not Until.COMMAND)
LIMITS, TABLES = kinds_declared_as(Form.LIMIT), kinds_declared_as(Form.TABLE)
LISTS, LEVELLED = kinds_declared_as(Form.NAMES), kinds_declared_as(Form.LEVEL)
REGISTRY_LISTS = kinds_declared_as(Form.REGISTRIES)
KEYS = (*LIMITS, *LEVELLED, *TABLES, *LISTS, *REGISTRY_LISTS)
REGISTRIES = ("models", "receivers", "checks", "admin", "celery_tasks")
EFFECTS = ("sql", "connect", "dns", "subprocess", "fork", "thread")
WAIVABLE = tuple(kind for kind in BudgetKind if kind is not BudgetKind.WAIVER)
LEVELS = ("fail", "warn", "off")
NO_LIMIT = 1 << 40  # modules
# What can be the name of a module or package, or a pattern for some.
PART = r"[\w*?\[][\w*?!\[\]-]*"
MODULE_NAME = re.compile(rf"(?:(?:package|module):)?{PART}(?:\.{PART})*")


def declared_budgets(table: dict[str, Any]) -> tuple[Budget, ...]:
    """The budgets of a [tool.django-startup.budget] table. Raises UsageError."""
    check_keys(table, (*KEYS, "target", "waive", "baseline", "against-files", "new-imports"), WHERE)
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
    for key, kind in LIMITS.items():
        if key in table:
            yield limited(kind, "", table[key], f"{where} {key}", until)
    for key, kind in TABLES.items():
        limits = expect_table(table.get(key, {}), f"{where} {key}")
        if kind is BudgetKind.SIDE_EFFECTS:
            check_keys(limits, EFFECTS, f"{where} {key}")
        for name, value in limits.items():
            yield limited(kind, name, value, f"{where} {key} {name}", until)
    for key, kind in LEVELLED.items():
        level = table.get(key, "off")
        if level not in LEVELS:
            raise UsageError(f"{where} {key} must be one of {', '.join(LEVELS)}, not {level!r}.")
        if level != "off":
            yield Budget(kind, fail=0 if level == "fail" else NO_LIMIT, warn=0, until=until)
    for key, kind in LISTS.items():
        yield from named(kind, table.get(key, []), f"{where} {key}", until)
    for key, kind in REGISTRY_LISTS.items():
        names = table.get(key, [])
        if not isinstance(names, list) or not all(name in REGISTRIES for name in names):
            raise UsageError(f"{where} {key} must be a list of {', '.join(REGISTRIES)}, not {quoted(names)}.")
        yield from (Budget(kind, name, until=until) for name in names)


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
            raise UsageError(f"{where} message must be a string, not {message!r}.")
        for name in modules:
            yield Budget(kind, module_name(name, where), message=message, until=target)


def module_name(name: str, where: str) -> str:
    """name, which must be one that something imported can have. Raises UsageError."""
    if not MODULE_NAME.fullmatch(name):
        raise UsageError(f"{where}: {quoted(name)} cannot be the name of a module or package, such as shop.settings.")
    return name


def limited(kind: BudgetKind, name: str, value: Any, where: str, until: str | None = None) -> Budget:
    """A budget with a limit: a value, or a table with fail, warn and optional."""
    optional = False
    if isinstance(value, dict):
        check_keys(value, ("fail", "warn", "optional"), where)
        optional = value.get("optional", False)
        if not isinstance(optional, bool):
            raise UsageError(f"{where}: optional must be true or false, not {optional!r}.")
        if "fail" not in value:
            raise UsageError(f"{where} needs fail.")
        fail = amount(kind, value["fail"], f"{where} fail")
        warn = amount(kind, value["warn"], f"{where} warn") if "warn" in value else None
        if warn is not None and warn > fail:
            raise UsageError(f"{where}: warn is above fail.")
    else:
        fail, warn = amount(kind, value, where), None
    return Budget(kind, name, fail, warn, until=until, optional=optional)


def amount(kind: BudgetKind, value: Any, where: str) -> int:
    """A limit in the unit of its kind."""
    return amount_in(KINDS[kind].unit, value, where)


def amount_in(unit: Unit, value: Any, where: str) -> int:
    """A limit in a unit. Raises UsageError."""
    if unit is Unit.COUNT:
        count = whole_number(value) if isinstance(value, str) else value
        if type(count) is not int or count < 0:
            raise UsageError(f"{where}: {quoted(value)} is not a whole number.")
        if count > LARGEST:
            raise UsageError(f"{where}: {quoted(value)} is too much.")
        return count
    parse: Callable[[str, str], int] = parse_size if unit is Unit.SIZE else parse_duration
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
        if item.partition(" ")[0] not in WAIVABLE:
            raise UsageError(f"{where} {item}: an item begins with the kind of a budget, one of {', '.join(WAIVABLE)}.")
        if not isinstance(until, datetime.date):
            raise UsageError(f"{where} {item}: until must be a day such as 2027-03-01, not {until!r}.")
        waivers.append(Waiver(item, reason, until.isoformat()[:10]))
    return tuple(waivers)


def declared_files(table: dict[str, Any]) -> tuple[str, ...]:
    """What a table has in against-files: paths. Raises UsageError."""
    names = table.get("against-files", [])
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise UsageError(f"{WHERE} against-files must be a list of paths, not {quoted(names)}.")
    return tuple(names)


def declared_materiality(table: dict[str, Any]) -> Materiality | None:
    """What a table has in new-imports: "100ms", "5MiB" or a number of modules. Raises UsageError."""
    value, where = table.get("new-imports"), f"{WHERE} new-imports"
    if value is None:
        return None
    if not isinstance(value, str):
        return Materiality(Unit.COUNT, amount_in(Unit.COUNT, value, where))
    unit = Unit.SIZE if value.rstrip().endswith("B") else Unit.TIME
    return Materiality(unit, amount_in(unit, value, where))


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
