"""The profile on a terminal, or as plain text."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from django_startup.profile.profile import Note, StartupProfile
from django_startup.reports.console.bars import PhaseBars
from django_startup.reports.console.fixes import fix_list, refused_list
from django_startup.reports.console.plain_text import as_file_text
from django_startup.reports.console.sections import section_group
from django_startup.reports.console.session import session_table
from django_startup.reports.console.sort import Sort
from django_startup.reports.console.tables import (
    app_table,
    check_table,
    legend,
    module_table,
    package_table,
    side_effect_table,
)
from django_startup.reports.console.what_if import what_if_group
from django_startup.reports.console.words import Words
from django_startup.reports.headline import Headline
from django_startup.reports.sections import make_sections
from django_startup.text import printable


def render_text(profile: StartupProfile, *, top: int, sort: Sort | None = None) -> str:
    """The whole report for a file."""
    return as_file_text(render(profile, top=top, sort=sort))


def render(profile: StartupProfile, *, top: int, sort: Sort | None = None) -> Group:
    """The report: what was booted, warnings, total, phases, then tables of at most top rows, then notes."""
    headline = Headline.from_profile(profile)
    parts: list[RenderableType] = [note_text(note, "bold yellow") for note in headline.warnings]
    parts += [
        total(headline),
        PhaseBars(profile.phases),
        Words(f"\n{headline.importing}\n" if headline.owners else ""),
    ]
    packages = [part for part in (package_table(profile, top, sort), legend(profile, top, sort)) if part is not None]
    tables: list[RenderableType | None] = [
        session_table(profile, top),
        Group(*packages) if packages else None,
        app_table(profile, top),
        module_table(profile, top, sort),
        check_table(profile, top),
        side_effect_table(profile, top),
        fix_list(profile.fixes, profile.advice, headline),
        refused_list(profile.trial),
        what_if_group(profile, top) if profile.what_if.alone else None,
        *(section_group(section) for section in make_sections(profile, top)),
    ]
    for table in tables:
        if table is not None:
            parts += [table, ""]
    parts += [note_text(note, "") for note in headline.notes]
    return Group(head(headline), Padding(Group(*parts), (0, 0, 0, 2), expand=False))


def head(headline: Headline) -> Text:
    return Words(headline.what, style="bold").append(f", {headline.surroundings}\n", "not bold")


def total(headline: Headline) -> Text:
    text = Words(headline.time, style="bold").append(f"   {headline.parts}", "not bold")
    return text.append(f"\n{' · '.join(headline.facts)}\n", "not bold")


def note_text(note: Note, style: str) -> Words:
    return Words(f"{printable(note.text)}\n", style=style)
