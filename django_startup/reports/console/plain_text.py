"""What is made for a console, as plain text."""

from __future__ import annotations

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table

from django_startup.reports.console.listing import Listing
from django_startup.reports.console.words import Words

FILE_WIDTH = 100


def as_text(report: RenderableType, width: int) -> str:
    """As a terminal of so many columns shows it, without colours."""
    console = Console(width=width, force_terminal=False, no_color=True, markup=False, highlight=False, emoji=False)
    with console.capture() as capture:
        console.print(Group(report))  # Text by itself would be printed as text of Rich's
    return "".join(f"{line.rstrip()}\n" for line in capture.get().rstrip().splitlines())


def as_file_text(report: RenderableType) -> str:
    """For a file: as wide as it takes for names and paths to be whole."""
    return as_text(report, max(FILE_WIDTH, whole_width(report)))


def whole_width(report: object) -> int:
    """How wide a terminal has to be for nothing to be shortened."""
    match report:
        case Group():
            return max(map(whole_width, report.renderables), default=0)
        case Padding():
            return whole_width(report.renderable) + report.left + report.right
        case Table():
            widths = [max(map(whole_width, column.cells), default=0) for column in report.columns]
            return sum(widths) + 2 * len(widths)
        case Listing() | Words():
            return report.whole_width
    return cell_len(report) if isinstance(report, str) else 0
