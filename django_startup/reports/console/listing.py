"""Tables that fit the terminal: what is worth least goes first when it gets narrow."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from django_startup.reports.console.words import Words, widest

GAP = 2  # columns between two of the table's
LEAST_NAME, LEAST_PLACE = 16, 20  # columns; what is shorter has no more than it needs
INDENT = 2  # of a place under a name


class Column(NamedTuple):
    """
    A column of a listing.

    Attributes:
        title: Its heading.
        is_figure: It holds figures: on the right, never shortened, and left out where there is no room.
        is_place: It holds lines to look at: under the name where there is no room beside it.
        worth: Figures of less are left out first.
    """

    title: str
    is_figure: bool = False
    is_place: bool = False
    worth: int = 0

    @property
    def least(self) -> int:
        return LEAST_PLACE if self.is_place else LEAST_NAME


class Listing:
    """A table without lines. The names are in the last column that has neither figures nor places."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        self.rows: list[tuple[list[Text], str]] = []

    def add_row(self, *cells: str | Text, style: str = "") -> None:
        """Cells from the left; those that are missing are empty."""
        texts = [cell if isinstance(cell, Text) else Text(cell) for cell in cells]
        self.rows.append(([*texts, *(Text() for _ in self.columns[len(texts) :])], style))

    @property
    def needed(self) -> list[int]:
        """How wide each column is with nothing shortened."""
        cells = zip(*(row for row, _ in self.rows), strict=True) if self.rows else [()] * len(self.columns)
        return [
            max(len(column.title), *map(widest, texts), 0) for column, texts in zip(self.columns, cells, strict=True)
        ]

    @property
    def whole_width(self) -> int:
        return total(self.needed)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(min(self.whole_width, LEAST_NAME), self.whole_width)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        widths, stacked = fit(self.columns, self.needed, options.max_width)
        if not stacked:
            table = self.table(widths)
            for row, style in self.rows:
                table.add_row(*(row[number] for number in widths), style=style)
            yield table
            return
        before_name = [width for number, width in widths.items() if number < name_column(self.columns)]
        indent = sum(before_name) + GAP * len(before_name) + INDENT
        yield self.table(widths)
        for row, style in self.rows:
            table = self.table(widths, show_header=False)
            table.add_row(*(row[number] for number in widths), style=style)
            yield table
            for number in stacked:
                if row[number]:
                    yield Padding(row[number], (0, 0, 0, indent), style=style)

    def table(self, widths: Mapping[int, int], *, show_header: bool = True) -> Table:
        """A table without rows, whose columns are as wide as said."""
        table = Table(
            box=None,
            pad_edge=False,
            padding=(0, GAP, 0, 0),
            show_edge=False,
            header_style="bold",
            show_header=show_header,
        )
        for number, width in widths.items():
            column = self.columns[number]
            table.add_column(Words(column.title), justify="right" if column.is_figure else "left", width=width)
        return table


def fit(columns: Sequence[Column], needed: Sequence[int], width: int) -> tuple[dict[int, int], list[int]]:
    """The widths of the columns that fit beside each other, by their numbers, and those that stand under the name."""
    least = {
        number: need if column.is_figure else min(need, column.least)
        for number, (column, need) in enumerate(zip(columns, needed, strict=True))
    }
    stacked: list[int] = []
    for number in sorted(least, key=lambda number: (columns[number].is_figure, columns[number].worth, -number)):
        if total(least.values()) <= width:
            break
        if columns[number].is_figure:
            del least[number]
        elif columns[number].is_place:
            del least[number]
            stacked.append(number)
    left = width - total(least.values())
    name = name_column(columns)
    least[name] = max(1, least[name] + min(left, 0))
    short = sorted(least, key=lambda number: needed[number] - least[number])
    for others, number in zip(range(len(short), 0, -1), short, strict=True):
        more = max(0, min(needed[number] - least[number], left // others))
        least[number] += more
        left -= more
    return least, stacked


def name_column(columns: Sequence[Column]) -> int:
    return max(number for number, column in enumerate(columns) if not column.is_figure and not column.is_place)


def total(widths: Collection[int]) -> int:
    return sum(widths) + GAP * (len(widths) - 1)
