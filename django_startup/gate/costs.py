"""What it costs that something is imported: the time and the memory that come with it."""

from __future__ import annotations

from dataclasses import replace

from django_startup.gate.budgets import BudgetCheck
from django_startup.imports.inquiry import Inquiry

MOST_ITEMS = 20  # modules and packages that are looked into


def with_costs(check: BudgetCheck, inquiry: Inquiry) -> BudgetCheck:
    """A check with what the boot would lose if the project's own lines did not bring in what it is about."""
    lost: set[int] = set()
    for name in check.about[:MOST_ITEMS]:
        subjects = [subject for subject in inquiry.subjects.find(name) if subject.kind != "app"]
        for subject in subjects[:1]:
            lost.update(inquiry.doors.lost_when_closed(subject))
    modules = (inquiry.subjects.modules.get(inquiry.subjects.graph.names[node]) for node in lost)
    sizes = [module.rss_bytes for module in modules if module and module.rss_bytes is not None]
    return replace(check, saving_ns=inquiry.savings.total(lost), rss_bytes=sum(sizes) if sizes else None)
