"""Which imports can be lazy, for a console."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType

from django_startup.profile.lazy import LazyImport
from django_startup.profile.profile import StartupProfile
from django_startup.reports.console.fixes import figures
from django_startup.reports.console.groups import heading, more, sentences
from django_startup.reports.console.words import Words
from django_startup.reports.headline import Headline
from django_startup.reports.lazy_section import (
    PACKAGES_TOO,
    TITLES,
    by_saving,
    everything,
    everywhere,
    place,
    sentence,
    summary,
)
from django_startup.text import format_duration, printable


def render_lazy(profile: StartupProfile, *, top: int) -> Group:
    """What was booted, then the imports by what becomes of them, at most top of each kind."""
    lazy = profile.lazy
    parts: list[RenderableType] = [Words(f"{Headline.from_profile(profile).title}\n", style="bold")]
    found = by_saving(lazy)
    parts.append(heading("LAZY", summary(profile)))
    if found:
        parts.append(table(found, top))
    for kind, (title, text) in TITLES.items():
        others = lazy.of(kind)
        if others:
            parts += ["", heading(title, text), *sentences(map(sentence, others), top)]
    packages = everywhere(profile)
    if packages:
        parts += ["", heading(PACKAGES_TOO, packages)]
    parts += ["", Words(printable(everything(lazy)))]
    following = [*(["--lazy --diff"] if found else []), *(["--lazy --emit python"] if lazy.everywhere.names else [])]
    if following:
        parts += ["", Words(f"NEXT  {' · '.join(following)}")]
    return Group(*parts)


def table(found: Sequence[LazyImport], top: int) -> RenderableType:
    rows = figures(1)
    for each in found[:top]:
        rows.add_row(format_duration(each.saving_ns), Words(printable(f"{place(each)}  {each.statement}")))
    if len(found) > top:
        rows.add_row("", Words(more(len(found) - top)))
    return rows
