"""The profile on a terminal, or as plain text."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from django_startup.profile.profile import Note, StartupProfile
from django_startup.reports.console.bars import phase_bars
from django_startup.reports.console.fixes import fix_list
from django_startup.reports.console.sort import Sort
from django_startup.reports.console.tables import (
    app_table,
    check_table,
    module_table,
    package_table,
    side_effect_table,
)
from django_startup.text import format_duration, printable

ABOVE = {"bytecode", "run-queue"}  # notes that must be read before the figures
UNTIL = {
    "settings": "to its settings",
    "setup": "to django.setup()",
    "urls": "to URLs",
    "checks": "to system checks",
    "wsgi": "to the WSGI application",
    "asgi": "to the ASGI application",
}
OWNERS = {
    "package": "packages",
    "stdlib": "standard library",
    "django": "Django",
    "app": "project apps",
    "project": "other project modules",
}


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
    above = [note_text(note, "bold yellow") for note in profile.notes if note.id in ABOVE]
    parts: list[RenderableType] = [*above, total(profile), phase_bars(profile.phases), by_owner(profile)]
    tables: list[Table | Group | None] = [
        package_table(profile, top, sort),
        app_table(profile, top),
        module_table(profile, top, sort),
        check_table(profile, top),
        side_effect_table(profile, top),
        fix_list(profile),
    ]
    for table in tables:
        if table is not None:
            parts += [table, ""]
    parts += [note_text(note, "") for note in profile.notes if note.id not in ABOVE]
    return Group(head(profile), Padding(Group(*parts), (0, 0, 0, 2), expand=False))


def head(profile: StartupProfile) -> Text:
    target, environment = profile.target, profile.environment
    recorded = sum(1 for boot in profile.boots if boot.kind == "recorded")
    how_far = UNTIL.get(target.until, f"-- {target.command}")
    text = Text(printable(f"{target.entry} {how_far}"), style="bold")
    text.append(f", {recorded} boots" if recorded else ", died on the way", style="not bold")
    text.append(f", Python {environment.python}", style="not bold")
    if environment.django:
        text.append(printable(f", Django {environment.django}"), style="not bold")
    return text.append("\n")


def total(profile: StartupProfile) -> Text:
    total = profile.total
    text = Text(format_duration(total.time_ns), style="bold")
    text.append(f"   {format_duration(total.cpu_ns)} CPU + {format_duration(total.waiting_ns)} waiting", "not bold")
    facts = []
    if total.gc_ns:
        facts.append(f"{format_duration(total.gc_ns)} of it in {profile.gc.collections:,} garbage collections")
    if total.modules:
        facts.append(f"{total.modules:,} modules")
    if total.rss_bytes is not None:
        facts.append(f"{total.rss_bytes / 2**20:,.0f} MiB")
    return text.append(f"\n{' · '.join(facts)}\n", "not bold")


def by_owner(profile: StartupProfile) -> Text:
    """Whose code the time goes to, imports only."""
    times = {owner.kind: owner.self_ns for owner in profile.owners if owner.modules}
    parts = [f"{OWNERS[kind]} {format_duration(times[kind])}" for kind in sorted(times, key=lambda kind: -times[kind])]
    return Text(f"\nimporting: {' · '.join(parts)}\n" if parts else "")


def note_text(note: Note, style: str) -> Text:
    return Text(f"{printable(note.text)}\n", style=style)
