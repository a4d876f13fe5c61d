"""What to change, at the end of the report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table

from django_startup.profile.parts import MOVES, Advice, Door, Fix
from django_startup.profile.trial import RefusedFix, Trial
from django_startup.reports.advice import smaller_sentence
from django_startup.reports.console.tables import shortened
from django_startup.reports.console.words import Words
from django_startup.reports.doors import also
from django_startup.reports.headline import Headline, together
from django_startup.reports.refused import refused_groups
from django_startup.text import format_duration, printable, short_file

MOST_DOORS = 9  # lines of one fix
PASSES = "writes what passes your tests"
EXPLAINED = {
    "NEARLY": "one line keeps each of these at the top; estimates, on top of FIXES",
    "UPSTREAM": "lines in packages that may not be needed at start: report them there",
}


def fix_list(fixes: Sequence[Fix], advice: Advice, headline: Headline) -> Group | None:
    """The fixes in order, each with its lines; what is too small for a line; what is nearly one; why the rest stays."""
    parts: list[RenderableType] = []
    if fixes or advice.smaller:
        head = Words("FIXES", style="bold").append(f"  {headline.moving}".rstrip(), "not bold")
        smaller = [Words(printable(f"and {sentence}")) for sentence in [smaller_sentence(advice.smaller)] if sentence]
        parts += [head, numbered(fixes, headline.is_measured), *smaller]
        if headline.has_more_than_one:
            parts.append(Words(f"all of it together: about {headline.gain}"))
    elif advice.rest or advice.nearly:
        parts += [
            Words("FIXES", style="bold").append(
                "  none: no import that can move, nor code of your project, takes 1 %", "not bold"
            )
        ]
    for title, others in (("NEARLY", advice.nearly), ("UPSTREAM", advice.upstream)):
        if others:
            parts += [Words(""), Words(title, style="bold").append(f"  {EXPLAINED[title]}", "not bold"), listed(others)]
    if advice.rest:
        parts += [Words(""), *(Words(printable(sentence)) for sentence in advice.rest)]
    if headline.first_import:
        parts += [Words(""), next_steps(fixes, advice.smaller, headline.first_import)]
    return Group(*parts) if parts else None


def next_steps(fixes: Sequence[Fix], smaller: Sequence[Fix], first: Fix) -> Table:
    """What to type now: to see the imports that move, to have them written, to know more of the first of them."""
    moves = [(str(number), needs_more(fix)) for number, fix in enumerate(fixes, 1) if fix.kind == MOVES]
    rows = [(f"--why {printable(first.subject)}", "the lines through which it comes in")]
    if moves:  # what is smaller is not written by itself
        whole = [number for number, more in moves if not more]
        parts = [number for number, more in moves if more]
        if whole and any(fix.kind == MOVES and not needs_more(fix) for fix in smaller):
            whole.append("the smaller")
        patch = f"a patch of {together(whole)}" if whole else "a patch of what can move by itself"
        if parts:
            patch += f"; not of the lines of {together(parts)} with others to change as well"
        rows[:0] = [("--fix --diff", patch), ("--fix --test COMMAND", PASSES)]
    table = Table.grid(padding=(0, 2, 0, 0))
    for number, (option, what) in enumerate(rows):
        table.add_row("" if number else "NEXT", Words(option), Words(what))
    return table


def needs_more(fix: Fix) -> bool:
    """Whether other lines, those of tests mostly, have to change with it: --fix leaves these lines where they are."""
    return any(door.readers for door in fix.doors)


def numbered(fixes: Sequence[Fix], were_tried: bool) -> Table:
    """were_tried: the imports of these have been moved in a boot; what moves none has not been tried."""
    table = figures(2)
    for number, fix in enumerate(fixes, 1):
        mark = ", not tried" if were_tried and not fix.tried else ""
        table.add_row(str(number), format_duration(fix.saving_ns), sentence(fix, mark))
        for line in lines(fix):
            table.add_row("", "", Words(printable(line), style="dim"))
    return table


def listed(fixes: Sequence[Fix]) -> Table:
    table = figures(1)
    for fix in fixes:
        table.add_row(format_duration(fix.saving_ns), sentence(fix))
        for line in lines(fix):
            table.add_row("", Words(printable(line), style="dim"))
    return table


def figures(columns: int) -> Table:
    """A table of so many columns of figures, and one of text."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(columns):
        table.add_column(justify="right", no_wrap=True)
    table.add_column()
    return table


def sentence(fix: Fix, mark: str = "") -> Words:
    return Words(printable(f"{shortened(fix.subject)}{mark}: {fix.text}"))


def lines(fix: Fix) -> Iterator[str]:
    """Where to edit, and why it can be done."""
    for door in fix.doors[:MOST_DOORS]:
        place = f"{short_file(door.file)}:{door.line}"
        yield f"{place}  {statement(door)}({door.reason}{also(door)})"
    if len(fix.doors) > MOST_DOORS:
        yield f"and {len(fix.doors) - MOST_DOORS:,} more lines: --why {fix.subject}"


def statement(door: Door) -> str:
    return f"{door.statement}  " if door.statement else ""


def refused_list(trial: Trial) -> Group | None:
    """What was worked out as a fix and turned out to be none: places to look at."""
    parts: list[RenderableType] = []
    for title, refused_fixes in refused_groups(trial):
        parts += [Words(title.upper(), style="bold"), refused_table(refused_fixes)]
    return Group(*parts) if parts else None


def refused_table(refused_fixes: Iterable[RefusedFix]) -> Table:
    """Fixes that are not made, each with the reason and its lines."""
    table = figures(0)
    for refused in refused_fixes:
        table.add_row(Words(printable(f"{shortened(refused.fix.subject)}: {refused.reason}")))
        for line in lines(refused.fix):
            table.add_row(Words(printable(f"  {line}"), style="dim"))
    return table
