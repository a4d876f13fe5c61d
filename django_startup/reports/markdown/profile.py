"""A profile as one screen of Markdown for a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django_startup.profile.parts import Fix
from django_startup.profile.profile import StartupProfile
from django_startup.profile.trial import RefusedFix
from django_startup.reports.advice import advice_lines
from django_startup.reports.console.tables import shortened
from django_startup.reports.culprits import find_culprits
from django_startup.reports.doors import also
from django_startup.reports.headline import Headline
from django_startup.reports.markdown.sections import section_lines
from django_startup.reports.markdown.text import code, escape
from django_startup.reports.refused import refused_groups
from django_startup.reports.session import sections_with_session
from django_startup.reports.what_if import answers, lost_lines, measured, memory, modules, problem, sentences
from django_startup.text import format_duration, short_file

# At most, so that it is one screen whatever the project.
ROWS, FIXES, NOTES, DOORS = 8, 6, 4, 2


def render_markdown(profile: StartupProfile, *, top: int) -> str:
    """Verdict, phases, at most top culprits (ROWS where that is more), fixes, how sure all this is."""
    headline = Headline.from_profile(profile)
    return joined(
        [f"### {escape(headline.what)}: {savings(headline)}"],
        [f"> :warning: {escape(note.text)}" for note in headline.warnings],
        [" · ".join((headline.parts, *headline.facts))],
        phase_lines(profile),
        culprit_lines(profile, min(top, ROWS)),
        fix_lines(profile.fixes, FIXES, "**Fixes**, each with what it saves in addition to those above"),
        tried(headline),
        *(refused_lines(title, group) for title, group in refused_groups(profile.trial)),
        [f"- {escape(line)}" for line in advice_lines(profile.advice)],
        what_if_lines(profile),
        *(section_lines(section) for section in sections_with_session(profile, min(top, ROWS))),
        how_sure(profile, headline),
    )


def joined(*sections: Sequence[str] | Iterator[str]) -> str:
    """Sections with a line between each two, empty ones left out."""
    texts = ["\n".join(section) for section in sections]
    return "\n\n".join(text for text in texts if text) + "\n"


def savings(headline: Headline) -> str:
    """The total, and what of it the fixes would save."""
    share = headline.share(headline.moving_ns)
    if not headline.moving_ns or not share:
        return headline.time
    return f"{headline.time}, of which moving imports saves {format_duration(headline.moving_ns)} ({share})"


def phase_lines(profile: StartupProfile) -> Iterator[str]:
    if profile.phases:
        yield row("", *(escape(phase.name) for phase in profile.phases))
        yield f"|---|{'--:|' * len(profile.phases)}"
        yield row("time", *(format_duration(phase.time_ns) for phase in profile.phases))


def culprit_lines(profile: StartupProfile, most: int) -> Iterator[str]:
    """What costs most, with the line to look at."""
    culprits = find_culprits(profile)
    if not culprits:
        return
    yield row("culprit", "costs", "where")
    yield "|---|--:|---|"
    for culprit in culprits[:most]:
        what = f"{culprit.kind} {cell_code(shortened(culprit.name))} {escape(culprit.detail)}".rstrip()
        yield row(what, format_duration(culprit.time_ns), cell_code(short_file(culprit.place)))
    yield from more(len(culprits) - most)


def fix_lines(fixes: Sequence[Fix], most: int, title: str) -> Iterator[str]:
    """What to change, with the lines to edit."""
    if not fixes:
        return
    yield title
    yield ""
    for number, fix in enumerate(fixes[:most], 1):
        subject = escape(fix.subject) if fix.kind == "gc" else code(shortened(fix.subject))
        yield f"{number}. **{format_duration(fix.saving_ns)}** {subject}: {escape(fix.text)}{doors(fix)}"
    yield from more(len(fixes) - most)


def tried(headline: Headline) -> Iterator[str]:
    """What moving imports saves, and whether that was tried."""
    if headline.moving:
        yield f"{escape(headline.moving[:1].upper() + headline.moving[1:])}."


def refused_lines(title: str, group: Sequence[RefusedFix]) -> Iterator[str]:
    """What was worked out as a fix and turned out to be none."""
    yield f"**{title}**"
    yield ""
    for refused in group[:FIXES]:
        yield f"- {code(shortened(refused.fix.subject))}: {escape(refused.reason)}{doors(refused.fix)}"
    yield from more(len(group) - FIXES)


def what_if_lines(profile: StartupProfile) -> Iterator[str]:
    """What a start would be like without something."""
    if profile.what_if.alone:
        yield row("without", "estimate", "measured", "modules", "memory", "")
        yield "|---|--:|--:|--:|--:|---|"
    for answer in answers(profile.what_if):
        figures = format_duration(answer.estimate_ns), measured(answer), modules(answer), memory(answer)
        said = [problem(answer), *sentences(answer, profile), *lost_lines(answer, profile.what_if)]
        yield row(cell_code(answer.name), *figures, escape("; ".join(filter(None, said))))


def doors(fix: Fix) -> str:
    """The lines of a fix, after it, each with why it can be done."""
    texts = [
        f"{code(f'{short_file(door.file)}:{door.line}')} ({escape(door.reason + also(door))})"
        for door in fix.doors[:DOORS]
    ]
    if len(fix.doors) > DOORS:
        texts.append(f"{len(fix.doors) - DOORS} more")
    return f". {', '.join(texts)}" if texts else ""


def how_sure(profile: StartupProfile, headline: Headline) -> list[str]:
    """How far the boots differ, where they were measured, and what else a reader must know."""
    lines = [
        f"**How sure:** {boots(profile, headline)}; time is CPU time plus waiting: it leaves out what other processes "
        f"took, but on a busy machine CPU time itself grows. Savings are computed from the graph of all imports. "
        f"{where(profile)}"
    ]
    return [" ".join([*lines, *(escape(note.text) for note in headline.notes[:NOTES])])]


def boots(profile: StartupProfile, headline: Headline) -> str:
    """5 boots, from 0.691 s to 0.722 s"""
    times = [boot.time_ns for boot in profile.boots if boot.kind == "recorded"]
    if len(times) < 2:
        return f"{headline.boots} boot{'' if headline.boots == 1 else 's'}"
    return f"{headline.boots} boots, from {format_duration(min(times))} to {format_duration(max(times))}"


def where(profile: StartupProfile) -> str:
    """What it was measured with."""
    environment = profile.environment
    system = environment.platform.partition("-")[0]
    facts = f"Python {environment.python}, Django {environment.django}, {system}, {environment.cpus} processors."
    return escape(facts)


def cell_code(text: str) -> str:
    return code(text, in_table=True)


def row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def more(count: int) -> Iterator[str]:
    """A last line for what does not fit."""
    if count > 0:
        yield ""
        yield f"and {count:,} more"
