"""The phases of a boot as bars."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from django_startup.profile.boots import Phase
from django_startup.text import format_duration

MOST, LEAST = 28, 8  # columns of the longest bar
GAP = 2
EIGHTHS = " ▏▎▍▌▋▊▉"
SHOWN_NS = 1_000_000  # waiting below this is not worth a word


class PhaseBars:
    """
    A line a phase: name, time, a bar that is solid for CPU and shaded for waiting, the memory that it added, and what
    of it was waiting. Where there is no room the bars get shorter, then what is on their right goes.
    """

    def __init__(self, phases: Sequence[Phase]) -> None:
        self.phases = phases

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(LEAST, options.max_width)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        before = [[phase.name, format_duration(phase.time_ns)] for phase in self.phases]
        after = [[memory(phase), waiting(phase)] for phase in self.phases]
        while after[:1] != [[]] and width(before) + width(after) + LEAST > options.max_width:
            after = [texts[:-1] for texts in after]
        longest = max(LEAST, min(MOST, options.max_width - width(before) - width(after)))
        rows = Table.grid(padding=(0, GAP, 0, 0))
        for justify in ("left", "right", "left", "right", "left")[: 3 + len(after[0]) if after else 3]:
            rows.add_column(justify=justify, no_wrap=True)  # type: ignore[arg-type]
        most_ns = max((phase.time_ns for phase in self.phases), default=0)
        for phase, left, right in zip(self.phases, before, after, strict=True):
            rows.add_row(*left, bar(phase, most_ns, longest, options.ascii_only), *right)
        yield rows


def memory(phase: Phase) -> str:
    return f"{(phase.rss_bytes or 0) / 2**20:+,.0f} MiB" if abs(phase.rss_bytes or 0) >= 2**20 else ""


def waiting(phase: Phase) -> str:
    return f"{format_duration(phase.waiting_ns)} waiting" if phase.waiting_ns >= SHOWN_NS else ""


def width(rows: Sequence[Sequence[str]]) -> int:
    """How wide columns of texts are, each with the gap beside it."""
    return sum(max(map(cell_len, texts)) + GAP for texts in zip(*rows, strict=True))


def bar(phase: Phase, most_ns: int, longest: int, ascii_only: bool) -> Text:
    """One bar, in the characters that the console can show; most_ns are longest columns."""
    scale = longest * 8 / most_ns if most_ns > 0 else 0.0
    whole = max(0, round(phase.time_ns * scale / 8))
    if ascii_only:
        solid = min(whole, max(0, round(phase.cpu_ns * scale / 8)))
        return Text("#" * solid + "." * (whole - solid))
    cells, rest = divmod(max(0, round(phase.cpu_ns * scale)), 8)
    text = Text("█" * cells + EIGHTHS[rest].strip(), style="cyan")
    return text.append("░" * (whole - len(text)), style="yellow")
