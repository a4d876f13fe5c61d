"""Which imports can be lazy, in words that all reports share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django_startup.profile.lazy import LazyImport, LazyImports, LazyKind, LazySet
from django_startup.profile.profile import StartupProfile
from django_startup.reports.headline import climbed
from django_startup.reports.headline import measured as with_error
from django_startup.reports.sections import FigureTable, Section, limited
from django_startup.text import format_duration, quantity, short_file

TITLES = {
    LazyKind.FORCED: ("FORCED", "loaded at start all the same, so it gains nothing to make them lazy"),
    LazyKind.NEEDED: ("MUST STAY", "with them lazy, the project is not the same"),
    LazyKind.UNKNOWN: ("NOT TRIED", ""),
}
PACKAGES_TOO = "LAZY IN PACKAGES TOO"
NAMED = 3  # losses in a sentence


def lazy_section(profile: StartupProfile, top: int) -> Section:
    """The imports that can be lazy, those that cannot with the reason, and the modules that need not be loaded."""
    lazy = profile.lazy
    found = by_saving(lazy)
    parts: list[FigureTable | str] = [f"LAZY: {summary(profile)}"]
    if found:
        rows: list[tuple[str, ...]] = [(each.statement, format_duration(each.saving_ns), place(each)) for each in found]
        parts.append(limited("LAZY", ("saves", "line"), rows, top))
    for kind, (title, text) in TITLES.items():
        others = lazy.of(kind)
        if others:
            parts += [f"{title}{': ' if text else ''}{text}", *limited_lines(map(sentence, others), top)]
    packages = everywhere(profile)
    parts += [*([f"{PACKAGES_TOO}: {packages}"] if packages else []), everything(lazy)]
    return Section("Lazy imports", (), tuple(parts))


def limited_lines(lines: Iterable[str], top: int) -> Iterator[str]:
    known = list(lines)
    yield from known[:top]
    if len(known) > top:
        yield f"and {len(known) - top:,} more"


def by_saving(lazy: LazyImports) -> list[LazyImport]:
    """Those that can be lazy, what saves most first."""
    return sorted(lazy.of(LazyKind.LAZY), key=lambda each: -each.saving_ns)


def summary(profile: StartupProfile) -> str:
    """How many imports of the project can be lazy, and what was proved of them."""
    lazy = profile.lazy
    count = len(lazy.of(LazyKind.LAZY))
    if not count:
        return "no import of your project gains anything by it"
    return f"{quantity(count, 'import')}: {proofs(profile, lazy)}"


def everywhere(profile: StartupProfile) -> str:
    """What was proved of the modules that need not be loaded whoever imports them; empty where that was not asked."""
    found = profile.lazy.everywhere
    if not found.names:
        return f"nothing: {found.reason}" if found.reason else ""
    return proofs(profile, found)


def proofs(profile: StartupProfile, found: LazyImports | LazySet) -> str:
    return ", ".join([*climbed(profile.target, found.rungs, "lazy"), "registers the same", saved(found)])


def saved(found: LazyImports | LazySet) -> str:
    gone = f"{quantity(found.modules, 'module')} fewer"
    if found.saving_ns > max(0, found.error_ns):
        return f"saves {with_error(found)}, measured; {gone}"
    return f"no time saved that this machine could tell; {gone}"


def everything(lazy: LazyImports) -> str:
    """With every import lazy, those of packages too: …"""
    start = "With every import lazy, those of packages too (-X lazy_imports=all), the project"
    if lazy.all_modules is None:
        return f"{start} does not boot: {'; '.join(lazy.all_losses)}."
    count = len(lazy.all_losses)
    named = ", ".join(lazy.all_losses[:NAMED])
    rest = f" and {count - NAMED:,} more" if count > NAMED else ""
    losses = f"and does not register {named}{rest} at start" if count else "and registers the same"
    return f"{start} loads {quantity(lazy.all_modules, 'module')} fewer {losses}."


def sentence(each: LazyImport) -> str:
    return f"{place(each)}  {each.statement}: {each.reason}"


def place(each: LazyImport) -> str:
    return f"{short_file(each.file)}:{each.line}"
