"""Accepting what a check found: the command that does it, and what it does to pyproject.toml or the baseline."""

from __future__ import annotations

import datetime
import difflib
import json
import shlex
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django_startup.exceptions import UsageError
from django_startup.gate.baseline import Baseline
from django_startup.gate.budgets import BudgetCheck, BudgetKind, Verdict, Waiver
from django_startup.gate.declared import declared_waivers
from django_startup.pyproject import TOOL

# The checks against a baseline, and the field of it that each is about.
FIELDS = {
    "new-packages": "packages",
    "new-modules": "project_modules",
    "new-side-effects": "side_effects",
    "registrations": "registrations",
    "modules": "modules",
    "calls": "calls",
    "memory": "memory",
    "bytecode": "bytecode",
    "time": "ratio",
}
LISTS = ("packages", "project_modules", "side_effects", "registrations")
MOST_NAMED = 9  # names in a command
DAYS = 90


def with_accept(check: BudgetCheck, command: str, *, baseline: bool) -> BudgetCheck:
    """A check that is not kept with the command to accept it; baseline: there is a file of one to write."""
    if check.budget.kind is BudgetKind.WAIVER or check.verdict not in (Verdict.OVER, Verdict.WARN):
        return check
    if check.budget.kind is BudgetKind.BASELINE and baseline:
        names = check.about if 0 < len(check.about) <= MOST_NAMED else (check.budget.name,)
        return replace(check, accept=f"{command} --update-baseline {shlex.join(names)}")
    if check.verdict is Verdict.WARN:
        return check
    return replace(check, accept=f"python -m django_startup budget accept {shlex.quote(check.budget.title)} --reason …")


def accepted(old: Baseline | None, new: Baseline, items: Sequence[str]) -> Baseline:
    """
    old with the named items of new: a check of FIELDS, a package, a module with all in it, or the beginning of a side
    effect or registration. Raises UsageError where there is no such item, or old is none or was measured elsewhere.
    """
    if old is None or old.circumstances != new.circumstances:
        why = "there is no baseline of this target yet" if old is None else "the baseline was measured elsewhere"
        raise UsageError(f"--update-baseline {items[0]}: {why}; write it whole, without names.")
    for item in items:
        changes = changed(old, new, item)
        if not changes:
            known = {*FIELDS, *(entry.partition(" ")[0] for field in LISTS for entry in getattr(new, field))}
            similar = difflib.get_close_matches(item, sorted(known), n=1)
            hint = (
                f"did you mean {similar[0]}?"
                if similar
                else f"name a package, a module, or one of {', '.join(FIELDS)}."
            )
            raise UsageError(f"--update-baseline {item}: there is no such item; {hint}")
        old = replace(old, **changes)
    return old


def changed(old: Baseline, new: Baseline, item: str) -> dict[str, Any]:
    """The fields that an item changes."""
    if item in FIELDS:
        return {FIELDS[item]: getattr(new, FIELDS[item])}

    def is_meant(entry: str) -> bool:
        return entry == item or entry.startswith((f"{item} ", f"{item}."))

    changes: dict[str, Any] = {}
    for field in LISTS:
        before, now = getattr(old, field), getattr(new, field)
        if any(map(is_meant, (*before, *now))):
            kept = [entry for entry in before if not is_meant(entry)]
            changes[field] = tuple(sorted({*kept, *filter(is_meant, now)}))
    return changes


def make_waiver(item: str, reason: str, until: str | None, today: datetime.date) -> Waiver:
    """A waiver for DAYS, or until a day. Raises UsageError."""
    if not reason.strip():
        raise UsageError("accept needs --reason: whoever reads the waiver later wants to know why.")
    try:
        day = datetime.date.fromisoformat(until) if until else today + datetime.timedelta(days=DAYS)
    except ValueError as error:
        raise UsageError(f"--expires {until}: write a day such as 2027-03-01.") from error
    if day < today:
        raise UsageError(f"--expires {until} has passed.")
    return Waiver(item, reason, day.isoformat())


def with_waiver(text: str, waiver: Waiver) -> str:
    """The text of a pyproject.toml with one waiver more at its end. Raises UsageError where that is not possible."""
    lines = [
        f"[[{TOOL}.budget.waive]]",
        f"item = {json.dumps(waiver.item, ensure_ascii=False)}",
        f"reason = {json.dumps(waiver.reason, ensure_ascii=False)}",
        f"until = {waiver.until}",
    ]
    table = "\n".join(lines)
    longer = text.rstrip("\n") + "\n" * (2 if text.strip() else 0) + table + "\n"
    try:
        waivers = declared_waivers(tomllib.loads(longer)["tool"]["django-startup"]["budget"])
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"The waiver cannot be added at the end ({error}); add it by hand:\n{table}") from error
    if [other.item for other in waivers].count(waiver.item) > 1:
        raise UsageError(f"There is a waiver for {waiver.item!r} already: change its day.")
    return longer
