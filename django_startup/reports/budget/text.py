"""A budget report on a console: causes first, then what is broken for itself, then what is within budget."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from django_startup.gate.budgets import BudgetReport, Verdict
from django_startup.reports.budget.classes import class_rows
from django_startup.reports.budget.words import cause_advice, cause_commands, details, statement, summary, title
from django_startup.reports.console.words import wrapped
from django_startup.text import printable

STYLES = {Verdict.WITHIN: "green", Verdict.WARN: "yellow", Verdict.UNSURE: "yellow", Verdict.OVER: "bold red"}
VERDICT = 8  # columns
WIDEST_TITLE = 28
LEAST_TEXT = 24


@dataclass(frozen=True, slots=True)
class Row:
    """A verdict, what it is about, what was found, and lines below it."""

    verdict: Verdict
    title: str
    text: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BudgetText:
    """A report that is laid out when the width is known; verbose lists every budget that is kept."""

    report: BudgetReport
    verbose: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(options.max_width, VERDICT + LEAST_TEXT)
        report = self.report
        for cause in report.causes:
            yield from laid_out(width, VERDICT, cause.verdict, "", cause.what)
            for line in cause_advice(cause):
                yield from laid_out(width, VERDICT, None, "", line, style="dim")
            titles = [f"  {title(check)}" for check in cause.checks]
            column = title_column(titles, width)
            yield from laid_out(width, VERDICT, None, "", "breaks")
            for check, name in zip(cause.checks, titles, strict=True):
                yield from laid_out(width, VERDICT + column, None, name, statement(check))
            for line in cause_commands(cause):
                yield from laid_out(width, VERDICT, None, "", line, style="dim")
        rows = list(self.rows())
        column = title_column([row.title for row in rows], width)
        for row in rows:
            yield from laid_out(width, VERDICT + column, row.verdict, row.title, row.text)
            for line in row.details:
                yield from laid_out(width, VERDICT + column, None, "", line, style="dim")
        if rows or report.causes:
            yield Text("")
        for line in (summary(report), *report.notes):
            yield Text("\n".join(lines_of(line, width)))

    def rows(self) -> Iterator[Row]:
        """What is no part of a cause."""
        for check in self.report.others:
            if check.verdict is not Verdict.WITHIN or self.verbose:
                yield Row(check.verdict, title(check), statement(check), tuple(details(check)))
        if not self.verbose:
            kept = [check for check in self.report.others if check.verdict is Verdict.WITHIN]
            yield from (Row(Verdict.WITHIN, name, text) for name, text in class_rows(kept))


def render_budget(report: BudgetReport, *, verbose: bool = False) -> BudgetText:
    """The report for a console or a file."""
    return BudgetText(report, verbose)


def title_column(titles: Iterable[str], width: int) -> int:
    """How wide the column of titles is, with the gap after it."""
    widest = max((len(printable(name)) for name in titles), default=0)
    return min(widest, WIDEST_TITLE, (width - VERDICT) // 2) + 2


def laid_out(width: int, indent: int, verdict: Verdict | None, name: str, text: str, style: str = "") -> Iterator[Text]:
    """The lines of one row: the verdict, the title below each other, the text beside them."""
    column = indent - VERDICT
    names = lines_of(name, column - 2) if name else []
    texts = lines_of(text, width - indent)
    for number in range(max(len(names), len(texts))):
        line = Text()
        line.append(f"{verdict if verdict and not number else '':<{VERDICT}}", STYLES[verdict] if verdict else "")
        line.append(f"{names[number] if number < len(names) else '':<{column}}" if column else "")
        line.append(texts[number] if number < len(texts) else "", style)
        line.rstrip()
        yield line


def lines_of(text: str, width: int) -> list[str]:
    """The lines of a text, each with the spaces that it begins with."""
    text = printable(text)
    begin = text.lstrip(" ")
    indent = text[: len(text) - len(begin)]
    return [f"{indent}{line.plain}" for line in wrapped(Text(begin), max(width, 8) - len(indent))]
