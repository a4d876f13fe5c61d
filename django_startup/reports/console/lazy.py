"""Which imports can be lazy, for a console."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType

from django_startup.profile.lazy import LazyImport, LazyImports, LazyKind
from django_startup.profile.profile import StartupProfile
from django_startup.reports.console.fixes import figures
from django_startup.reports.console.groups import heading, more, quantity, sentences
from django_startup.reports.console.words import Words
from django_startup.reports.headline import Headline, climbed
from django_startup.text import format_duration, printable, short_file

TITLES = {
    LazyKind.FORCED: ("FORCED", "loaded at start all the same, so it gains nothing to make them lazy"),
    LazyKind.NEEDED: ("MUST STAY", "with them lazy, the project is not the same"),
    LazyKind.UNKNOWN: ("NOT TRIED", ""),
}
NAMED = 3  # losses in a sentence


def render_lazy(profile: StartupProfile, *, top: int) -> Group:
    """What was booted, then the imports by what becomes of them, at most top of each kind."""
    lazy = profile.lazy
    parts: list[RenderableType] = [Words(f"{Headline.from_profile(profile).title}\n", style="bold")]
    found = sorted(lazy.of(LazyKind.LAZY), key=lambda each: -each.saving_ns)
    if found:
        proofs = ", ".join([*climbed(profile.target, lazy.rungs, "lazy"), "registers the same", saved(lazy)])
        parts += [heading("LAZY", f"{quantity(len(found), 'import')}: {proofs}"), table(found, top)]
    else:
        parts.append(heading("LAZY", "no import of your project gains anything by it"))
    for kind, (title, text) in TITLES.items():
        others = lazy.of(kind)
        if others:
            parts += ["", heading(title, text), *sentences(map(sentence, others), top)]
    parts += ["", Words(printable(everything(lazy)))]
    if found:
        parts += ["", Words("NEXT  --lazy --diff")]
    return Group(*parts)


def saved(lazy: LazyImports) -> str:
    gone = f"{quantity(lazy.modules, 'module')} fewer"
    if lazy.saving_ns > max(0, lazy.error_ns):
        error = format_duration(lazy.error_ns).removesuffix(" s")
        return f"saves {format_duration(lazy.saving_ns)} ± {error}, measured; {gone}"
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


def table(found: Sequence[LazyImport], top: int) -> RenderableType:
    rows = figures(1)
    for each in found[:top]:
        rows.add_row(format_duration(each.saving_ns), Words(printable(f"{place(each)}  {each.statement}")))
    if len(found) > top:
        rows.add_row("", Words(more(len(found) - top)))
    return rows


def sentence(each: LazyImport) -> str:
    return f"{place(each)}  {each.statement}: {each.reason}"


def place(each: LazyImport) -> str:
    return f"{short_file(each.file)}:{each.line}"
