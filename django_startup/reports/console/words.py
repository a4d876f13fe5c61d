"""Text for a terminal in which no word, path or number is broken, however narrow the terminal is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, JustifyMethod, OverflowMethod
from rich.containers import Lines
from rich.measure import Measurement
from rich.text import Text

# A figure and what it is a figure of.
UNBROKEN = re.compile(r"\S*\d (?:s|ms|%|KiB|MiB|GiB|boots?|pairs|modules?|calls|times)(?!\w)\S*|\S+")
LEAST = 12  # columns that a word may be shortened to


class Words(Text):
    """
    Text that goes on in the next line between two words; a figure and its unit are one.

    A word that is longer than a line is shortened: a path from the left, anything else in its middle.
    """

    def wrap(
        self,
        console: Console,
        width: int,
        *,
        justify: JustifyMethod | None = None,
        overflow: OverflowMethod | None = None,
        tab_size: int = 8,
        no_wrap: bool | None = None,
    ) -> Lines:
        lines = Lines(part for line in self.split(allow_blank=True) for part in wrapped(line, width))
        lines.justify(console, width, justify=justify or "default", overflow="ignore")
        return lines

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(min(self.whole_width, LEAST), widest(self))

    @property
    def whole_width(self) -> int:
        """How many columns it takes for no word to be shortened."""
        return max(map(cell_len, UNBROKEN.findall(self.plain)), default=0)


def wrapped(text: Text, width: int) -> Iterator[Text]:
    """A line of text as lines of at most width columns."""
    line, end = Text(), 0
    for match in UNBROKEN.finditer(text.plain):
        word = text[match.start() : match.end()]
        gap = text[end : match.start()]
        end = match.end()
        if line and line.cell_len + gap.cell_len + word.cell_len > width:
            yield line
            line, gap = Text(), Text()
        if word.cell_len + gap.cell_len > width:
            word.plain = shortened(word.plain, max(1, width - gap.cell_len))
        line.append_text(gap).append_text(word)
    yield line


def widest(text: Text) -> int:
    return max(map(cell_len, text.plain.split("\n")))


def shortened(word: str, width: int) -> str:
    """A word in at most width columns: of a path the end, of anything else both ends."""
    if cell_len(word) <= width:
        return word
    directories, _, name = word.rpartition("/")
    if directories and cell_len(name) + 2 <= width:
        while cell_len(directories) + cell_len(name) + 3 > width:
            _, mark, directories = directories.partition("/")
            if not mark:
                return f"…/{name}"
        return f"…/{directories}/{name}"
    end = name
    while cell_len(end) > (width - 1 if directories else (width - 1) // 2):
        end = end[1:]
    begin = "" if directories else word[: len(word) - len(end)]
    while cell_len(begin) + cell_len(end) + 1 > width:
        begin = begin[:-1]
    return f"{begin}…{end}"
