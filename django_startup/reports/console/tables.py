"""The tables of the console report."""

from __future__ import annotations

from django_startup.profile.causes import find_causes
from django_startup.profile.parts import App, Module, Package
from django_startup.profile.profile import StartupProfile
from django_startup.reports.console.listing import Column, Listing
from django_startup.reports.console.sort import Sort
from django_startup.reports.console.words import Words
from django_startup.text import format_duration, printable, short_file

DOOR = "door: a line of your project that brings the package in"
DETAIL = 120  # characters of a statement or a command line


def empty_table(name: str, *figures: str, place: str | None = None) -> Listing:
    """A column of names, columns of figures of which the first is worth most, and perhaps one of places."""
    columns = [Column(title, is_figure=True, worth=-number) for number, title in enumerate(figures)]
    return Listing([Column(name), *columns, *([Column(place, is_place=True)] if place else [])])


def named(text: str) -> Words:
    """Text from the project, in a cell or by itself."""
    return Words(printable(text))


def figure(nanoseconds: int) -> str:
    """A cell with a duration; a dash for less than half a millisecond."""
    return format_duration(nanoseconds) if nanoseconds >= 500_000 else "-"


def shortened(text: str) -> str:
    """A statement or a command line, no longer than DETAIL characters; names are shorter."""
    return text if len(text) <= DETAIL else f"{text[: DETAIL - 1]}…"


def add_rest(table: Listing, count: int, *cells: str) -> None:
    """A last row for what does not fit."""
    if count:
        table.add_row(f"and {count:,} more", *cells, style="dim")


def package_table(profile: StartupProfile, top: int, sort: Sort | None) -> Listing | None:
    """Distributions: what they save, self and cumulative time, and the door they come in by."""
    rows = sorted(profile.packages, key=(sort or Sort.SAVING).of)
    if not rows:
        return None
    table = empty_table("PACKAGES", "saves", "self", "cumulative", place="door")
    for package in rows[:top]:
        times = saving(package), figure(package.self_ns), figure(package.cumulative_ns)
        table.add_row(named(f"{package.name} {package.version}"), *times, named(doors(package)))
    add_rest(table, len(rows[top:]), "", figure(sum(package.self_ns for package in rows[top:])))
    return table


def legend(profile: StartupProfile, top: int, sort: Sort | None) -> Words | None:
    """What a door is, where package_table() shows one."""
    rows = sorted(profile.packages, key=(sort or Sort.SAVING).of)[:top]
    return Words(DOOR, style="dim") if any(package.doors for package in rows) else None


def doors(package: Package) -> str:
    """The door that brought it in, and how many more there are; who needs it where closing them saves nothing."""
    if figure(package.saving_ns or 0) == "-" and package.needed_by:
        more = f" and {len(package.needed_by) - 2} more" if len(package.needed_by) > 2 else ""
        shared = "shared: also needed by" if package.doors else "needed by"
        return f"{shared} {', '.join(package.needed_by[:2])}{more}"
    if not package.doors:
        return ""
    first = package.doors[0]
    more = f" and {len(package.doors) - 1} more" if len(package.doors) > 1 else ""
    return f"{short_file(first.file)}:{first.line}{more}" if first.file else f"INSTALLED_APPS{more}"


def saving(row: Package | Module | App) -> str:
    """A cell with a saving: empty where it is not known."""
    return "" if row.saving_ns is None else figure(row.saving_ns)


def app_table(profile: StartupProfile, top: int) -> Listing | None:
    """Installed apps: the three things that Django does with each, and ready() without the imports that it triggers."""
    rows = sorted(profile.apps, key=lambda app: (-app_time(app), app.label))
    if not rows:
        return None
    table = empty_table("APPS", "saves", "create", "models", "ready", "(own)", "waiting")
    for app in rows[:top]:
        times = app.apps_ns, app.models_ns, app.ready_ns, app.ready_own_ns, app.waiting_ns
        table.add_row(named(app.label), saving(app), *map(figure, times))
    rest = rows[top:]
    sums = [sum(column) for column in zip(*[(app.apps_ns, app.models_ns, app.ready_ns) for app in rest], strict=True)]
    add_rest(table, len(rest), "", *map(figure, sums))
    return table


def app_time(app: App) -> int:
    return max(app.saving_ns or 0, app.time_ns)


def module_table(profile: StartupProfile, top: int, sort: Sort | None) -> Listing | None:
    """Modules with the line that imported them first."""
    rows = sorted((module for module in profile.modules if module.thread is None), key=(sort or Sort.SELF).of)
    if not rows:
        return None
    table = empty_table("MODULES", "saves", "self", "cumulative", place="imported by")
    for module in rows[:top]:
        times = saving(module), figure(module.self_ns), figure(module.cumulative_ns)
        table.add_row(named(module.name), *times, site(module))
    add_rest(table, len(rows[top:]), "", figure(sum(row.self_ns for row in rows[top:])))
    return table


def site(module: Module) -> Words:
    """Where a module is imported: by Django, because an app is installed, or on some line."""
    importer = module.importer
    if importer is None:
        return Words("")
    if importer.module == "django.apps.config" and module.app:
        return named(f"INSTALLED_APPS: {module.app}")
    place = f"{short_file(importer.file)}:{importer.line}"
    return named(f"{place}, lazy since line {module.declared.line}" if module.declared else place)


def side_effect_table(profile: StartupProfile, top: int) -> Listing | None:
    """What the boot did beside importing, what one line decided on together, with that line."""
    rows = find_causes(profile.side_effects, of_a_kind=True)
    if not rows:
        return None
    table = empty_table("SIDE EFFECTS", "time", place="where")
    for cause in rows[:top]:
        first = cause.largest
        times = f" ×{len(cause.effects)}" if len(cause.effects) > 1 else ""
        others = f" and {cause.others:,} other{'s' if cause.others > 1 else ''}" if cause.others else ""
        place = [f"{short_file(first.file)}:{first.line} {first.call}".rstrip()] if first.file else []
        what = named(f"{first.kind}{times}  {shortened(first.detail)}{others}")
        table.add_row(what, figure(cause.time_ns), named(", ".join([*place, first.phase_or_app])))
    rest = rows[top:]
    add_rest(table, len(rest), figure(sum(cause.time_ns for cause in rest)))
    return table


def check_table(profile: StartupProfile, top: int) -> Listing | None:
    """System checks, where the boot ran them."""
    if not profile.checks:
        return None
    table = empty_table("SYSTEM CHECKS", "time", "(own)")
    for check in profile.checks[:top]:
        table.add_row(named(check.name), figure(check.time_ns), figure(check.own_ns))
    rest = [(check.time_ns, check.own_ns) for check in profile.checks[top:]]
    add_rest(table, len(rest), *(figure(sum(times)) for times in zip(*rest, strict=True)))
    return table
