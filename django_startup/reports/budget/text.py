"""A budget report for people: on a console, and as a screen of Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from django_startup.gate.budgets import BudgetCheck, BudgetReport, Verdict
from django_startup.gate.kinds import Unit
from django_startup.reports.markdown.text import escape
from django_startup.text import format_duration, printable, short_file

STYLES = {Verdict.WITHIN: "green", Verdict.WARN: "yellow", Verdict.UNSURE: "yellow", Verdict.OVER: "bold red"}
SHOWN_PLACES = 5
LEAST_NS = 1_000_000
MARKER = "<!-- django-startup budget -->"
HEADLINES = {
    Verdict.WITHIN: "within every budget",
    Verdict.WARN: "within every budget, with warnings",
    Verdict.UNSURE: "inconclusive on this machine",
    Verdict.OVER: "over budget",
}


def amount(unit: Unit, value: int, decimals: int = 3) -> str:
    """A value in its unit."""
    if unit is Unit.SIZE:
        return f"{value / 2**20:,.{decimals - 2}f} MiB"
    if unit is Unit.COUNT:
        return f"{value:,}"
    return f"{value / 1e9:,.{decimals}f} s"


def limit_and_value(check: BudgetCheck) -> tuple[str, str]:
    """Both with as many decimals as it takes to see on which side the value is."""
    budget, value = check.budget, check.value
    limit = budget.warn if check.verdict is Verdict.WARN and budget.warn is not None else budget.fail
    value = limit if value is None else value
    decimals = 3
    while value != limit and amount(budget.info.unit, value, decimals) == amount(budget.info.unit, limit, decimals):
        decimals += 1
    return amount(budget.info.unit, limit, decimals), amount(budget.info.unit, value, decimals)


def title(check: BudgetCheck) -> str:
    """The budget as it was declared, with its limit."""
    return (
        f"{check.budget.title} {limit_and_value(check)[0]}"
        if check.budget.info.unit is not Unit.NONE
        else check.budget.title
    )


def statement(check: BudgetCheck) -> str:
    """What was found, and how far it is from the limit."""
    if check.budget.info.unit is Unit.NONE or check.value is None:
        return check.text
    text = limit_and_value(check)[1]
    if check.text:
        text += f" ({check.text})"
    if check.budget.fail and check.verdict is Verdict.WITHIN:
        text += f", {(1 - check.value / check.budget.fail) * 100:.0f} % to spare"
    elif check.verdict is Verdict.OVER and check.value > check.budget.fail * 1.0005:  # less would read 0.0 %
        text += f", {(check.value / check.budget.fail - 1) * 100:,.1f} % over" if check.budget.fail else ""
    return text


def render_budget(report: BudgetReport) -> Group:
    """The checks, worst first, each with where to look and what to do."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", ratio=2)
    table.add_column(overflow="fold", ratio=5)
    table.expand = True
    for check in report.checks:
        style = STYLES[check.verdict]
        table.add_row(Text(check.verdict, style), Text(printable(title(check))), Text(printable(statement(check))))
        for line in details(check):
            table.add_row("", "", Text(printable(line), style="dim"))
    parts: list[RenderableType] = [table, Text(""), Text(summary(report))]
    return Group(*parts, *(Text(printable(note)) for note in report.notes))


def costs(check: BudgetCheck) -> Iterator[str]:
    """The time and the memory that go with it, as far as they can be seen."""
    if check.saving_ns is not None and check.saving_ns >= LEAST_NS:
        yield format_duration(check.saving_ns)
    if check.rss_bytes is not None and check.rss_bytes >= 2**20:
        yield f"{check.rss_bytes / 2**20:,.0f} MiB"


def details(check: BudgetCheck) -> Iterator[str]:
    found = ", ".join(costs(check))
    if found:
        yield f"costs {found}"
    for place in check.places[:SHOWN_PLACES]:
        yield f"{short_file(place.file)}:{place.line}  {place.text}" if place.file else place.text
    if len(check.places) > SHOWN_PLACES:
        yield f"and {len(check.places) - SHOWN_PLACES} more"
    if check.fix:
        yield f"fix: {check.fix}"
    if check.reproduce:
        yield f"see: {check.reproduce}"
    if check.accept:
        yield f"accept: {check.accept}"


def summary(report: BudgetReport) -> str:
    boots = f"{report.boots} boot{'s' if report.boots > 1 else ''}"
    machine = report.machine
    if machine is not None and not machine.known:
        boots += "; this system does not report how busy it is"
    elif machine is not None:
        boots += (
            "; the machine was busy, which the times leave out" if machine.is_busy else "; the machine was not busy"
        )
    return f"To {report.until}: {HEADLINES[report.verdict]} ({boots})."


def render_budget_markdown(report: BudgetReport) -> str:
    """At most a screen, for a pull request; what is within budget is folded."""
    kept = [check for check in report.checks if check.verdict is Verdict.WITHIN]
    shown = [check for check in report.checks if check.verdict is not Verdict.WITHIN]
    lines = [MARKER, f"### Start-up to {report.until}: {HEADLINES[report.verdict]}", ""]
    if shown:
        lines += table_lines(shown)
        for check in shown:
            items = [f"- {escape(line)}" for line in details(check)]
            lines += ["", f"**{escape(check.budget.title)}**", *items] if items else []
        lines.append("")
    if kept:
        lines += [
            f"<details><summary>{len(kept)} within budget</summary>",
            "",
            *table_lines(kept),
            "",
            "</details>",
            "",
        ]
    lines += [escape(note) for note in report.notes]
    lines.append(escape(summary(report)))
    return "\n".join(lines) + "\n"


def render_error_markdown(sentence: str) -> str:
    """The same where there was nothing to judge."""
    return f"{MARKER}\n### Start-up: nothing to judge\n\n{escape(sentence)}\n"


def table_lines(checks: list[BudgetCheck]) -> list[str]:
    rows = [f"| {check.verdict} | {escape(title(check))} | {escape(statement(check))} |" for check in checks]
    return ["| verdict | budget | found |", "|---|---|---|", *rows]
