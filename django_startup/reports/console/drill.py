"""The answer to --drill, for a console: what takes the time, which lines do it, and pyinstrument's call tree."""

from __future__ import annotations

from collections.abc import Iterator

from pyinstrument.processors import group_library_frames_processor
from pyinstrument.renderers import ConsoleRenderer
from pyinstrument.renderers.base import ProcessorList
from pyinstrument.session import Session
from rich.console import Group
from rich.table import Table
from rich.text import Text

from django_startup.drill.drill import Drilled, title
from django_startup.drill.typical import Finding
from django_startup.reports.console.words import Words
from django_startup.reports.viewers.drill_session import drill_session
from django_startup.text import format_duration, printable, short_file

LEAST_SHARE = 0.01
LEAST_NS = 500_000  # what is shown as 0.001 s
THINNEST = 0.03  # share of the time that a branch of the tree has
SLOWER = 1.2  # from which the profiler has slowed the place down so much that it is worth a word


def render_drill(drilled: Drilled, *, top: int) -> Group:
    """What the place takes, the top things that take it, then the call tree."""
    parts: list[Text | Table] = [Words(printable(line)) for line in summary(drilled)]
    if drilled.pieces:
        tree = Tree(unicode=True, processor_options={"filter_threshold": THINNEST}).render(drill_session(drilled))
        parts += [Words(""), finding_table(drilled, top), Words(""), Text(printable_lines(tree).rstrip(), no_wrap=True)]
    return Group(*parts)


class Tree(ConsoleRenderer):
    """pyinstrument's call tree without its letterhead, and with the frames of libraries: one may be the cause."""

    def default_processors(self) -> ProcessorList:
        return [each for each in super().default_processors() if each is not group_library_frames_processor]

    def render_preamble(self, session: Session) -> str:
        return ""


def printable_lines(text: str) -> str:
    return "\n".join(printable(line) for line in text.split("\n"))


def summary(drilled: Drilled) -> Iterator[str]:
    place = drilled.place
    name = title(place)
    name = name[0].upper() + name[1:] if place.kind != "ready" else name
    file = f" ({short_file(place.file)})" if place.file else ""
    own = format_duration(place.own_ns)
    if drilled.is_too_fast:
        yield f"{name}{file} takes {own} of its own: too little to profile."
    else:
        yield f"{name}{file}: {own} of its own."
    for kind in drilled.also:
        yield f"There is also {'an' if kind == 'app' else 'a'} {kind} of that name: --drill {kind}:{place.name}"
    if drilled.hints:
        longer = ", ".join(f"{module} {format_duration(ns)}" for module, ns in drilled.hints)
        yield f"These take longer: {longer}. Use --drill with one of them."
    slow = [f"{module} {format_duration(ns)}" for module, ns in place.imported if ns >= LEAST_NS]
    if slow and not drilled.is_too_fast:
        number = len(place.imported)
        what = "a module" if number == 1 else f"{number} modules"
        yield f"It also imports {what}, left out here: {', '.join(slow[:3])}{', …' if number > 3 else ''}."
    if drilled.failures and place.kind != "package":
        times = f" in {len(drilled.failures)} of {drilled.runs} runs" if drilled.runs > 1 else ""
        yield f"It failed with {drilled.failures[-1]}{times}."
    elif drilled.runs > 1 and place.kind != "package":
        yield f"It ran {drilled.runs} times."
    if drilled.samples:
        yield f"Based on {drilled.samples:,} sample{'s' if drilled.samples > 1 else ''}."
    if drilled.sampled_ns > SLOWER * place.own_ns:
        yield (
            f"The profiler slowed it down to {format_duration(drilled.sampled_ns)}; the times here are scaled to what "
            "it takes without the profiler."
        )


def finding_table(drilled: Drilled, top: int) -> Table:
    """A row for each thing that takes a hundredth of the time or more, and one for the rest."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    least = max(LEAST_NS, LEAST_SHARE * drilled.place.own_ns)
    shown = [finding for finding in drilled.findings if finding.time_ns >= least][:top]
    for finding in shown:
        table.add_row(Words(format_duration(finding.time_ns), style="bold"), Words(printable(sentence(finding))))
    rest = sum(finding.time_ns for finding in drilled.findings) - sum(finding.time_ns for finding in shown)
    if rest >= LEAST_NS:
        table.add_row(format_duration(rest), "everything else")
    return table


def sentence(finding: Finding) -> str:
    """compile regular expressions (12 calls), feature_flags/base.py:14 and 3 more lines"""
    text = finding.text
    if finding.calls:
        text += f" ({finding.calls:,} call{'s' if finding.calls > 1 else ''})"
    if finding.lines:
        file, line = finding.lines[0]
        text += f", {short_file(file)}:{line}" if line else f", {short_file(file)}"
    more = len(finding.lines) - 1
    return f"{text} and {more} more line{'s' if more > 1 else ''}" if more > 0 else text
