"""What differs between two profiles as one screen of Markdown for a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django_startup.compare.comparison import Comparison, Registration
from django_startup.profile.parts import Fix
from django_startup.profile.profile import StartupProfile
from django_startup.reports.console.comparison import (
    VERDICTS,
    before_and_now,
    cell,
    counts,
    place,
    registered,
    signed,
    sizes,
)
from django_startup.reports.console.tables import shortened
from django_startup.reports.headline import Headline
from django_startup.reports.markdown.profile import ROWS, cell_code, fix_lines, joined, more, row, where
from django_startup.reports.markdown.text import code, escape
from django_startup.text import format_duration

NEW_FIXES, REGISTERED = 3, 5  # at most


def render_comparison_markdown(comparison: Comparison, before: StartupProfile, after: StartupProfile, top: int) -> str:
    """The sentence, what makes it doubtful, what is no longer registered, phases, changes, how sure all this is."""
    return joined(
        [f"### {escape(Headline.from_profile(after).what)}: {change_headline(comparison)}"],
        [f"> {escape(' '.join(comparison.circumstances))}"] if comparison.circumstances else [],
        [counts(comparison)],
        registry_lines(":warning: No longer registered", comparison.lost),
        registry_lines("Newly registered", comparison.gained),
        phase_change_lines(comparison),
        change_lines(comparison, min(top, ROWS)),
        memory_lines(comparison),
        fix_lines(new_fixes(before, after), NEW_FIXES, "**Fixes** that are new"),
        comparison_how_sure(comparison, before, after),
    )


def new_fixes(before: StartupProfile, after: StartupProfile) -> list[Fix]:
    """The fixes of what was not worth one before."""
    known = {(fix.kind, fix.subject) for fix in before.fixes}
    return [fix for fix in after.fixes if (fix.kind, fix.subject) not in known]


def change_headline(comparison: Comparison) -> str:
    difference = signed(comparison.difference_ns)
    return f"{VERDICTS[comparison.verdict].lower()}, {before_and_now(comparison)} ({difference})"


def registry_lines(title: str, entries: Sequence[Registration]) -> Iterator[str]:
    if entries:
        shown = ", ".join(code(text) for text in registered(entries[:REGISTERED], REGISTERED))
        rest = f" and {len(entries) - REGISTERED:,} more" if len(entries) > REGISTERED else ""
        yield f"{title}: {shown}{rest}"


def phase_change_lines(comparison: Comparison) -> Iterator[str]:
    phases = comparison.phases
    if phases and comparison.verdict != "same":
        yield row("", *(escape(phase.name) for phase in phases))
        yield f"|---|{'--:|' * len(phases)}"
        yield row("before", *(cell(phase.before_ns) for phase in phases))
        yield row("now", *(cell(phase.after_ns) for phase in phases))


def change_lines(comparison: Comparison, most: int) -> Iterator[str]:
    if comparison.changes:
        yield row("", "what", "before", "now", "difference", "where")
        yield "|---|---|--:|--:|--:|---|"
        for change in comparison.changes[:most]:
            what = f"{escape(change.kind)} {cell_code(shortened(change.name))} {escape(change.detail)}".rstrip()
            times = cell(change.before_ns), cell(change.after_ns), signed(change.difference_ns)
            yield row(change.status, what, *times, cell_code(place(change)))
        yield from more(len(comparison.changes) - most)


def memory_lines(comparison: Comparison) -> Iterator[str]:
    packages = [change for change in comparison.memory if change.kind == "package"]
    texts = [f"{change.status} {code(change.name)} {sizes(change)[2]}" for change in packages[:REGISTERED]]
    if len(packages) > REGISTERED:
        texts.append(f"{len(packages) - REGISTERED} more")
    if texts:
        yield f"**Memory of packages:** {', '.join(texts)}"


def comparison_how_sure(comparison: Comparison, before: StartupProfile, after: StartupProfile) -> list[str]:
    boots = [Headline.from_profile(profile).boots for profile in (before, after)]
    return [
        f"**How sure:** {boots[0]} boots before and {boots[1]} now; differences up to "
        f"{format_duration(comparison.noise_ns)} are noise. What appeared, vanished or is no longer "
        "registered is exact. "
        f"{where(after)}"
    ]
