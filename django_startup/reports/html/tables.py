"""The tables of an HTML report. With a profile to compare with, times are shown before, now, and their difference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django_startup.compare.comparison import Comparison
from django_startup.profile.causes import find_causes
from django_startup.profile.parts import App, Module, Package
from django_startup.profile.profile import StartupProfile
from django_startup.reports.console.comparison import place
from django_startup.reports.console.sort import Sort
from django_startup.reports.console.tables import doors, site
from django_startup.reports.doors import also
from django_startup.reports.html.columns import Texts, column, compared, kibibytes, pair, table, times
from django_startup.text import short_file


def make_tables(
    profile: StartupProfile,
    before: StartupProfile | None,
    comparison: Comparison | None,
    sort: Sort | None,
    texts: Texts,
) -> list[dict[str, Any]]:
    """All tables that have rows, in the order in which they are shown."""
    tables = [
        *([change_table(comparison, texts)] if comparison else []),
        package_table(profile, before, sort, texts),
        app_table(profile, before, texts),
        module_table(profile, before, sort, texts),
        door_table(profile, texts),
        effect_table(profile, texts),
        check_table(profile, texts),
    ]
    return [rows for rows in tables if rows["columns"][0]["values"]]


def change_table(comparison: Comparison, texts: Texts) -> dict[str, Any]:
    rows = comparison.changes
    return table(
        "changes",
        "Changes",
        "What costs more or less than before, what is new and what is gone.",
        "difference",
        texts.column("kind", "kind", (change.kind for change in rows)),
        texts.column("name", "name", (change.title for change in rows)),
        times("before", "before", (change.before_ns for change in rows)),
        times("now", "now", (change.after_ns for change in rows)),
        column("difference", "difference", "difference", (round(change.difference_ns / 1000) for change in rows)),
        texts.column("place", "where", (place(change) for change in rows), kind="place"),
    )


def package_table(
    profile: StartupProfile, before: StartupProfile | None, sort: Sort | None, texts: Texts
) -> dict[str, Any]:
    rows: Sequence[Package] = profile.packages
    if before:
        pairs, rows = pair(before.packages, rows, lambda package: package.name)
        figures = [
            *compared("saving", "saves", pairs, lambda package: package.saving_ns),
            *compared("self", "self", pairs, lambda package: package.self_ns),
        ]
    else:
        figures = [
            times("saving", "saves", (package.saving_ns for package in rows)),
            times("self", "self", (package.self_ns for package in rows)),
            times("cumulative", "cumulative", (package.cumulative_ns for package in rows)),
        ]
    return table(
        "packages",
        "Packages",
        "Distributions from PyPI. saves: what the boot would lose if the project neither imported them nor named them "
        "in its settings. self: the time of their own modules. cumulative: also the time of what they imported first. "
        "door: a line of your project that brings the package in.",
        "self_difference" if before else str(sort or Sort.SAVING),
        texts.column("name", "package", (package.name for package in rows)),
        texts.column("version", "version", (package.version for package in rows)),
        *figures,
        column("modules", "modules", "count", (package.modules for package in rows)),
        column("memory", "memory", "memory", (kibibytes(package.rss_bytes) for package in rows)),
        texts.column("door", "door", (doors(package) for package in rows), kind="place"),
    )


def app_table(profile: StartupProfile, before: StartupProfile | None, texts: Texts) -> dict[str, Any]:
    rows: Sequence[App] = profile.apps
    if before:
        pairs, rows = pair(before.apps, rows, lambda app: app.label)
        figures = [
            *compared("saving", "saves", pairs, lambda app: app.saving_ns),
            *compared("time", "start", pairs, lambda app: app.time_ns),
            *compared("ready", "ready()", pairs, lambda app: app.ready_ns),
        ]
    else:
        figures = [
            times("saving", "saves", (app.saving_ns for app in rows)),
            times("time", "start", (app.time_ns for app in rows)),
            times("create", "create", (app.apps_ns for app in rows)),
            times("models", "models", (app.models_ns for app in rows)),
            times("ready", "ready()", (app.ready_ns for app in rows)),
            times("own", "(own)", (app.ready_own_ns for app in rows)),
            times("waiting", "waiting", (app.waiting_ns for app in rows)),
        ]
    return table(
        "apps",
        "Apps",
        "What Django does with each installed app. saves: what the boot would lose without it and all its modules. "
        "start: creating it, importing its models and running its ready() together. (own): ready() without the "
        "imports that it triggers.",
        "time_difference" if before else "time",
        texts.column("name", "app", (app.label for app in rows)),
        *figures,
        column("modules", "modules", "count", (app.modules for app in rows)),
    )


def module_table(
    profile: StartupProfile, before: StartupProfile | None, sort: Sort | None, texts: Texts
) -> dict[str, Any]:
    rows: Sequence[Module] = profile.modules
    if before:
        pairs, rows = pair(before.modules, rows, lambda module: module.name)
        figures = compared("self", "self", pairs, lambda module: module.self_ns)
    else:
        figures = [times("self", "self", (module.self_ns for module in rows))]
    return table(
        "modules",
        "Modules",
        "Every module that was imported. Click a name to see it in the waterfall.",
        "self_difference" if before else str(sort or Sort.SELF),
        texts.column("name", "module", (module.name for module in rows)),
        times("saving", "saves", (module.saving_ns for module in rows)),
        *figures,
        times("cumulative", "cumulative", (module.cumulative_ns for module in rows)),
        column("memory", "memory", "memory", (kibibytes(module.rss_bytes) for module in rows)),
        texts.column("kind", "kind", (module.owner.kind.value for module in rows)),
        texts.column("owner", "belongs to", (module.owner.name for module in rows)),
        texts.column("phase", "phase", (phase_of_module(module) for module in rows)),
        texts.column("importer", "imported by", (site(module).plain for module in rows), kind="place"),
        texts.column("file", "file", (short_file(module.file) for module in rows), kind="place"),
    )


def phase_of_module(module: Module) -> str:
    return module.phase if module.thread is None else f"thread {module.thread}"


def door_table(profile: StartupProfile, texts: Texts) -> dict[str, Any]:
    rows = [(package, door) for package in profile.packages for door in package.doors]
    return table(
        "doors",
        "Doors",
        "A door is a line of your project that brings in a package. can move: whether the import can move into the "
        "functions that use it. A package is gone when all its doors are closed.",
        "saving",
        texts.column("name", "package", (package.name for package, _ in rows)),
        times("saving", "saves", (package.saving_ns for package, _ in rows)),
        texts.column(
            "door",
            "line",
            (f"{short_file(door.file)}:{door.line}" if door.file else "INSTALLED_APPS" for _, door in rows),
            kind="place",
        ),
        texts.column("statement", "statement", (door.statement for _, door in rows), kind="place"),
        texts.column("deferrable", "can move", ("yes" if door.deferrable else "no" for _, door in rows)),
        texts.column("reason", "why", (door.reason + also(door) for _, door in rows), kind="prose"),
    )


def effect_table(profile: StartupProfile, texts: Texts) -> dict[str, Any]:
    rows = find_causes(profile.side_effects, of_a_kind=True)
    largest = [cause.largest for cause in rows]
    return table(
        "effects",
        "Side effects",
        "What the boot did besides importing: queries, connections, DNS, subprocesses, forks, threads, waiting.",
        "time",
        texts.column("kind", "kind", (effect.kind for effect in largest)),
        texts.column("name", "what", (effect.detail for effect in largest), kind="place"),
        column("count", "times", "count", (len(cause.effects) for cause in rows)),
        times("time", "time", (cause.time_ns for cause in rows)),
        texts.column("door", "line", (short_file(cause.place) for cause in rows), kind="place"),
        texts.column("function", "in", (effect.call for effect in largest), kind="place"),
        texts.column("phase", "phase", (effect.phase_or_app for effect in largest)),
    )


def check_table(profile: StartupProfile, texts: Texts) -> dict[str, Any]:
    rows = profile.checks
    return table(
        "checks",
        "System checks",
        "(own): without the imports that the check triggered.",
        "time",
        texts.column("name", "check", (check.name for check in rows), kind="place"),
        times("time", "time", (check.time_ns for check in rows)),
        times("own", "(own)", (check.own_ns for check in rows)),
    )
