"""What stands at the top of an HTML report and can be read without a script: texts, ready to be shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from django_startup.compare.comparison import Comparison, Registration
from django_startup.profile.parts import Fix
from django_startup.profile.profile import StartupProfile
from django_startup.profile.trial import RefusedFix
from django_startup.reports.advice import advice_lines
from django_startup.reports.console.comparison import place, sentence
from django_startup.reports.console.tables import doors
from django_startup.reports.doors import also
from django_startup.reports.headline import Headline, proofs
from django_startup.reports.html.phases import BAR, PhaseBar, dashed, difference, phase_lines
from django_startup.reports.html.story_parts import (
    Changed,
    FixLine,
    FixText,
    Large,
    SectionPart,
    SectionText,
    Story,
    TitledLines,
)
from django_startup.reports.refused import refused_groups
from django_startup.reports.sections import FigureTable
from django_startup.reports.session import sections_with_session
from django_startup.reports.what_if import answers, details, measured, memory, modules
from django_startup.text import format_duration, printable, short_file

FEW = 3  # fixes, below which the largest packages are shown beside them
ROWS = 10  # of a table in a section
LARGEST = 6  # packages and changes on the first screen


def make_story(
    profile: StartupProfile, before: StartupProfile | None, comparison: Comparison | None, patch: str = ""
) -> Story:
    """
    The texts for a profile, and for what is different from the one before, if there is one. patch has the tried fixes.
    """
    most = max([boot.total.time_ns for boot in (before, profile) if boot] + [1])
    headline = Headline.from_profile(profile)
    lines = phase_lines(profile, before, most)
    bars = [PhaseBar("now" if before else "", headline.time, tuple(line for line in lines if float(line.width) > 0))]
    if before:
        old = phase_lines(before, None, most)
        bars.insert(0, PhaseBar("before", format_duration(before.total.time_ns), tuple(old)))
    first = headline.first_import
    doubts = comparison.circumstances if comparison else ()
    return Story(
        target=headline.what,
        surroundings=headline.surroundings,
        total=headline.time,
        before=format_duration(before.total.time_ns) if before else "",
        parts=headline.parts,
        facts=headline.facts,
        verdict=unbroken(sentence(comparison) if comparison else verdict(headline)),
        start=unbroken(verdict(headline)) if comparison else "",
        warnings=tuple(map(printable, (*doubts, *(note.text for note in headline.warnings)))),
        notes=tuple(printable(note.text) for note in headline.notes),
        owners=headline.importing,
        bars=tuple(bars),
        phases=tuple(lines),
        moving=unbroken(printable(headline.moving)),
        fixes=tuple(fix_texts(profile, headline)),
        patch=patch,
        refused=tuple(
            TitledLines(title, tuple(printable(refused_text(refused)) for refused in group))
            for title, group in refused_groups(profile.trial)
        ),
        what_if=tuple(without(profile)),
        sections=tuple(section_texts(profile)),
        advice=tuple(map(printable, advice_lines(profile.advice))),
        first_subject=printable(first.subject) if first else "",
        largest=tuple(largest(profile)) if len(profile.fixes) < FEW else (),
        compared=before is not None,
        changes=tuple(changed(comparison)) if comparison else (),
        registered=tuple(registered(comparison)) if comparison else (),
    )


def verdict(headline: Headline) -> str:
    """Where to begin, and what can be gained by all that there is to change."""
    first = headline.first_fix
    if first is None:
        return "No single change would save much." if headline.total.time_ns else ""
    more = f" and {len(first.doors) - 1} more" if len(first.doors) > 1 else ""
    where = f", {short_file(first.doors[0].file)}:{first.doors[0].line}{more}" if first.doors else ""
    begin = printable(f"Begin with {first.subject}{where}, which saves {format_duration(first.saving_ns)}.")
    if not headline.has_more_than_one:
        return begin
    gain = headline.gain
    known = ", measured" if headline.is_measured else ", estimated"
    if headline.gain_ns == headline.moving_ns:
        return f"{begin} Moving imports saves {gain} together{known}."
    part = f", {format_duration(headline.moving_ns)} of it by moving imports{known}" if headline.moving_ns else ""
    return f"{begin} All of this saves about {gain} together{part}."


def unbroken(text: str) -> str:
    """text with its figures kept on one line with their units."""
    return re.sub(r"(?<=\d) (?=(s|%)(?!\w))", "\N{NO-BREAK SPACE}", text)


def largest(profile: StartupProfile) -> Iterator[Large]:
    """The packages with the most time of their own."""
    for package in sorted(profile.packages, key=lambda package: -package.self_ns)[:LARGEST]:
        yield Large(
            name=printable(f"{package.name} {package.version}"),
            time=dashed(package.self_ns),
            saving=dashed(package.saving_ns or 0),
            door=printable(doors(package)),
        )


def fix_texts(profile: StartupProfile, headline: Headline) -> Iterator[FixText]:
    most = max([fix.saving_ns for fix in profile.fixes] + [1])
    for number, fix in enumerate(profile.fixes, 1):
        yield FixText(
            number=str(number),
            saving=format_duration(fix.saving_ns),
            share=headline.share(fix.saving_ns),
            width=f"{fix.saving_ns / most * BAR:.2f}",
            subject=printable(fix.subject),
            text=printable(fix.text),
            lines=tuple(
                FixLine(
                    printable(f"{short_file(door.file)}:{door.line}"),
                    *map(printable, (door.statement, door.reason + also(door))),
                )
                for door in fix.doors
            ),
            proof=printable(proof(fix, profile)),
        )


def proof(fix: Fix, profile: StartupProfile) -> str:
    """How far the project came with a fix made; "" for one that needs no trial."""
    if fix.tried:
        return f"Tried: {', '.join(proofs(profile))}."
    return "Estimated, not tried." if fix.kind == "defer" else ""


def refused_text(refused: RefusedFix) -> str:
    """The subject, its lines, and why it is no fix."""
    places = ", ".join(f"{short_file(door.file)}:{door.line}" for door in refused.fix.doors)
    return f"{refused.fix.subject} ({places}): {refused.reason}"


def without(profile: StartupProfile) -> Iterator[TitledLines]:
    """What a start would be like without something."""
    for answer in answers(profile.what_if):
        what = "All of these together" if answer is profile.what_if.together else f"Without {answer.name}"
        figures = filter(
            None,
            (
                measured(answer) and f"measured {measured(answer)}",
                modules(answer) and f"{modules(answer)} modules",
                memory(answer),
            ),
        )
        title = f"{what}: {', '.join([f'estimated {format_duration(answer.estimate_ns)}', *figures])}"
        yield TitledLines(unbroken(printable(title)), tuple(map(printable, details(answer, profile))))


def section_texts(profile: StartupProfile) -> Iterator[SectionText]:
    """What the profile holds beside the start itself, ready to be shown."""
    for section in sections_with_session(profile, ROWS):
        parts = [
            SectionPart(printable_table(part), "")
            if isinstance(part, FigureTable)
            else SectionPart(None, unbroken(printable(part)))
            for part in section.parts
        ]
        yield SectionText(section.title, tuple(map(printable, section.warnings)), tuple(parts))


def printable_table(table: FigureTable) -> FigureTable:
    return replace(table, rows=tuple(tuple(map(printable, row)) for row in table.rows))


def changed(comparison: Comparison) -> Iterator[Changed]:
    """The largest changes."""
    for change in comparison.changes[:LARGEST]:
        yield Changed(
            difference=difference(change.difference_ns),
            way="worse" if change.difference_ns > 0 else "better",
            name=printable(f"{change.kind} {change.title}"),
            place=printable(place(change)),
        )


def registered(comparison: Comparison) -> Iterator[TitledLines]:
    both: tuple[tuple[str, Sequence[Registration]], ...] = (
        ("No longer registered", comparison.lost),
        ("Newly registered", comparison.gained),
    )
    for title, entries in both:
        if entries:
            yield TitledLines(f"{title}: {len(entries):,}", tuple(map(registration, entries)))


def registration(entry: Registration) -> str:
    return printable(f"{entry.title}, {entry.module}")
