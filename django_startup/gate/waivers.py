"""Budgets that may be broken for a while, for a reason."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from django_startup.gate.budgets import Budget, BudgetCheck, BudgetKind, Verdict, Waiver


def waived(checks: Iterable[BudgetCheck], waivers: Iterable[Waiver], today: str) -> Iterator[BudgetCheck]:
    """The checks, with a broken budget that is waived as a warning until the waiver's day."""
    by_item = {waiver.item: waiver for waiver in waivers}
    for check in checks:
        waiver = by_item.get(check.budget.title)
        if waiver is None or check.verdict is not Verdict.OVER:
            yield check
        elif waiver.until < today:
            yield replace(check, text=joined(check.text, f"its waiver ended on {waiver.until}"))
        else:
            text = joined(check.text, f"waived until {waiver.until}: {waiver.reason}")
            yield replace(check, verdict=Verdict.WARN, text=text)


def joined(text: str, more: str) -> str:
    return f"{text}; {more}" if text else more


def unused(
    checks: Iterable[BudgetCheck], waivers: Iterable[Waiver], declared: Collection[str]
) -> Iterator[BudgetCheck]:
    """
    A waiver whose budget is kept has to go: it would hide the next change that breaks it. So has one of a budget that
    there is not; declared are the titles of all, also of those for other targets.
    """
    checks = list(checks)
    kept = {check.budget.title for check in checks if check.verdict is Verdict.WITHIN}
    known = {*declared, *(check.budget.title for check in checks)}
    for waiver in waivers:
        kind = waiver.item.partition(" ")[0]
        if waiver.item in kept:
            text = f"{waiver.item} is kept now, so its waiver is no longer needed: take it out"
        elif waiver.item in known or kind == BudgetKind.BASELINE or f"{kind} *" in known:
            continue
        else:
            similar = difflib.get_close_matches(waiver.item, known, n=1)
            hint = f"did you mean {similar[0]!r}?" if similar else "take it out"
            text = f"there is no budget {waiver.item!r}, so its waiver has no use: {hint}"
        yield BudgetCheck(Budget(BudgetKind.WAIVER, waiver.item), Verdict.OVER, None, 0, text)
