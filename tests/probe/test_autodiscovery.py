"""Where Celery's autodiscovery is written."""

from __future__ import annotations

import sys
from types import FrameType, ModuleType, SimpleNamespace
from typing import Any

import pytest

from django_startup.probe import importlib_bootstrap_frames as frames
from django_startup.probe.autodiscovery import Autodiscovery

# As Celery does it: asked for by one method, done by another when a worker starts.
CELERY = """\
class Celery:
    def __init__(self):
        self.waiting = []

    def autodiscover_tasks(self, packages=None, related_name="tasks", force=False):
        self.waiting.append((packages, related_name, force))

    def _autodiscover_tasks(self, packages, related_name, find):
        return find()
"""
PROJECT = """\
packages = ["billing"]
app.autodiscover_tasks()
app.autodiscover_tasks(packages,
    "jobs", force=True)
"""


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Any:
    """One whose tasks are looked for, as the module shop.celery says."""
    monkeypatch.setattr(frames, "ASKED_BY", [])
    module = ModuleType("celery.app.base")
    exec(CELERY, module.__dict__)
    discovery = Autodiscovery(frames)
    discovery.arrivals["celery.app.base"](module)
    app = module.__dict__["Celery"]()
    exec(compile(PROJECT, "shop/celery.py", "exec"), {"__name__": "shop.celery", "app": app})
    return app


def wants(app: Any, packages: object, related_name: str) -> tuple[object, ...]:
    """What the import of a module stands for that is found."""

    def find() -> FrameType:
        return sys._getframe(1)

    # The import system's own frame would be the first.
    return frames.place(frames.importing_frame(app._autodiscover_tasks(packages, related_name, find)))


def test_the_line_that_asked_for_it(app: Any) -> None:
    assert [row[1:] for row in app.waiting] == [("tasks", False), ("jobs", True)]
    assert wants(app, None, "tasks") == ("shop/celery.py", 2, "shop.celery")
    assert wants(app, app.waiting[1][0], "jobs") == ("shop/celery.py", 3, "shop.celery")


def test_nobody_has_asked_for_it(app: Any) -> None:
    assert wants(app, None, "jobs")[2] == __name__


def test_another_function(app: Any) -> None:
    frame = SimpleNamespace(f_code=SimpleNamespace(co_name="_autodiscover_tasks"), f_globals={"__name__": "shop"})
    assert frames.asked_by(frame) == ()  # type: ignore[arg-type]
