"""The answer to --what-if, for a console."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding

from django_startup.profile.profile import StartupProfile
from django_startup.profile.what_if import WhatIf
from django_startup.reports.console.listing import Listing
from django_startup.reports.console.tables import empty_table, named
from django_startup.reports.console.words import Words
from django_startup.reports.headline import Headline
from django_startup.reports.what_if import (
    answers,
    edited_lines,
    lost_lines,
    measured,
    memory,
    modules,
    problem,
    sentences,
    sum_of,
)
from django_startup.text import format_duration, printable


def render_what_if(profile: StartupProfile, *, top: int) -> Group:
    """What was booted, then the answer."""
    headline = Headline.from_profile(profile)
    parts = [Words(f"{printable(note.text)}\n", style="bold yellow") for note in headline.warnings]
    return Group(Words(f"{headline.title}\n", style="bold"), *parts, what_if_group(profile, top))


def what_if_group(profile: StartupProfile, top: int) -> Group:
    """Estimates and measurements side by side, then what was done for each and what was lost, at most top lines."""
    parts: list[RenderableType] = [table(profile)]
    together = profile.what_if.together
    if together is not None and together.measured:
        parts += ["", Words(f"together: {sum_of(together)}")]
    for answer in answers(profile.what_if):
        parts += ["", named(answer.name), *details(answer, profile, top)]
    return Group(*parts)


def table(profile: StartupProfile) -> Listing:
    listing = empty_table("WITHOUT", "estimate", "measured", "modules", "memory")
    for answer in answers(profile.what_if):
        figures = format_duration(answer.estimate_ns), measured(answer) or "-", modules(answer), memory(answer)
        listing.add_row(named(answer.name), *figures)
    return listing


def details(answer: WhatIf, profile: StartupProfile, top: int) -> list[RenderableType]:
    edited, lost = edited_lines(answer, profile.what_if), lost_lines(answer, profile.what_if)
    parts = [indented(text) for text in (answer.how, problem(answer)) if text]
    parts += [indented(text, 4) for text in shown(edited, top)]
    parts += [indented(text) for text in sentences(answer, profile)]
    return [*parts, *(indented(text, 4) for text in shown(lost, top))]


def shown(lines: list[str], top: int) -> list[str]:
    """At most top lines, then how many more there are."""
    return lines if len(lines) <= top else [*lines[:top], f"and {len(lines) - top:,} more: --top N, or -o FILE.json"]


def indented(text: str, by: int = 2) -> Padding:
    return Padding(named(text), (0, 0, 0, by), expand=False)
