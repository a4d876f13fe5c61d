"""What the first screen of an HTML report is made of: texts, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass

from django_startup.reports.html.phases import PhaseBar, PhaseLine
from django_startup.reports.sections import FigureTable


@dataclass(frozen=True, slots=True)
class FixLine:
    """
    Where to edit.

    Attributes:
        place: FILE:LINE.
        statement: The import on that line.
        reason: Why it can be done.
    """

    place: str
    statement: str
    reason: str


@dataclass(frozen=True, slots=True)
class FixText:
    """
    A fix.

    Attributes:
        number: Its place in the list.
        saving: What it saves.
        share: The same as a share of the total.
        width: The same as a part of the largest saving, in units of BAR.
        subject: What it is about.
        text: What to do.
        lines: Where to edit.
        proof: How far the project came with it made; empty for what needs no trial.
    """

    number: str
    saving: str
    share: str
    width: str
    subject: str
    text: str
    lines: tuple[FixLine, ...]
    proof: str


@dataclass(frozen=True, slots=True)
class Large:
    """
    A large package.

    Attributes:
        name: Its name and version.
        time: Its own time.
        saving: What the boot would lose without it.
        door: The line of the project that brings it in.
    """

    name: str
    time: str
    saving: str
    door: str


@dataclass(frozen=True, slots=True)
class Changed:
    """
    Something that costs more or less than before.

    Attributes:
        difference: By how much.
        way: worse or better.
        name: Its kind and name.
        place: Where it comes in.
    """

    difference: str
    way: str
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class TitledLines:
    """
    A list with a title: registrations that are lost or gained, fixes that are none.

    Attributes:
        title: Which they are.
        lines: One for each.
    """

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectionPart:
    """
    A table, or a sentence.

    Attributes:
        table: The table; None for a sentence.
        sentence: The sentence; empty for a table.
    """

    table: FigureTable | None
    sentence: str


@dataclass(frozen=True, slots=True)
class SectionText:
    """
    What the profile holds beside the start itself.

    Attributes:
        title: Its heading.
        warnings: What must be read before the figures.
        parts: Tables and sentences.
    """

    title: str
    warnings: tuple[str, ...]
    parts: tuple[SectionPart, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """
    The first screen.

    Attributes:
        target: What was booted, and how far.
        surroundings: How many boots, Python, Django.
        total: The total.
        before: The total of the profile that it is compared with; empty without one.
        parts: CPU time and waiting.
        facts: Garbage collections, modules, memory.
        verdict: What can be gained, or what is different.
        start: In a comparison, what can be gained.
        warnings: What must be read before the figures.
        notes: What else a reader must know.
        owners: Whose code the imports were.
        bars: The boots as bars.
        phases: The legend of the bars.
        moving: What moving imports saves, and whether that was tried.
        fixes: What to change.
        patch: The fixes that were tried, for git apply; empty for none.
        refused: Fixes that are none, as it turned out when they were tried.
        what_if: What a start would be like without something.
        sections: What the profile holds beside the start itself.
        advice: What there is to say beside them, a line each.
        first_subject: What the first fix is about that moves imports.
        largest: The largest packages, where there are few fixes.
        compared: Whether there is a profile that it is compared with.
        changes: What costs more or less than before.
        registered: What is registered no longer, or newly.
    """

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
    moving: str
    fixes: tuple[FixText, ...]
    patch: str
    refused: tuple[TitledLines, ...]
    what_if: tuple[TitledLines, ...]
    sections: tuple[SectionText, ...]
    advice: tuple[str, ...]
    first_subject: str
    largest: tuple[Large, ...]
    compared: bool
    changes: tuple[Changed, ...]
    registered: tuple[TitledLines, ...]
