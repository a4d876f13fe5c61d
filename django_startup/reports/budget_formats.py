"""The formats of a budget report by name."""

from __future__ import annotations

from collections.abc import Callable

from django_startup.gate.budgets import BudgetReport
from django_startup.reports.budget import render_budget, render_budget_markdown
from django_startup.reports.budget_json import render_budget_json
from django_startup.reports.console import as_text
from django_startup.reports.github import render_github
from django_startup.reports.junit import render_junit

FORMATS: dict[str, Callable[[BudgetReport, int, int], str]] = {
    "text": lambda report, code, width: as_text(render_budget(report), width),
    "json": lambda report, code, width: render_budget_json(report, code),
    "github": lambda report, code, width: render_github(report),
    "markdown": lambda report, code, width: render_budget_markdown(report),
    "junit": lambda report, code, width: render_junit(report),
}
