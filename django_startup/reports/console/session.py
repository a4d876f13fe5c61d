"""The table of a session of pytest."""

from __future__ import annotations

from django_startup.profile.boots import SessionPart
from django_startup.profile.profile import StartupProfile
from django_startup.reports.console.listing import Listing
from django_startup.reports.console.tables import add_rest, empty_table, figure, named
from django_startup.text import format_duration


def session_table(profile: StartupProfile, top: int) -> Listing | None:
    """Plugins, conftest files, files with tests and fixtures up to the first test, the costliest first."""
    rows = sorted(profile.session.parts, key=lambda part: (-part.time_ns, part.kind, part.name))
    if not rows:
        return None
    table = empty_table("PYTEST", "time", "(own)", place="where")
    for part in rows[:top]:
        table.add_row(named(f"{part.kind} {part.name}"), figure(part.time_ns), figure(part.own_ns), named(where(part)))
    add_rest(table, len(rows[top:]))
    return table


def where(part: SessionPart) -> str:
    """Where a fixture is defined; the lines of a file that import most: line 3 pandas 0.382 s."""
    if part.file:
        return f"{part.file}:{part.line}"
    return ", ".join(f"line {line.line} {line.name} {format_duration(line.time_ns)}" for line in part.lines)
