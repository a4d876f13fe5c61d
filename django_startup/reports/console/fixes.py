"""What to change, at the end of the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from django_startup.profile.parts import Door, Fix
from django_startup.reports.console.tables import shortened
from django_startup.reports.doors import also
from django_startup.reports.headline import Headline
from django_startup.text import format_duration, printable, short_file

MOST_DOORS = 9  # lines of one fix


def fix_list(fixes: Sequence[Fix], headline: Headline) -> Group | None:
    """The fixes in order, each with its lines, and what the imports among them save together."""
    if not fixes:
        return None
    head = Text("FIXES", style="bold")
    if headline.moving_ns:
        head.append(f"  moving the imports saves {format_duration(headline.moving_ns)} together", "not bold")
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for number, fix in enumerate(fixes, 1):
        subject = shortened(fix.subject)
        table.add_row(str(number), format_duration(fix.saving_ns), Text(printable(f"{subject}: {fix.text}")))
        for line in lines(fix):
            table.add_row("", "", Text(printable(line), style="dim"))
    first = headline.first_import
    following = [Text(""), Text(printable(f"NEXT  --why {first.subject}"))] if first else []
    return Group(head, table, *following)


def lines(fix: Fix) -> Iterator[str]:
    """Where to edit, and why it can be done."""
    for door in fix.doors[:MOST_DOORS]:
        place = f"{short_file(door.file)}:{door.line}"
        yield f"{place}  {statement(door)}({door.reason}{also(door)})"
    if len(fix.doors) > MOST_DOORS:
        yield f"and {len(fix.doors) - MOST_DOORS:,} more lines: --why {fix.subject}"


def statement(door: Door) -> str:
    return f"{door.statement}  " if door.statement else ""
