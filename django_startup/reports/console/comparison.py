"""What is different between two profiles, for a console."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding

from django_startup.compare.changes import Change
from django_startup.compare.comparison import Comparison, Registration
from django_startup.compare.memory_changes import MemoryChange
from django_startup.reports.console.listing import Column, Listing
from django_startup.reports.console.tables import add_rest, named, shortened
from django_startup.reports.console.words import Words
from django_startup.text import format_duration, printable, short_file

TIMES = [Column(title, is_figure=True, worth=worth) for worth, title in enumerate(("before", "now", "difference"))]
VERDICTS = {"faster": "Faster", "slower": "Slower", "same": "No measurable difference"}


def render_comparison(comparison: Comparison, *, top: int) -> Group:
    """What is exact, then the time and what makes it doubtful, registrations, tables of at most top changes."""
    parts: list[RenderableType] = [Words(counted, style="bold") for counted in [counts(comparison)] if counted]
    parts += [Words(sentence(comparison), style="bold")]
    parts += [Words(printable(text), style="yellow") for text in comparison.circumstances]
    parts += registry_lines("No longer registered", comparison.lost, top, "bold red")
    parts += registry_lines("Newly registered", comparison.gained, top, "")
    if comparison.verdict != "same":
        parts += ["", phase_table(comparison)]
    if comparison.changes:
        parts += ["", change_table(comparison.changes, top)]
    packages = [change for change in comparison.memory if change.kind == "package"]
    if packages:
        parts += ["", memory_table(packages, top)]
    return Group(*parts)


def sentence(comparison: Comparison) -> str:
    noise = format_duration(comparison.noise_ns)
    times = f"{before_and_now(comparison)} ({signed(comparison.difference_ns)}; up to {noise} is noise)"
    return f"{VERDICTS[comparison.verdict]}: {times}."


def before_and_now(comparison: Comparison) -> str:
    """1.400 s before (1.050 s at the speed of now), 0.730 s now"""
    before, now = format_duration(comparison.before_ns), format_duration(comparison.after_ns)
    is_corrected = comparison.expected_ns != comparison.before_ns
    speed = f" ({format_duration(comparison.expected_ns)} at the speed of now)" if is_corrected else ""
    return f"{before} before{speed}, {now} now"


def counts(comparison: Comparison) -> str:
    """Modules and memory of the whole, where they differ; "" where neither does."""
    facts = []
    if comparison.before_modules != comparison.after_modules:
        difference = comparison.after_modules - comparison.before_modules
        facts.append(
            f"{comparison.before_modules:,} modules before, {comparison.after_modules:,} now ({difference:+,})"
        )
    for change in comparison.memory:
        if change.kind == "total":
            before, now, difference_text = sizes(change)
            facts.append(f"{before} before, {now} now ({difference_text})")
    return " · ".join(facts)


def phase_table(comparison: Comparison) -> Listing:
    table = Listing([Column("PHASES"), *TIMES])
    for phase in comparison.phases:
        difference = (phase.after_ns or 0) - (phase.before_ns or 0)
        table.add_row(named(phase.name), cell(phase.before_ns), cell(phase.after_ns), signed(difference))
    return table


def change_table(changes: Sequence[Change], top: int) -> Listing:
    table = Listing([Column("CHANGES"), Column(""), *TIMES, Column("where", is_place=True)])
    for change in changes[:top]:
        times = cell(change.before_ns), cell(change.after_ns), signed(change.difference_ns)
        table.add_row(change.status, named(title(change)), *times, named(place(change)))
    add_rest(table, len(changes[top:]))
    return table


def memory_table(changes: Sequence[MemoryChange], top: int) -> Listing:
    table = Listing([Column("MEMORY"), Column(""), *TIMES])
    for change in changes[:top]:
        table.add_row(change.status, named(f"{change.kind} {change.name}"), *sizes(change))
    add_rest(table, len(changes[top:]))
    return table


def registry_lines(title: str, entries: Sequence[Registration], top: int, style: str) -> list[RenderableType]:
    if not entries:
        return []
    lines: list[RenderableType] = [Words(""), Words(f"{title}: {len(entries):,}", style=style or "bold")]
    for text in registered(entries, top):
        lines.append(Padding(Words(printable(text)), (0, 0, 0, 2), expand=False))
    return lines


def registered(entries: Sequence[Registration], top: int) -> Iterator[str]:
    """At most top registrations in words, then how many more there are."""
    for entry in entries[:top]:
        yield entry.title
    if len(entries) > top:
        yield f"and {len(entries) - top:,} more"


def title(change: Change) -> str:
    """Kind, name and version of what has changed."""
    return f"{change.kind} {shortened(change.name)} {change.detail}".rstrip()


def place(change: Change) -> str:
    return short_file(change.place)


def cell(nanoseconds: int | None) -> str:
    """A time; empty where there was nothing."""
    return "" if nanoseconds is None else format_duration(nanoseconds)


def signed(nanoseconds: int) -> str:
    """A difference; without a sign where it is less than what is shown."""
    text = format_duration(nanoseconds)
    return f"+{text}" if nanoseconds > 0 and text != format_duration(0) else text


def sizes(change: MemoryChange) -> tuple[str, str, str]:
    """Before, now and difference of memory."""
    before, now = (size(amount) for amount in (change.before_bytes, change.after_bytes))
    return before, now, f"{change.difference_bytes / 2**20:+,.0f} MiB"


def size(amount: int | None) -> str:
    return "" if amount is None else f"{amount / 2**20:,.0f} MiB"
