"""Boots without something that go wrong, without a boot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from django_startup.imports.graph import Statement
from django_startup.lab import beside, what_if
from django_startup.lab.hypothesis import Hypothesis
from django_startup.lab.what_if import Experiments
from django_startup.measure.ending import Ending, Outcome
from django_startup.measure.observations import LoadedModule
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget, Entry, How
from tests.support.advice import advise
from tests.support.budgets import make_recording

FILES = {"shop.py": "import views\n", "views.py": "import heavy\ndef f():\n    return heavy\n", "heavy.py": ""}
MOVED = Hypothesis("heavy", "moved", frozenset({Statement("views", "views.py", 1, False)}))
APP = Hypothesis("app:billing", "left out", apps=frozenset({"billing"}))


@pytest.fixture
def experiments(tmp_path: Path) -> Experiments:
    target = BootTarget(Entry(How.SCRIPT, "manage.py", "manage.py"), directory=tmp_path)
    made = Experiments(target, advise(tmp_path, FILES, {}).profile, 1, lambda done, planned: None)
    made.entries["billing"] = "billing"
    return made


def boots(patch: pytest.MonkeyPatch, evidence: Recording, bare: Recording | None = None) -> list[int | None]:
    """Let boots record this; returns the processors that bare ones are told to run on."""
    processors: list[int | None] = []

    @contextmanager
    def booting(*arguments: object, processor: int | None, **options: object) -> Iterator[Callable[[], Recording]]:
        processors.append(processor)
        yield lambda: bare or make_recording()

    patch.setattr(what_if, "boot", lambda *arguments, **options: evidence)
    patch.setattr(beside, "booting", booting)
    patch.setattr(what_if, "shared_processor", lambda: 1)
    return processors


def test_a_line_that_is_gone(experiments: Experiments) -> None:
    gone = replace(MOVED, statements=frozenset({Statement("views", "views.py", 3, False)}))
    assert experiments.answer(gone).problem == "there is no import statement"


def test_a_file_that_cannot_be_compiled(monkeypatch: pytest.MonkeyPatch, experiments: Experiments) -> None:
    def boot(*arguments: Any, **options: Any) -> Recording:
        raise SyntaxError("too deep")

    monkeypatch.setattr(what_if, "boot", boot)
    assert experiments.answer(MOVED).problem == "a changed file could not be compiled (too deep)"


def test_changes_that_the_boot_does_not_see(monkeypatch: pytest.MonkeyPatch, experiments: Experiments) -> None:
    loaded = (LoadedModule("views", "", str((experiments.target.directory / "views.py").resolve())),)
    boots(monkeypatch, replace(make_recording(), modules=loaded))
    assert experiments.answer(MOVED).problem == "views.py is not loaded by an import"
    assert experiments.answer(APP).problem == "the app billing is installed all the same"


def test_a_measured_boot_that_dies(monkeypatch: pytest.MonkeyPatch, experiments: Experiments) -> None:
    boots(monkeypatch, make_recording(), make_recording().with_ending(Ending(Outcome.EXIT)))
    answer = experiments.answer(Hypothesis("gc", "no collections", collects=False))
    assert not answer.measured
    assert answer.problem.startswith("manage.py died after 0.100 s")


@pytest.mark.parametrize("known", [True, False])
def test_one_processor_only_where_waiting_can_be_told_there(
    monkeypatch: pytest.MonkeyPatch, experiments: Experiments, known: bool
) -> None:
    processors = boots(monkeypatch, make_recording(run_queue_known=known))
    answer = experiments.answer(Hypothesis("gc", "no collections", collects=False))
    assert (answer.measured, answer.memory_bytes) == (True, None)
    assert set(processors) == {1 if known else None}
