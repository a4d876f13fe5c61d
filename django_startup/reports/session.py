"""What is said of a session of pytest, for all reports."""

from __future__ import annotations

from collections.abc import Iterator

from django_startup.profile.boots import SessionInfo, SessionPart
from django_startup.profile.profile import StartupProfile
from django_startup.reports.sections import Section, limited, make_sections
from django_startup.text import format_duration

TITLE = "PYTEST"


def costliest(session: SessionInfo) -> list[SessionPart]:
    """The parts of a session, the costliest first."""
    return sorted(session.parts, key=lambda part: (-part.time_ns, part.kind, part.name))


def title(part: SessionPart) -> str:
    return f"{part.kind} {part.name}"


def where(part: SessionPart) -> str:
    """Where a fixture is defined; the lines of a file that import most: line 3 pandas 0.382 s."""
    if part.file:
        return f"{part.file}:{part.line}"
    return ", ".join(f"line {line.line} {line.name} {format_duration(line.time_ns)}" for line in part.lines)


def sections_with_session(profile: StartupProfile, top: int) -> Iterator[Section]:
    """The sections of a profile for reports that have no table of their own for a session of pytest."""
    rows: list[tuple[str, ...]] = [
        (title(part), format_duration(part.time_ns), format_duration(part.own_ns), where(part))
        for part in costliest(profile.session)
    ]
    if rows:
        yield Section("Session of pytest", (), (limited(TITLE, ("time", "(own)", "where"), rows, top),))
    yield from make_sections(profile, top)
