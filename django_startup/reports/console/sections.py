"""A section of a report on a console."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding

from django_startup.profile.profile import StartupProfile
from django_startup.reports.console.listing import Listing
from django_startup.reports.console.tables import empty_table, named
from django_startup.reports.console.words import Words
from django_startup.reports.headline import Headline
from django_startup.reports.sections import FigureTable, Section, make_sections
from django_startup.text import printable


def render_sections(profile: StartupProfile, *, top: int) -> Group:
    """What was booted, then the sections of a profile alone."""
    headline = Headline.from_profile(profile)
    sections = [section_group(section) for section in make_sections(profile, top)]
    return Group(
        Words(headline.what, style="bold").append(f", {headline.surroundings}\n", "not bold"),
        Padding(Group(*sections), (0, 0, 0, 2), expand=False),
    )


def section_group(section: Section) -> Group:
    """Warnings, then tables and sentences, with an empty line before each table."""
    parts: list[RenderableType] = []
    for warning in section.warnings:
        parts += [Words(f"{printable(warning)}\n", style="bold yellow")]
    for number, part in enumerate(section.parts):
        is_table = isinstance(part, FigureTable)
        if number and (is_table or isinstance(section.parts[number - 1], FigureTable)):
            parts.append("")
        parts.append(figure_listing(part) if isinstance(part, FigureTable) else named(part))
    return Group(*parts)


def figure_listing(table: FigureTable) -> Listing:
    listing = empty_table(table.title, *table.columns)
    for name, *figures in table.rows:
        listing.add_row(named(name), *figures)
    if table.more:
        listing.add_row(table.more, style="dim")
    return listing
