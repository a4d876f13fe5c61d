"""What the imports inside functions are good for, in words that all reports share."""

from __future__ import annotations

from collections import defaultdict

from django_startup.profile.inline import InlineImport, InlineImports, InlineKind
from django_startup.profile.profile import StartupProfile
from django_startup.reports.headline import climbed
from django_startup.reports.headline import measured as with_error
from django_startup.reports.lazy_section import limited_lines
from django_startup.reports.sections import FigureTable, Section, limited
from django_startup.text import format_duration, quantity, short_file

EARNING = "EARNING"
TITLES = {
    InlineKind.BROKEN: ("BROKEN", "fail when they are executed"),
    InlineKind.POINTLESS: ("POINTLESS", "what they import is loaded at start anyway"),
    InlineKind.FALSE_CYCLE: ("FALSE CYCLE", "the modules import each other, and yet it works at the top"),
    InlineKind.NEEDED: ("MUST STAY", "at the top, the project does not boot the same"),
    InlineKind.UNKNOWN: ("UNCLEAR", "no boot shows what they are good for"),
}


def inline_section(profile: StartupProfile, top: int) -> Section:
    """The imports inside functions by what they are good for; at most top of each kind."""
    parts: list[FigureTable | str] = [summary(profile.inline)]
    groups = by_subject(profile.inline)
    if groups:
        rows: list[tuple[str, ...]] = [
            (subject(group[0]), duration(group[0]), ", ".join(map(place, group))) for group in groups
        ]
        parts += [f"{EARNING}: {kept(profile.inline)}", limited("KEPT OUT", ("saves", "by"), rows, top)]
    for kind, (title, _) in TITLES.items():
        found = profile.inline.of(kind)
        if found:
            parts += [f"{title}: {meaning(profile, kind)}", *limited_lines(map(sentence, found), top)]
    return Section("Imports inside functions", (), tuple(parts))


def summary(inline: InlineImports) -> str:
    """How many there are."""
    if not inline.imports:
        return "no import inside a function, in what the boot loads of your project"
    files = len({each.file for each in inline.imports})
    return (
        f"{quantity(len(inline.imports), 'import')} inside functions, in {quantity(files, 'file')} that the boot loads"
    )


def kept(inline: InlineImports) -> str:
    """What those keep out that are EARNING."""
    if inline.saving_ns > max(0, inline.error_ns):
        return f"{with_error(inline)} kept out of the start together, measured"
    return "what they import is not loaded at start; nothing measurable on this machine"


def by_subject(inline: InlineImports) -> list[list[InlineImport]]:
    """Those that are EARNING by what they keep out, what costs most first."""
    groups: dict[str, list[InlineImport]] = defaultdict(list)
    for each in inline.of(InlineKind.EARNING):
        groups[each.subject].append(each)
    return sorted(groups.values(), key=lambda group: (-(group[0].saving_ns or 0), group[0].subject))


def subject(each: InlineImport) -> str:
    """What is kept out: pandas: 412 modules."""
    if each.saving_ns is None:
        return f"{each.subject}: not measured"
    return f"{each.subject}: {quantity(each.modules, 'module')}"


def duration(each: InlineImport) -> str:
    return "" if each.saving_ns is None else format_duration(each.saving_ns)


def meaning(profile: StartupProfile, kind: InlineKind) -> str:
    """What those of a kind have in common, and what was proved of them."""
    text = TITLES[kind][1]
    rungs = profile.inline.rungs
    if kind not in (InlineKind.POINTLESS, InlineKind.FALSE_CYCLE) or not rungs:
        return text
    return f"{text}; hoisted: {', '.join(climbed(profile.target, rungs))}, registers the same"


def sentence(each: InlineImport) -> str:
    return f"{place(each)}  {each.statement}  in {each.function}: {each.reason}"


def place(each: InlineImport) -> str:
    return f"{short_file(each.file)}:{each.line}"
