"""The tables of the console report. Names fold, they are never cut."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from rich.table import Table
from rich.text import Text

from django_startup.analysis.paths import short_file
from django_startup.analysis.profile import App, ImportSite, Module, Package, StartupProfile
from django_startup.durations import format_duration
from django_startup.printable import printable


class Sort(StrEnum):
    """What packages and modules are sorted by."""

    SELF = "self"
    CUMULATIVE = "cumulative"

    def of(self, row: Package | Module) -> tuple[int, str]:
        """The sort key: the longest first."""
        return -(row.self_ns if self is Sort.SELF else row.cumulative_ns), row.name


def empty_table(name: str, *figures: str, place: str | None = None) -> Table:
    """A column of names, columns of figures, and perhaps one of places."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False, header_style="bold")
    table.add_column(name, overflow="fold", ratio=1 if place else None)
    for figure in figures:
        table.add_column(figure, justify="right", no_wrap=True)
    if place:
        table.add_column(place, overflow="fold", ratio=1)
        table.expand = True
    return table


def named(text: str) -> Text:
    """A cell with a name from the project."""
    return Text(printable(text))


def figure(nanoseconds: int) -> str:
    """A cell with a duration; a dash for less than half a millisecond."""
    return format_duration(nanoseconds) if nanoseconds >= 500_000 else "-"


def add_rest(table: Table, count: int, *cells: str) -> None:
    """A last row for what does not fit."""
    if count:
        table.add_row(f"and {count:,} more", *cells, style="dim")


def package_table(profile: StartupProfile, top: int, sort: Sort) -> Table | None:
    """Distributions: self and cumulative time, modules."""
    rows = sorted(profile.packages, key=sort.of)
    if not rows:
        return None
    table = empty_table("PACKAGES", "self", "cumulative", "modules")
    for package in rows[:top]:
        times = figure(package.self_ns), figure(package.cumulative_ns)
        table.add_row(named(f"{package.name} {package.version}"), *times, f"{package.modules:,}")
    rest = rows[top:]
    modules = f"{sum(package.modules for package in rest):,}"
    add_rest(table, len(rest), figure(sum(package.self_ns for package in rest)), "", modules)
    return table


def app_table(profile: StartupProfile, top: int) -> Table | None:
    """Installed apps: the three things that Django does with each, and ready() without the imports that it triggers."""
    rows = sorted(profile.apps, key=lambda app: (-app_time(app), app.label))
    if not rows:
        return None
    table = empty_table("APPS", "create", "models", "ready", "(own)", "waiting")
    for app in rows[:top]:
        times = app.apps_ns, app.models_ns, app.ready_ns, app.ready_own_ns, app.waiting_ns
        table.add_row(named(app.label), *map(figure, times))
    rest = rows[top:]
    sums = [sum(column) for column in zip(*[(app.apps_ns, app.models_ns, app.ready_ns) for app in rest], strict=True)]
    add_rest(table, len(rest), *map(figure, sums))
    return table


def app_time(app: App) -> int:
    return app.apps_ns + app.models_ns + app.ready_ns


def module_table(profile: StartupProfile, top: int, sort: Sort) -> Table | None:
    """Modules with the line that imported them first."""
    rows = sorted((module for module in profile.modules if module.thread is None), key=sort.of)
    if not rows:
        return None
    table = empty_table("MODULES", "self", "cumulative", place="imported by")
    for module in rows[:top]:
        times = figure(module.self_ns), figure(module.cumulative_ns)
        table.add_row(named(module.name), *times, site(module.importer))
    add_rest(table, len(rows[top:]), figure(total(rows[top:])))
    return table


def total(rows: Iterable[Module]) -> int:
    return sum(row.self_ns for row in rows)


def site(importer: ImportSite | None) -> Text:
    return Text(printable(f"{short_file(importer.file)}:{importer.line}") if importer else "")


def check_table(profile: StartupProfile, top: int) -> Table | None:
    """System checks, where the boot ran them."""
    if not profile.checks:
        return None
    table = empty_table("SYSTEM CHECKS", "time", "(own)")
    for check in profile.checks[:top]:
        table.add_row(named(check.name), figure(check.time_ns), figure(check.own_ns))
    rest = [(check.time_ns, check.own_ns) for check in profile.checks[top:]]
    add_rest(table, len(rest), *(figure(sum(times)) for times in zip(*rest, strict=True)))
    return table
