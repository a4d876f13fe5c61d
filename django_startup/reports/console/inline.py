"""What the imports inside functions are good for, for a console."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from rich.console import Group, RenderableType

from django_startup.profile.inline import InlineImport, InlineImports, InlineKind
from django_startup.profile.profile import StartupProfile
from django_startup.reports.console.fixes import figures
from django_startup.reports.console.groups import heading, more, quantity, sentences
from django_startup.reports.console.tables import named
from django_startup.reports.console.words import Words
from django_startup.reports.headline import Headline, climbed
from django_startup.text import format_duration, printable, short_file

TITLES = {
    InlineKind.BROKEN: ("BROKEN", "fail when they are executed"),
    InlineKind.POINTLESS: ("POINTLESS", "what they import is loaded at start anyway"),
    InlineKind.FALSE_CYCLE: ("FALSE CYCLE", "the modules import each other, and yet it works at the top"),
    InlineKind.NEEDED: ("MUST STAY", "at the top, the project does not boot the same"),
    InlineKind.UNKNOWN: ("UNCLEAR", "no boot shows what they are good for"),
}


def render_inline(profile: StartupProfile, *, top: int) -> Group:
    """What was booted, then the imports inside functions by what they are good for, at most top of each kind."""
    headline = Headline.from_profile(profile)
    inline = profile.inline
    files = len({each.file for each in inline.imports})
    count = len(inline.imports)
    summary = "no import inside a function, in what the boot loads of your project"
    if count:
        summary = f"{quantity(count, 'import')} inside functions, in {quantity(files, 'file')} that the boot loads"
    parts: list[RenderableType] = [Words(f"{headline.title}\n", style="bold"), Words(summary)]
    earning = inline.of(InlineKind.EARNING)
    if earning:
        parts += ["", heading("EARNING", kept(inline)), earning_table(earning, top)]
    for kind, (title, text) in TITLES.items():
        found = inline.of(kind)
        if found:
            climbs = ", ".join(climbed(profile.target, inline.rungs)) if inline.rungs else ""
            is_hoisted = kind in (InlineKind.POINTLESS, InlineKind.FALSE_CYCLE)
            shown = f"{text}; hoisted: {climbs}, registers the same" if is_hoisted and climbs else text
            parts += ["", heading(title, shown), *sentences(map(sentence, found), top)]
    return Group(*parts)


def kept(inline: InlineImports) -> str:
    if inline.saving_ns > max(0, inline.error_ns):
        error = format_duration(inline.error_ns).removesuffix(" s")
        return f"{format_duration(inline.saving_ns)} ± {error} kept out of the start together, measured"
    return "what they import is not loaded at start; nothing measurable on this machine"


def earning_table(earning: Sequence[InlineImport], top: int) -> RenderableType:
    """What is kept out, what costs most first, each with the lines that do it."""
    groups: dict[str, list[InlineImport]] = defaultdict(list)
    for each in earning:
        groups[each.subject].append(each)
    order = sorted(groups.values(), key=lambda group: (-(group[0].saving_ns or 0), group[0].subject))
    table = figures(1)
    for group in order[:top]:
        first = group[0]
        is_known = first.saving_ns is not None
        text = f"{first.subject}: {quantity(first.modules, 'module')}" if is_known else f"{first.subject}: not measured"
        table.add_row(format_duration(first.saving_ns) if first.saving_ns is not None else "", named(text))
        for each in group[:top]:
            table.add_row("", Words(printable(f"{place(each)}  {each.statement}  in {each.function}"), style="dim"))
        if len(group) > top:
            table.add_row("", Words(more(len(group) - top), style="dim"))
    if len(order) > top:
        table.add_row("", Words(more(len(order) - top)))
    return table


def sentence(each: InlineImport) -> str:
    return f"{place(each)}  {each.statement}  in {each.function}: {each.reason}"


def place(each: InlineImport) -> str:
    return f"{short_file(each.file)}:{each.line}"
