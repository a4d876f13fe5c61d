"""The formats of a budget report by name."""

from __future__ import annotations

from collections.abc import Callable

from django_startup.gate.budgets import BudgetReport
from django_startup.reports.budget.github import render_github, render_github_error
from django_startup.reports.budget.json_report import render_budget_json, render_error_json
from django_startup.reports.budget.junit import render_junit, render_junit_error
from django_startup.reports.budget.markdown import render_budget_markdown, render_error_markdown
from django_startup.reports.budget.text import render_budget
from django_startup.reports.console.plain_text import as_text

FORMATS: dict[str, Callable[[BudgetReport, int, int], str]] = {
    "text": lambda report, code, width: as_text(render_budget(report), width),
    "json": lambda report, code, width: render_budget_json(report, code),
    "github": lambda report, code, width: render_github(report),
    "markdown": lambda report, code, width: render_budget_markdown(report),
    "junit": lambda report, code, width: render_junit(report),
}

# What they say where there was nothing to judge. For people it stands on standard error.
ERRORS: dict[str, Callable[[str, int], str]] = {
    "json": render_error_json,
    "github": lambda sentence, code: render_github_error(sentence),
    "markdown": lambda sentence, code: render_error_markdown(sentence),
    "junit": lambda sentence, code: render_junit_error(sentence),
}
