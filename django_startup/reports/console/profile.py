"""The profile on a terminal, or as plain text."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from django_startup.profile.profile import Note, StartupProfile
from django_startup.reports.console.bars import phase_bars
from django_startup.reports.console.fixes import fix_list, refused_list
from django_startup.reports.console.sort import Sort
from django_startup.reports.console.tables import (
    app_table,
    check_table,
    module_table,
    package_table,
    side_effect_table,
)
from django_startup.reports.headline import Headline
from django_startup.text import printable


def render_text(profile: StartupProfile, *, top: int, sort: Sort | None = None, width: int = 100) -> str:
    """The whole report as plain text, width columns wide."""
    return as_text(render(profile, top=top, sort=sort), width)


def as_text(report: RenderableType, width: int) -> str:
    """Anything for a console as plain text."""
    console = Console(width=width, force_terminal=False, no_color=True, markup=False, highlight=False, emoji=False)
    with console.capture() as capture:
        console.print(report)
    return "".join(f"{line.rstrip()}\n" for line in capture.get().rstrip().splitlines())


def render(profile: StartupProfile, *, top: int, sort: Sort | None = None) -> Group:
    """The report: what was booted, warnings, total, phases, then tables of at most top rows, then notes."""
    headline = Headline.from_profile(profile)
    parts: list[RenderableType] = [note_text(note, "bold yellow") for note in headline.warnings]
    parts += [total(headline), phase_bars(profile.phases), Text(f"\n{headline.importing}\n" if headline.owners else "")]
    tables: list[Table | Group | None] = [
        package_table(profile, top, sort),
        app_table(profile, top),
        module_table(profile, top, sort),
        check_table(profile, top),
        side_effect_table(profile, top),
        fix_list(profile.fixes, profile.advice, headline),
        refused_list(profile.trial),
    ]
    for table in tables:
        if table is not None:
            parts += [table, ""]
    parts += [note_text(note, "") for note in headline.notes]
    return Group(head(headline), Padding(Group(*parts), (0, 0, 0, 2), expand=False))


def head(headline: Headline) -> Text:
    return Text(headline.what, style="bold").append(f", {headline.surroundings}\n", "not bold")


def total(headline: Headline) -> Text:
    text = Text(headline.time, style="bold").append(f"   {headline.parts}", "not bold")
    return text.append(f"\n{' · '.join(headline.facts)}\n", "not bold")


def note_text(note: Note, style: str) -> Text:
    return Text(f"{printable(note.text)}\n", style=style)
