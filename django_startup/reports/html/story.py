"""What stands at the top of an HTML report and can be read without a script: texts, ready to be shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from django_startup.compare.comparison import Comparison, Registration
from django_startup.profile.profile import StartupProfile
from django_startup.reports.console.comparison import place, sentence
from django_startup.reports.console.profile import ABOVE, by_owner, head, total
from django_startup.reports.console.tables import doors
from django_startup.reports.html.phases import BAR, PhaseBar, dashed, difference, phase_lines
from django_startup.reports.html.story_parts import Changed, FixLine, FixText, Large, Registered, Story
from django_startup.text import format_duration, printable, short_file

FEW = 3  # fixes, below which the largest packages are shown beside them
LARGEST = 6  # packages and changes on the first screen


def make_story(profile: StartupProfile, before: StartupProfile | None, comparison: Comparison | None) -> Story:
    """The texts for a profile, and for what is different from the one before, if there is one."""
    most = max([boot.total.time_ns for boot in (before, profile) if boot] + [1])
    target, _, surroundings = printable(head(profile).plain.strip()).partition(", ")
    time, parts, facts = total_lines(profile)
    lines = phase_lines(profile, before, most)
    bars = [PhaseBar("now" if before else "", time, tuple(line for line in lines if float(line.width) > 0))]
    if before:
        old = phase_lines(before, None, most)
        bars.insert(0, PhaseBar("before", format_duration(before.total.time_ns), tuple(old)))
    first = next((fix for fix in profile.fixes if fix.kind == "defer"), None)
    doubts = comparison.circumstances if comparison else ()
    return Story(
        target=target,
        surroundings=surroundings,
        total=time,
        before=format_duration(before.total.time_ns) if before else "",
        parts=parts,
        facts=facts,
        verdict=unbroken(sentence(comparison) if comparison else verdict(profile)),
        start=unbroken(verdict(profile)) if comparison else "",
        warnings=tuple(map(printable, (*doubts, *(note.text for note in profile.notes if note.id in ABOVE)))),
        notes=tuple(printable(note.text) for note in profile.notes if note.id not in ABOVE),
        owners=by_owner(profile).plain.strip(),
        bars=tuple(bars),
        phases=tuple(lines),
        fixes=tuple(fix_texts(profile)),
        first_subject=printable(first.subject) if first else "",
        largest=tuple(largest(profile)) if len(profile.fixes) < FEW else (),
        compared=before is not None,
        changes=tuple(changed(comparison)) if comparison else (),
        registered=tuple(registered(comparison)) if comparison else (),
    )


def total_lines(profile: StartupProfile) -> tuple[str, str, tuple[str, ...]]:
    """The total, what it is made of, and further facts."""
    first, facts = total(profile).plain.splitlines()
    time, _, parts = first.partition("   ")
    return time, parts, tuple(filter(None, facts.split(" · ")))


def verdict(profile: StartupProfile) -> str:
    """What can be gained by moving imports, and where to begin."""
    if not profile.fixes:
        return "No single change would save much." if profile.total.time_ns else ""
    first = profile.fixes[0]
    more = f" and {len(first.doors) - 1} more" if len(first.doors) > 1 else ""
    where = f", {short_file(first.doors[0].file)}:{first.doors[0].line}{more}" if first.doors else ""
    begin = printable(f"Begin with {first.subject}{where}, which saves {format_duration(first.saving_ns)}.")
    imports = [fix.saving_ns for fix in profile.fixes if fix.kind == "defer"]
    if not imports or profile.fixes == (first,):
        return begin
    return f"{begin} Moving imports saves {format_duration(sum(imports))}{share_of(sum(imports), profile)} together."


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


def share_of(nanoseconds: int, profile: StartupProfile) -> str:
    return f" ({nanoseconds / profile.total.time_ns * 100:.0f} %)" if profile.total.time_ns > 0 else ""


def fix_texts(profile: StartupProfile) -> Iterator[FixText]:
    most = max([fix.saving_ns for fix in profile.fixes] + [1])
    for number, fix in enumerate(profile.fixes, 1):
        yield FixText(
            number=str(number),
            saving=format_duration(fix.saving_ns),
            share=share_of(fix.saving_ns, profile).strip(" ()"),
            width=f"{fix.saving_ns / most * BAR:.2f}",
            subject=printable(fix.subject),
            text=printable(fix.text),
            lines=tuple(
                FixLine(
                    printable(f"{short_file(door.file)}:{door.line}"), *map(printable, (door.statement, door.reason))
                )
                for door in fix.doors
            ),
        )


def changed(comparison: Comparison) -> Iterator[Changed]:
    """The largest changes."""
    for change in comparison.changes[:LARGEST]:
        yield Changed(
            difference=difference(change.difference_ns),
            way="worse" if change.difference_ns > 0 else "better",
            name=printable(f"{change.kind} {change.title}"),
            place=printable(place(change)),
        )


def registered(comparison: Comparison) -> Iterator[Registered]:
    both: tuple[tuple[str, Sequence[Registration]], ...] = (
        ("No longer registered", comparison.lost),
        ("Newly registered", comparison.gained),
    )
    for title, entries in both:
        if entries:
            yield Registered(f"{title}: {len(entries):,}", tuple(map(registration, entries)))


def registration(entry: Registration) -> str:
    return printable(f"{entry.title}, {entry.module}")
