"""What the first screen of an HTML report is made of: texts, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass

from django_startup.reports.html.phases import PhaseBar, PhaseLine


@dataclass(frozen=True, slots=True)
class FixLine:
    """Where to edit: the line, the statement on it, and why it can be done."""

    place: str
    statement: str
    reason: str


@dataclass(frozen=True, slots=True)
class FixText:
    """A fix; width is its saving, of the largest, in units of BAR."""

    number: str
    saving: str
    share: str
    width: str
    subject: str
    text: str
    lines: tuple[FixLine, ...]


@dataclass(frozen=True, slots=True)
class Large:
    """A package, its own time, what it saves, and where it comes in."""

    name: str
    time: str
    saving: str
    door: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What costs more or less than before; worse or better."""

    difference: str
    way: str
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class Registered:
    """Registrations that are lost or gained."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """The first screen. warnings must be read before the figures; facts follow the total."""

    target: str
    surroundings: str
    total: str
    before: str
    parts: str
    facts: tuple[str, ...]
    verdict: str
    start: str
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    owners: str
    bars: tuple[PhaseBar, ...]
    phases: tuple[PhaseLine, ...]
    fixes: tuple[FixText, ...]
    first_subject: str
    largest: tuple[Large, ...]
    compared: bool
    changes: tuple[Changed, ...]
    registered: tuple[Registered, ...]
