"""The files that what a drill saw can be written to; the suffix chooses."""

from __future__ import annotations

from pathlib import Path

from django_startup.drill.drill import Drilled
from django_startup.reports.console.plain_text import as_file_text
from django_startup.reports.format_names import DRILL_FORMATS
from django_startup.reports.formats import suffix_of


def write_drill_as(path: Path, drilled: Drilled, *, top: int) -> str | bytes:
    """What is to stand in the file at path, whose name ends with one of DRILL_FORMATS."""
    from django_startup.reports.console.drill import render_drill
    from django_startup.reports.viewers.drill_session import drill_session
    from django_startup.reports.viewers.session_formats import session_as

    suffix = suffix_of(path, DRILL_FORMATS)
    if suffix == ".txt":
        return as_file_text(render_drill(drilled, top=top))
    return session_as(suffix, drill_session(drilled))
