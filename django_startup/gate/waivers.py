"""Budgets that may be broken for a while, for a reason, and the commands that allow it."""

from __future__ import annotations

import datetime
import difflib
import shlex
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from django_startup.exceptions import UsageError
from django_startup.gate.baseline import CHECKS
from django_startup.gate.budgets import Budget, BudgetCheck, Cause, Verdict, Waiver
from django_startup.gate.config import BUDGET, GateConfig
from django_startup.gate.kinds import BudgetKind
from django_startup.pyproject import TOOL

DAYS = 90
MOST_NAMED = 9  # names in a command


def waived(checks: Iterable[BudgetCheck], waivers: Iterable[Waiver], today: str) -> Iterator[BudgetCheck]:
    """The checks, with a broken budget that is waived as a warning until the waiver's day."""
    by_item = {waiver.item: waiver for waiver in waivers}
    for check in checks:
        waiver = by_item.get(check.budget.title)
        if waiver is None or check.verdict is not Verdict.OVER:
            yield check
        elif waiver.until < today:
            yield replace(check, text=joined(check.text, f"its waiver expired on {waiver.until}"))
        else:
            text = joined(check.text, f"waived until {waiver.until}: {waiver.reason}")
            yield replace(check, verdict=Verdict.WARN, text=text)


def joined(text: str, more: str) -> str:
    return f"{text}; {more}" if text else more


def unused(
    checks: Iterable[BudgetCheck], waivers: Iterable[Waiver], declared: Collection[str]
) -> Iterator[BudgetCheck]:
    """
    Checks of waivers that are to be removed: those whose budget is kept, which would hide the next change that breaks
    it, and those of no budget. declared are the titles of all budgets, those for other targets too.
    """
    checks = list(checks)
    kept = {check.budget.title for check in checks if check.verdict is Verdict.WITHIN}
    known = {*declared, *(check.budget.title for check in checks)}
    for waiver in waivers:
        if waiver.item in kept:
            text = f"{waiver.item} is within budget, so its waiver is no longer needed: remove it"
        elif has_budget(waiver.item, known):
            continue
        else:
            similar = difflib.get_close_matches(waiver.item, known, n=1)
            hint = f"did you mean {similar[0]!r}?" if similar else "remove its waiver"
            text = f"there is no budget {waiver.item!r}: {hint}"
        yield BudgetCheck(Budget(BudgetKind.WAIVER, waiver.item), Verdict.OVER, None, 0, text)


def with_accept(check: BudgetCheck, config: GateConfig) -> BudgetCheck:
    """A broken budget with the command to accept it, where there is one: a limit of the command line has none."""
    if check.budget.kind is BudgetKind.WAIVER or check.verdict not in (Verdict.OVER, Verdict.WARN):
        return check
    if check.budget.kind is BudgetKind.BASELINE and config.baseline is not None:
        return replace(check, accept=f"{BUDGET} baseline {shlex.join([*accepted_names(check), *config.target_words])}")
    if check.verdict is Verdict.WARN:
        return check
    if not has_budget(check.budget.title, config.declared):
        return check
    return replace(check, accept=f"{BUDGET} accept {shlex.quote(check.budget.title)} --reason …")


def with_target(again: str, config: GateConfig) -> str:
    """A command of startupprofile, for the same target."""
    return shlex.join([*shlex.split(again), *config.profile_words]) if again else ""


def accepted_names(check: BudgetCheck) -> tuple[str, ...]:
    """What is to be accepted of a check against a baseline: what is new, or all of it."""
    is_list = check.budget.name.startswith("new-") and 0 < len(check.about) <= MOST_NAMED
    return check.about if is_list else (check.budget.name,)


def cause_with_accept(cause: Cause, config: GateConfig) -> Cause:
    """A cause with the commands to accept it: one for the baseline, one for each limit that has a waiver."""
    checks = [check for check in cause.checks if check.accept]
    against = [check for check in checks if check.budget.kind is BudgetKind.BASELINE]
    others = [check.accept for check in checks if check.budget.kind is not BudgetKind.BASELINE]
    if against:
        names = dict.fromkeys(name for check in against for name in accepted_names(check))
        others.append(f"{BUDGET} baseline {shlex.join([*names, *config.target_words])}")
    return replace(cause, accept=tuple(others), reproduce=with_target(cause.reproduce, config))


def has_budget(item: str, titles: Collection[str]) -> bool:
    """Whether an item is the title of a budget: of one of titles, of one for each app or package, or of a baseline."""
    kind, _, name = item.partition(" ")
    return item in titles or f"{kind} *" in titles or (kind == BudgetKind.BASELINE and name in CHECKS)


def check_waivable(item: str, declared: Collection[str]) -> None:
    """Raise UsageError where no budget has the title that is to be waived; declared are those of pyproject.toml."""
    if has_budget(item, declared):
        return
    known = sorted({*declared, *(f"{BudgetKind.BASELINE} {name}" for name in CHECKS)})
    similar = difflib.get_close_matches(item, known, n=1)
    hint = f"did you mean {similar[0]!r}?" if similar else "add it there first."
    raise UsageError(f"There is no budget {item!r} in [{TOOL}.budget]; {hint}")


def make_waiver(item: str, reason: str, until: str | None, today: datetime.date) -> Waiver:
    """A waiver for DAYS, or until a day. Raises UsageError."""
    if not reason.strip():
        raise UsageError("accept needs --reason, for whoever reads the waiver later.")
    try:
        day = datetime.date.fromisoformat(until) if until else today + datetime.timedelta(days=DAYS)
    except ValueError as error:
        raise UsageError(f"--expires {until}: write a day such as 2027-03-01.") from error
    if day < today:
        raise UsageError(f"--expires {until} has passed.")
    return Waiver(item, reason, day.isoformat())
