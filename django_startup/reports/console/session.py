"""The table of a session of pytest."""

from __future__ import annotations

from django_startup.profile.profile import StartupProfile
from django_startup.reports.console.listing import Listing
from django_startup.reports.console.tables import add_rest, empty_table, figure, named
from django_startup.reports.session import TITLE, costliest, title, where


def session_table(profile: StartupProfile, top: int) -> Listing | None:
    """Plugins, conftest files, files with tests and fixtures up to the first test, the costliest first."""
    rows = costliest(profile.session)
    if not rows:
        return None
    table = empty_table(TITLE, "time", "(own)", place="where")
    for part in rows[:top]:
        table.add_row(named(title(part)), figure(part.time_ns), figure(part.own_ns), named(where(part)))
    add_rest(table, len(rows[top:]))
    return table
