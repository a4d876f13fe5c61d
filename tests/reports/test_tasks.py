"""What is shown of the modules with tasks that a worker loads."""

from __future__ import annotations

from dataclasses import replace

from inline_snapshot import snapshot

from django_startup.measure.spans import ImportSite
from django_startup.profile.effects import Registries, RegistryEntry
from django_startup.profile.parts import Module, NamedInSettings
from django_startup.profile.profile import StartupProfile
from django_startup.reports.console.plain_text import as_text
from django_startup.reports.console.sections import section_group
from django_startup.reports.sections import make_sections
from django_startup.reports.tasks import tasks_section
from tests.support.profiles import MS, make_module, make_profile

DISCOVERED = ImportSite("shop.celery", "shop/celery.py", 6)
LOADER = ImportSite("celery.loaders.base", "/env/lib/python3.13/site-packages/celery/loaders/base.py", 88)


def loaded(name: str, importer: ImportSite | None, saving_ms: int, cumulative_ms: int) -> Module:
    module = make_module(name, cumulative_ms=cumulative_ms)
    return replace(module, importer=importer, saving_ns=saving_ms * MS or None)


def worker(*others: Module) -> StartupProfile:
    """A profile of a worker with three modules of tasks."""
    line = ImportSite("billing.tasks", "billing/tasks.py", 3)
    modules = (
        loaded("celery.bin.celery", None, 80, 90),
        loaded("celery.app.builtins", LOADER, 1, 1),
        loaded("billing.tasks", DISCOVERED, 410, 420),
        loaded("reports.jobs", LOADER, 0, 30),
        loaded("shop.cleanup", None, 1, 1),
        loaded("shop.imported", LOADER, 1, 1),
        loaded("stripe", line, 380, 400),
        loaded("stripe.api", line, 0, 3),
        loaded("shop.late", replace(line, line=4), 0, 0),
        *others,
    )
    tasks = (
        ("billing.tasks.charge", "billing.tasks"),
        ("billing.tasks.refund", "billing.tasks"),
        ("reports.jobs.monthly", "reports.jobs"),
        ("shop.cleanup.run", "shop.cleanup"),
        ("shop.imported.run", "shop.imported"),
        ("celery.chord", "celery.app.builtins"),
    )
    entries = tuple(RegistryEntry(name, "shop", module, module) for name, module in tasks)
    return replace(
        make_profile(),
        modules=modules,
        registries=Registries(celery_tasks=entries),
        named=(NamedInSettings("CELERY_IMPORTS", "reports.jobs", "reports.jobs"),),
    )


def text(profile: StartupProfile, top: int = 10) -> str:
    return as_text(section_group(tasks_section(profile, top)), 80)


def test_the_modules_with_tasks() -> None:
    assert text(worker()) == snapshot("""\
TASK MODULES     saves  cumulative  tasks               asked for by
billing.tasks  0.410 s     0.420 s      2           shop/celery.py:6
reports.jobs         -     0.030 s      1             CELERY_IMPORTS
shop.cleanup   0.001 s     0.001 s      1
shop.imported  0.001 s     0.001 s      1  celery/loaders/base.py:88

asked for by: the line with autodiscover_tasks() or the import, or the setting,
that loads the module

BROUGHT IN BY THEM    saves  cumulative                  by
stripe              0.380 s     0.400 s  billing/tasks.py:3
shop.late                 -           -  billing/tasks.py:4
""")


def test_the_costliest() -> None:
    assert text(worker(), 1) == snapshot("""\
TASK MODULES     saves  cumulative  tasks      asked for by
billing.tasks  0.410 s     0.420 s      2  shop/celery.py:6
and 3 more

asked for by: the line with autodiscover_tasks() or the import, or the setting,
that loads the module

BROUGHT IN BY THEM    saves  cumulative                  by
stripe              0.380 s     0.400 s  billing/tasks.py:3
and 1 more
""")


def test_tasks_that_bring_nothing_in() -> None:
    profile = worker()
    profile = replace(profile, modules=profile.modules[:6])
    assert len(tasks_section(profile, 10).parts) == 2


def test_only_where_celery_was_booted() -> None:
    profile = worker()
    assert [section.title for section in make_sections(profile, 10)] == ["Task modules"]
    assert not list(make_sections(replace(profile, modules=profile.modules[1:]), 10))
    assert not list(make_sections(replace(profile, registries=Registries()), 10))
