"""The phases of a boot as one bar and its legend, for an HTML report: texts, and places in the bar."""

from __future__ import annotations

from dataclasses import dataclass

from django_startup.profile.boots import Phase
from django_startup.profile.profile import StartupProfile
from django_startup.reports.console.bars import SHOWN_NS
from django_startup.reports.console.comparison import signed
from django_startup.reports.console.tables import figure
from django_startup.text import format_duration, printable

BAR = 1000  # units that the longest bar is wide


@dataclass(frozen=True, slots=True)
class PhaseLine:
    """
    A phase in the bar and in its legend.

    Attributes:
        name: Its name.
        time: Its time.
        share: The same as a share of the total.
        waiting: The waiting in it; empty where that is next to nothing.
        memory: The memory that it added; empty where that is next to nothing.
        before: Its time before; empty without a comparison.
        difference: The difference to that.
        offset: Where it begins in the bar, in units of BAR.
        width: How wide it is, in units of BAR.
        waiting_offset: Where its waiting begins.
        waiting_width: How wide its waiting is.
    """

    name: str
    time: str
    share: str
    waiting: str
    memory: str
    before: str
    difference: str
    offset: str
    width: str
    waiting_offset: str
    waiting_width: str


@dataclass(frozen=True, slots=True)
class PhaseBar:
    """
    A boot as one bar.

    Attributes:
        label: Which of two boots; empty where there is one.
        total: Its total.
        phases: The phases in their order.
    """

    label: str
    total: str
    phases: tuple[PhaseLine, ...]


def phase_lines(profile: StartupProfile, before: StartupProfile | None, most_ns: int) -> list[PhaseLine]:
    """The phases one after the other; with those before, also what is no longer there."""
    old = {phase.name: phase.time_ns for phase in before.phases} if before else {}
    missing = [Phase(name, 0, 0, 0) for name in old if name not in {phase.name for phase in profile.phases}]
    lines, offset = [], 0.0
    for phase in (*profile.phases, *missing):
        width = max(0, phase.time_ns) / most_ns * BAR
        waiting = min(width, max(0, phase.waiting_ns) / most_ns * BAR)
        memory = phase.rss_bytes or 0
        share = phase.time_ns / profile.total.time_ns if profile.total.time_ns else 0.0
        lines.append(
            PhaseLine(
                name=printable(phase.name),
                time=format_duration(phase.time_ns),
                share=f"{share * 100:.0f} %",
                waiting=format_duration(phase.waiting_ns) if phase.waiting_ns >= SHOWN_NS else "",
                memory=f"{memory / 2**20:+,.0f} MiB" if abs(memory) >= 2**20 else "",
                before=format_duration(old.get(phase.name, 0)) if before else "",
                difference=difference(phase.time_ns - old.get(phase.name, 0)) if before else "",
                offset=f"{offset:.2f}",
                width=f"{width:.2f}",
                waiting_offset=f"{offset + width - waiting:.2f}",
                waiting_width=f"{waiting:.2f}",
            )
        )
        offset += width
    return lines


def difference(nanoseconds: int) -> str:
    return signed(nanoseconds) if dashed(abs(nanoseconds)) != "–" else "–"


def dashed(nanoseconds: int) -> str:
    return "–" if figure(nanoseconds) == "-" else format_duration(nanoseconds)
