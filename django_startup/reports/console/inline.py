"""What the imports inside functions are good for, for a console."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType

from django_startup.profile.inline import InlineImport
from django_startup.profile.profile import StartupProfile
from django_startup.reports.console.fixes import figures
from django_startup.reports.console.groups import heading, more, sentences
from django_startup.reports.console.tables import named
from django_startup.reports.console.words import Words
from django_startup.reports.headline import Headline
from django_startup.reports.inline_section import (
    EARNING,
    TITLES,
    by_subject,
    duration,
    kept,
    meaning,
    place,
    sentence,
    subject,
    summary,
)
from django_startup.text import printable


def render_inline(profile: StartupProfile, *, top: int) -> Group:
    """What was booted, then the imports inside functions by what they are good for, at most top of each kind."""
    inline = profile.inline
    title = Headline.from_profile(profile).title
    parts: list[RenderableType] = [Words(f"{title}\n", style="bold"), Words(summary(inline))]
    earning = by_subject(inline)
    if earning:
        parts += ["", heading(EARNING, kept(inline)), earning_table(earning, top)]
    for kind, (name, _) in TITLES.items():
        found = inline.of(kind)
        if found:
            parts += ["", heading(name, meaning(profile, kind)), *sentences(map(sentence, found), top)]
    return Group(*parts)


def earning_table(groups: Sequence[Sequence[InlineImport]], top: int) -> RenderableType:
    """What is kept out, each with the lines that do it."""
    table = figures(1)
    for group in groups[:top]:
        table.add_row(duration(group[0]), named(subject(group[0])))
        for each in group[:top]:
            table.add_row("", Words(printable(f"{place(each)}  {each.statement}  in {each.function}"), style="dim"))
        if len(group) > top:
            table.add_row("", Words(more(len(group) - top), style="dim"))
    if len(groups) > top:
        table.add_row("", Words(more(len(groups) - top)))
    return table
