"""Workflow commands of GitHub Actions: annotations on the lines to edit."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from django_startup.gate.budgets import BudgetCheck, BudgetReport, Cause, Location, Verdict
from django_startup.reports.budget.words import costs, fix_line, statement, title
from django_startup.text import printable

LEVELS = {Verdict.OVER: "error", Verdict.WARN: "warning", Verdict.UNSURE: "warning"}
MOST_ANNOTATIONS = 9  # GitHub shows ten of a level in a step


def render_github(report: BudgetReport) -> str:
    """An annotation for each place of causes and of what else is not within budget: nine, then how many more."""
    lines = [line for cause in report.causes for line in cause_commands(cause)]
    lines += [line for check in report.others if check.verdict in LEVELS for line in commands(check)]
    if len(lines) > MOST_ANNOTATIONS:
        more = len(lines) - MOST_ANNOTATIONS
        lines = [*lines[:MOST_ANNOTATIONS], f"::warning title=django-startup::and {more} more, in the summary"]
    return "".join(f"{line}\n" for line in lines)


def render_github_error(sentence: str) -> str:
    """The same where there was nothing to judge."""
    return f"::error title=django-startup::{data(sentence)}\n"


def cause_commands(cause: Cause) -> Iterator[str]:
    """What a cause breaks, at each of its places."""
    broken = [f"{title(check)}: {statement(check)}" for check in cause.checks]
    cost = costs(cause.saving_ns, cause.rss_bytes, cause.modules)
    text = "\n".join(filter(None, [cost, "breaks:", *broken]))
    yield from at_places(LEVELS[cause.verdict], cause.what, text, cause.places, cause.fixes)


def commands(check: BudgetCheck) -> Iterator[str]:
    yield from at_places(LEVELS[check.verdict], title(check), statement(check), check.places, check.fixes)


def at_places(level: str, name: str, text: str, locations: Iterable[Location], fixes: tuple[str, ...]) -> Iterator[str]:
    places = [place for place in locations if place.file]
    for place in places:
        message = f"{text}\n{place.text}" + (f"\nfix: {fix_line(fixes)}" if fixes else "")
        where = f"file={parameter(from_root(place.file))},line={max(place.line, 1)},title={parameter(name)}"
        yield f"::{level} {where}::{data(message)}"
    if not places:
        yield f"::{level} title={parameter(name)}::{data(text)}"


def data(text: str) -> str:
    """The text of a workflow command, escaped as GitHub's toolkit does."""
    return clean(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def parameter(text: str) -> str:
    """A value among a command's parameters."""
    return data(text).replace(":", "%3A").replace(",", "%2C")


def clean(text: str) -> str:
    """Without what cannot be encoded, or could start another command; line ends are kept."""
    return "\n".join(printable(line) for line in text.split("\n"))


def from_root(file: str) -> str:
    """A path as GitHub knows it: from the root of the repository, wherever the command was run."""
    root = os.environ.get("GITHUB_WORKSPACE")
    path = Path.cwd() / file
    return str(path.relative_to(root)) if root and path.is_relative_to(root) else file
