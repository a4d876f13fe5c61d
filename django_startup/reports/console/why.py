"""The answer to --why, for a console."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.table import Table

from django_startup.imports.why import MOST_LISTED, NotImported, WayIn, Why
from django_startup.profile.parts import Door
from django_startup.profile.reasons import Reason
from django_startup.reports.console.words import Words
from django_startup.reports.doors import also
from django_startup.text import format_duration, printable, short_file


def render_why(answer: Why | NotImported) -> Group:
    """The answer as lines: what it is and what closing its doors saves, then each door, then the fewest to close."""
    if isinstance(answer, NotImported):
        return Group(line(not_imported(answer)))
    parts: list[RenderableType] = [line(text) for text in summary(answer)]
    for number, way in enumerate(answer.ways, 1):
        parts += [line(""), numbered(number, way)]
    if answer.more:
        parts += [line(""), line(f"and {answer.more:,} more: --all")]
    parts += [line(""), *(line(text) for text in conclusion(answer))]
    return Group(*parts)


def numbered(number: int, way: WayIn) -> Table:
    """A door: its line, the verdict and the chain to it, all beside its number."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_row(
        Words(str(number), style="bold"),
        Words.assemble(
            (printable(f"{place(way.door)}  {way.door.statement}".rstrip()), "bold"),
            f"\n{printable(way.door.reason + advice(way.door) + also(way.door))}\n",
            (printable(" > ".join((way.phase, *way.chain))), "dim"),
        ),
    )
    return grid


def line(text: str) -> Words:
    return Words(printable(text))


def not_imported(answer: NotImported) -> str:
    if answer.tried:
        return f"{answer.name!r} was not imported in this boot. Importing it failed: see {answer.tried}."
    similar = f" Did you mean {' or '.join(answer.similar)}?" if answer.similar else ""
    return f"No package, app or module named {answer.name!r} was imported in this boot.{similar}"


def summary(answer: Why) -> Iterator[str]:
    what = {"package": "", "app": "The app ", "module": "The module "}[answer.kind]
    modules = f"{answer.modules:,} module{'s' if answer.modules != 1 else ''}"
    memory = f", {answer.rss_bytes / 2**20:.0f} MiB" if answer.rss_bytes and answer.rss_bytes >= 2**20 else ""
    name = f"{what}{answer.name} {answer.version}".rstrip()
    yield f"{name}: {modules}, {format_duration(answer.self_ns)} of its own{memory}."
    for kind in answer.also:
        yield f"There is also {'an' if kind == 'app' else 'a'} {kind} of that name: --why {kind}:{answer.name}"
    if answer.is_own:
        count, saving = answer.doors, format_duration(answer.saving_ns)
        if count == 1:
            yield f"One line of your project (a door) brings it in. Closing it saves {saving}."
        else:
            both = "both" if count == 2 else "all"
            yield f"{count} lines of your project (doors) bring it in. Closing {both} saves {saving}."
    elif answer.before_project:
        place = f", {answer.loaded_by}" if answer.loaded_by else ""
        yield f"It was loaded before the project: by site, a .pth file or sitecustomize{place}."
    else:
        yield "No line of your project brings it in."
    if answer.needed_by:
        yield f"It is {'also ' if answer.is_own else ''}needed by {', '.join(answer.needed_by)}."


def place(door: Door) -> str:
    return f"{short_file(door.file)}:{door.line}" if door.file else f"INSTALLED_APPS of {door.module}"


def advice(door: Door) -> str:
    if door.kind is Reason.USED_IN_LAMBDA:
        return ": make the import lazy (Python 3.15), or the lambda a function"
    if not door.deferrable or door.kind is Reason.USED_IN_ANNOTATIONS:
        return ""
    return ": move it there, or make it lazy (Python 3.15)"


def where(doors: Iterable[Door]) -> str:
    """most of them in config/urls.py"""
    ((file, most), *others) = Counter(short_file(door.file) for door in doors).most_common()
    rest = sum(count for _, count in others)
    if not rest:
        return f"all in {file}"
    return f"most of them in {file}" if most > rest else f"in {len(others) + 1} files"


def conclusion(answer: Why) -> Iterator[str]:
    """The fewest lines that keep it out."""
    if answer.cycle:
        more = f" and {len(answer.cycle) - MOST_LISTED:,} more" if len(answer.cycle) > MOST_LISTED else ""
        names = ", ".join(answer.cycle[:MOST_LISTED])
        yield f"These modules import each other: {names}{more}."
    if any(way.door.kind is Reason.INSTALLED_APP for way in answer.ways):
        yield "It is imported as long as it is in INSTALLED_APPS."
    elif any(way.door.kind is Reason.NAMED_IN_SETTINGS for way in answer.ways):
        yield "It is imported as long as a setting names it."
    elif answer.before_project and not answer.is_own:
        return
    elif not answer.fewest:
        what = "Closing doors does not keep it out" if answer.is_own else "Your project cannot keep it out"
        yield f"{what}: Django, a setting or another package brings it in."
    elif answer.takes_apart:
        yield (
            f"Keeping it out would take the project apart: {answer.taken_along:,} of its {answer.others:,} other "
            f"modules go with the {len(answer.fewest):,} lines that would have to be closed, {where(answer.fewest)}."
        )
    else:
        most = len(answer.fewest) if answer.every else MOST_LISTED
        lines = ", ".join(place(door) for door in answer.fewest[:most])
        if len(answer.fewest) > most:
            lines += f" and {len(answer.fewest) - most:,} more (--all)"
        saving = format_duration(answer.fewest_saving_ns)
        one = len(answer.fewest) == 1
        if all(door.deferrable for door in answer.fewest) and answer.loss:
            verdict = f"they can move, but not all of them: {answer.loss}"
        elif all(door.deferrable for door in answer.fewest):
            verdict = "it can move" if one else "they can all move"
        else:
            verdict = "it cannot move as it is" if one else "not all of them can move as they are"
        yield f"To keep it out, close at least {lines} (saves {saving}); {verdict}."
