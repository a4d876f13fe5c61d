"""The phases of a boot as bars."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from django_startup.profile.boots import Phase
from django_startup.text import format_duration

WIDTH = 28
EIGHTHS = " ▏▎▍▌▋▊▉"
SHOWN_NS = 1_000_000  # waiting below this is not worth a word


def phase_bars(phases: Sequence[Phase]) -> Table:
    """A line a phase: name, time, a bar that is solid for CPU and shaded for waiting, and the memory that it added."""
    rows = Table.grid(padding=(0, 2, 0, 0))
    rows.add_column(no_wrap=True)
    rows.add_column(justify="right", no_wrap=True)
    rows.add_column(no_wrap=True)
    rows.add_column(justify="right", no_wrap=True)
    rows.add_column(no_wrap=True)
    most = max((phase.time_ns for phase in phases), default=0)
    for phase in phases:
        waiting = f"{format_duration(phase.waiting_ns)} waiting" if phase.waiting_ns >= SHOWN_NS else ""
        memory = f"{(phase.rss_bytes or 0) / 2**20:+,.0f} MiB" if abs(phase.rss_bytes or 0) >= 2**20 else ""
        rows.add_row(phase.name, format_duration(phase.time_ns), Bar(phase, most), memory, waiting)
    return rows


class Bar:
    """One bar, in the characters that the console can show."""

    def __init__(self, phase: Phase, most_ns: int) -> None:
        self.phase = phase
        self.most_ns = most_ns

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        scale = WIDTH * 8 / self.most_ns if self.most_ns > 0 else 0.0
        whole = max(0, round(self.phase.time_ns * scale / 8))
        if options.ascii_only:
            solid = min(whole, max(0, round(self.phase.cpu_ns * scale / 8)))
            yield Text("#" * solid + "." * (whole - solid))
            return
        cells, rest = divmod(max(0, round(self.phase.cpu_ns * scale)), 8)
        text = Text("█" * cells + EIGHTHS[rest].strip(), style="cyan")
        yield text.append("░" * (whole - len(text)), style="yellow")

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(WIDTH, WIDTH)
