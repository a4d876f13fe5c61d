"""What is different between two profiles, for a console."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from django_startup.analysis.comparison import Change, Comparison, Registration
from django_startup.analysis.paths import short_file
from django_startup.durations import format_duration
from django_startup.printable import printable
from django_startup.reports.tables import add_rest, empty_table, named

VERDICTS = {"faster": "Faster", "slower": "Slower", "same": "No difference that can be told"}


def render_comparison(comparison: Comparison, *, top: int) -> Group:
    """One sentence, what makes it doubtful, what is no longer registered, then at most top changes."""
    parts: list[RenderableType] = [Text(sentence(comparison), style="bold")]
    parts += [Text(printable(text), style="yellow") for text in comparison.circumstances]
    parts += registry_lines("No longer registered", comparison.lost, top, "bold red")
    parts += registry_lines("Newly registered", comparison.gained, top, "")
    if comparison.changes:
        table = empty_table("CHANGES", "before", "now", "difference", place="where")
        for change in comparison.changes[:top]:
            times = cell(change.before_ns), cell(change.after_ns), signed(change.difference_ns)
            table.add_row(named(f"{change.kind} {change.name}"), *times, Text(printable(place(change))))
        add_rest(table, len(comparison.changes[top:]))
        parts += ["", table]
    return Group(*parts)


def sentence(comparison: Comparison) -> str:
    before, now = format_duration(comparison.before_ns), format_duration(comparison.after_ns)
    difference = signed(comparison.after_ns - comparison.before_ns)
    noise = format_duration(comparison.noise_ns)
    return f"{VERDICTS[comparison.verdict]}: {before} before, {now} now ({difference}; the boots differ by {noise})."


def registry_lines(title: str, entries: Sequence[Registration], top: int, style: str) -> list[RenderableType]:
    if not entries:
        return []
    lines: list[RenderableType] = [Text(""), Text(f"{title}: {len(entries):,}", style=style or "bold")]
    for entry in entries[:top]:
        kind = entry.registry.replace("_", " ").removesuffix("s")
        of = f" ({entry.of})" if entry.of else ""
        lines.append(Padding(Text(printable(f"{kind} {entry.name}{of}")), (0, 0, 0, 2), expand=False))
    if len(entries) > top:
        lines.append(Padding(Text(f"and {len(entries) - top:,} more"), (0, 0, 0, 2), expand=False))
    return lines


def place(change: Change) -> str:
    return short_file(change.place)


def cell(nanoseconds: int | None) -> str:
    """A time; empty where there was nothing."""
    return "" if nanoseconds is None else format_duration(nanoseconds)


def signed(nanoseconds: int) -> str:
    return f"{'+' if nanoseconds >= 0 else ''}{format_duration(nanoseconds)}"
