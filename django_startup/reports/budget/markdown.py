"""A budget report as a screen of Markdown, for a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django_startup.gate.budgets import BudgetCheck, BudgetReport, Verdict
from django_startup.reports.budget.words import (
    HEADLINES,
    cause_advice,
    cause_commands,
    details,
    statement,
    summary,
    title,
)
from django_startup.reports.markdown.text import escape

MARKER = "<!-- django-startup budget -->"


def render_budget_markdown(report: BudgetReport) -> str:
    """At most a screen; what is within budget is folded."""
    kept = [check for check in report.checks if check.verdict is Verdict.WITHIN]
    shown = [check for check in report.others if check.verdict is not Verdict.WITHIN]
    lines = [MARKER, f"### Start-up to {report.until}: {HEADLINES[report.verdict]}", ""]
    for cause in report.causes:
        lines += [f"**{escape(cause.what)}**", *items(cause_advice(cause)), "", *table_lines(cause.checks), ""]
        lines += [*items(cause_commands(cause)), ""]
    if shown:
        lines += table_lines(shown)
        for check in shown:
            found = items(details(check))
            lines += ["", f"**{escape(check.budget.title)}**", *found] if found else []
        lines.append("")
    if kept:
        lines += [f"<details><summary>{len(kept)} within budget</summary>", "", *table_lines(kept), "", "</details>"]
        lines.append("")
    lines += [escape(note) for note in report.notes]
    lines.append(escape(summary(report)))
    return "\n".join(lines) + "\n"


def render_error_markdown(sentence: str) -> str:
    """The same where there was nothing to judge."""
    return f"{MARKER}\n### Start-up: nothing to judge\n\n{escape(sentence)}\n"


def items(lines: Iterator[str]) -> list[str]:
    return [f"- {escape(line)}" for line in lines]


def table_lines(checks: Iterable[BudgetCheck]) -> list[str]:
    rows = [f"| {check.verdict} | {escape(title(check))} | {escape(statement(check))} |" for check in checks]
    return ["| verdict | budget | found |", "|---|---|---|", *rows]
