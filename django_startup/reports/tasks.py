"""What a Celery worker or beat loads: the modules with tasks, who asked for them, and what they bring in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from django_startup.profile.parts import Module
from django_startup.profile.profile import StartupProfile
from django_startup.reports.sections import FigureTable, Section, limited
from django_startup.text import format_duration, short_file

STARTED_BY = "celery.bin.celery"  # Celery's command line
WITHOUT_TIME = "-"


def is_of_celery(profile: StartupProfile) -> bool:
    """Whether Celery's command line was booted, and tasks were loaded."""
    return any(module.name == STARTED_BY for module in profile.modules) and bool(task_modules(profile))


def task_modules(profile: StartupProfile) -> dict[str, int]:
    """How many tasks each module has registered, Celery's own left out."""
    registrars = Counter(entry.registrar for entry in profile.registries.celery_tasks)
    return {name: count for name, count in registrars.items() if not is_celerys(name)}


def tasks_section(profile: StartupProfile, top: int) -> Section:
    """The modules with tasks, and the lines in them that bring most in; at most top rows each."""
    tasks = task_modules(profile)
    settings = {named.module: named.setting for named in profile.named}
    found = sorted((module for module in profile.modules if module.name in tasks), key=cost)
    rows: list[tuple[str, ...]] = [
        (*figures(module), f"{tasks[module.name]:,}", asked_for_by(module, settings)) for module in found
    ]
    parts: list[FigureTable | str] = [
        limited("TASK MODULES", ("saves", "cumulative", "tasks", "asked for by"), rows, top),
        "asked for by: the line with autodiscover_tasks() or the import, or the setting, that loads the module",
    ]
    dragged = brought_in(profile, {module.name for module in found})
    if dragged:
        parts.append(limited("BROUGHT IN BY THEM", ("saves", "cumulative", "by"), dragged, top))
    return Section("Task modules", (), tuple(parts))


def brought_in(profile: StartupProfile, tasks: set[str]) -> list[tuple[str, ...]]:
    """What the lines of task modules import that nothing imported before, the costliest first."""
    by_line: dict[tuple[str, int], list[Module]] = defaultdict(list)
    for module in profile.modules:
        if module.importer is not None and module.importer.module in tasks and module.name not in tasks:
            by_line[module.importer.file, module.importer.line].append(module)
    firsts = sorted((min(modules, key=cost) for modules in by_line.values()), key=cost)
    return [(*figures(module), asked_for_by(module, {})) for module in firsts]


def asked_for_by(module: Module, settings: Mapping[str, str]) -> str:
    """The line that imports a module, or the setting that names it for Celery to import."""
    importer = module.importer
    if importer is None:
        return ""
    if is_celerys(importer.module) and module.name in settings:
        return settings[module.name]
    return f"{short_file(importer.file)}:{importer.line}"


def is_celerys(module: str) -> bool:
    return module.partition(".")[0] == "celery"


def figures(module: Module) -> tuple[str, str, str]:
    """Name, saving and cumulative time."""
    times = (module.saving_ns, module.cumulative_ns)
    saving, cumulative = (format_duration(time) if time else WITHOUT_TIME for time in times)
    return module.name, saving, cumulative


def cost(module: Module) -> tuple[int, str]:
    """The costliest first."""
    return -module.cumulative_ns, module.name
