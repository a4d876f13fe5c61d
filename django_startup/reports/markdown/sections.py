"""A section of a report in Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from django_startup.reports.markdown.text import escape
from django_startup.reports.sections import FigureTable, Section


def section_lines(section: Section) -> Iterator[str]:
    """The title, warnings, then tables and sentences."""
    yield f"**{escape(section.title)}**"
    for warning in section.warnings:
        yield ""
        yield f"> :warning: {escape(warning)}"
    for part in section.parts:
        yield ""
        if isinstance(part, FigureTable):
            yield from table_lines(part)
        else:
            yield escape(part)


def table_lines(table: FigureTable) -> Iterator[str]:
    yield f"| {' | '.join(map(escape, (table.title.lower(), *table.columns)))} |"
    yield f"|---|{'--:|' * len(table.columns)}"
    for row in table.rows:
        yield f"| {' | '.join(map(escape, row))} |"
    if table.more:
        yield f"| {escape(table.more)} |{' |' * len(table.columns)}"
