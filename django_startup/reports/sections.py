"""What a profile holds beside the start itself, as tables of texts and sentences that all reports show alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django_startup.profile.profile import StartupProfile


@dataclass(frozen=True, slots=True)
class FigureTable:
    """
    Names with figures.

    Attributes:
        title: What the names are.
        columns: What the figures are, the most important first.
        rows: A name and its figures each.
        more: What is said in place of further rows; "" where these are all.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """
    A part of a report.

    Attributes:
        title: Its heading.
        warnings: Sentences that must be read before the figures.
        parts: Tables, and sentences between them, in the order in which they are read.
    """

    title: str
    warnings: tuple[str, ...]
    parts: tuple[FigureTable | str, ...]


def make_sections(profile: StartupProfile, top: int) -> Iterator[Section]:
    """The sections of a profile that has any; tables have at most top rows."""
    from django_startup.reports.cold import cold_section
    from django_startup.reports.inline_section import inline_section
    from django_startup.reports.lazy_section import lazy_section
    from django_startup.reports.tasks import is_of_celery, tasks_section
    from django_startup.reports.workers import workers_section

    if is_of_celery(profile):
        yield tasks_section(profile, top)
    if profile.cold.boots:
        yield cold_section(profile.cold, top)
    if profile.workers.memory:
        yield workers_section(profile.workers)
    if profile.lazy.asked:
        yield lazy_section(profile, top)
    if profile.inline.asked:
        yield inline_section(profile, top)


def limited(title: str, columns: tuple[str, ...], rows: list[tuple[str, ...]], top: int) -> FigureTable:
    """A table of at most top rows."""
    more = f"and {len(rows) - top:,} more" if len(rows) > top else ""
    return FigureTable(title, columns, tuple(rows[:top]), more)
