"""What is within budget, a line for each class of budgets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django_startup.gate.budgets import BudgetCheck
from django_startup.gate.kinds import BudgetKind, JudgedBy, Unit
from django_startup.reports.budget.words import amount, decimals_of, statement, title

COUNTED = (JudgedBy.WARM_EVIDENCE, JudgedBy.COUNTED_EVIDENCE, JudgedBy.COLD_BOOT, JudgedBy.WORKERS)


def class_of(check: BudgetCheck) -> str:
    info = check.budget.info
    if info.is_timed:
        return "timed"
    if check.budget.kind in (BudgetKind.BASELINE, BudgetKind.WAIVER):
        return str(check.budget.kind)
    return "counted" if info.judged_by in COUNTED or check.budget.kind is BudgetKind.MODULES else "exact"


def class_rows(checks: Iterable[BudgetCheck]) -> Iterator[tuple[str, str]]:
    """Title and statement of each class; of one budget alone its own."""
    classes: dict[str, list[BudgetCheck]] = {}
    for check in checks:
        classes.setdefault(class_of(check), []).append(check)
    for name, found in classes.items():
        if len(found) == 1:
            yield title(found[0]), statement(found[0])
        else:
            yield name, f"{len(found):,} {'checks' if name == 'baseline' else 'budgets'}{most_of(found)}"


def most_of(checks: list[BudgetCheck]) -> str:
    """What of a class there is most to say of: the change of the time, or the limit that has least to spare."""
    for check in checks:
        if check.budget.kind is BudgetKind.BASELINE and check.budget.name == "time":
            return f"; time {check.text}"
    limited = [check for check in checks if check.budget.info.unit is not Unit.NONE and check.budget.fail]
    if not limited:
        return ""
    tightest = max(limited, key=lambda check: (check.value or 0) / check.budget.fail)
    value = amount(tightest.budget.info.unit, tightest.value or 0, decimals_of(tightest))
    return f"; the tightest: {title(tightest)} is at {value}"
