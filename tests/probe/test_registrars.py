"""Who registers what."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django_startup.probe.registrars import Registrars


def test_a_registry_that_is_not_what_it_was() -> None:
    registrars = Registrars(SimpleNamespace(begin=None, end=None, emit=None))
    register = registrars.noting(lambda registry, name: name, lambda registry: registry.entries)
    assert register(object(), "on_save") == "on_save"
    assert registrars.by == {}


class Celery:
    """As Celery's app: tasks are made when it is first used."""

    def __init__(self) -> None:
        self._tasks: dict[str, object] = {}
        self.pending: list[Callable[[], object]] = []

    @property
    def tasks(self) -> dict[str, object]:
        while self.pending:
            self.pending.pop()()
        return self._tasks

    def _task_from_fun(self, function: Callable[..., object]) -> None:
        self._tasks[function.__name__] = function

    def task(self, function: Callable[..., object]) -> None:
        make = self._task_from_fun
        self.pending.append(lambda: make(function))

    def register_task(self, name: str) -> None:
        self.tasks[name] = name


def test_a_task_belongs_to_the_module_that_was_being_imported() -> None:
    """Not to the one whose function it is, nor to the one that first uses the app."""
    finalizers: list[Callable[[Celery], None]] = []
    state = SimpleNamespace(connect_on_app_finalize=finalizers.append)
    recorder: Any = SimpleNamespace(begin=lambda *span: 7, end=lambda *span: None, emit=None)
    registrars: Any = Registrars(recorder)
    registrars.wrap_celery_state(state)
    registrars.wrap_celery(SimpleNamespace(Celery=Celery))
    app = Celery()

    def charge() -> None: ...

    def refund() -> None: ...

    def connect(app: Celery) -> None:
        app._task_from_fun(refund)

    works: dict[str, Callable[[], object]] = {
        "billing.tasks": lambda: app.task(charge),
        "billing.shared": lambda: state.connect_on_app_finalize(connect),
        "billing.old": lambda: app.register_task("old"),
    }
    for module, work in works.items():
        span = recorder.begin("import", module)
        work()
        recorder.end(span)
    for finalize in finalizers:
        finalize(app)
    assert callable(Celery._task_from_fun)
    assert {name: registrars.by[id(app), name] for name in app._tasks} == {
        "charge": "billing.tasks",
        "refund": "billing.shared",
        "old": "billing.old",
    }


def test_who_takes_a_model_out_of_the_admin() -> None:
    class AdminSite:
        _registry: dict[str, object]

        def register(self, model: str) -> None: ...

        def unregister(self, model: str) -> None: ...

    records: list[tuple[str, ...]] = []
    recorder: Any = SimpleNamespace(begin=lambda *span: 7, end=lambda *span: None, emit=records.append)
    Registrars(recorder).wrap_admin(SimpleNamespace(AdminSite=AdminSite, __name__="django.contrib.admin.sites"))
    AdminSite().unregister("outside of all imports")
    recorder.begin("import", "billing.admin")
    AdminSite().unregister("Group")
    assert records == [("H", "billing.admin", "django.contrib.admin.sites", "what is registered with the admin")]
