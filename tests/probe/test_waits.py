"""Waiting, by a clock that the tests wind."""

from __future__ import annotations

import functools
import os
import pickle
import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from django_startup.measure.redaction import make_redaction
from django_startup.probe import side_effects
from django_startup.probe.side_effects import SideEffects
from django_startup.probe.waits import LEAST_NS, Waits


class Clock:
    """Runs when it is wound."""

    def __init__(self) -> None:
        self.ns = 0
        self.records: list[Any] = []
        self.main = threading.get_ident()
        self.effects = SideEffects(self, str(Path(side_effects.__file__).parent), make_redaction())  # type: ignore[arg-type]
        self.waits = Waits(self.effects, side_effects.standing_in)
        self.waits.elapsed_ns = lambda: self.ns  # type: ignore[method-assign]

    def emit(self, record: Any) -> None:
        self.records.append(record)

    def wait(self, ns: int) -> int:
        self.ns += ns
        return ns

    def blocking(self, describe: Callable[..., str] = lambda ns: f"for {ns}") -> Callable[..., Any]:
        return self.waits.blocking(self.wait, describe)

    @property
    def found(self) -> list[Any]:
        return [tuple(record[3:7]) for record in self.records]


def test_a_long_wait_is_noted() -> None:
    clock = Clock()
    wait = clock.blocking()
    assert (wait(LEAST_NS - 1), wait(LEAST_NS), wait(ns=LEAST_NS + 1)) == (LEAST_NS - 1, LEAST_NS, LEAST_NS + 1)
    assert clock.found[0] == ("wait", f"for {LEAST_NS}", "", LEAST_NS)
    assert [ns for *_, ns in clock.found] == [LEAST_NS, LEAST_NS + 1]


def test_a_system_without_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    waitpid = os.waitpid
    monkeypatch.setattr(time, "sleep", time.sleep)
    monkeypatch.setattr(os, "waitpid", waitpid)
    monkeypatch.delattr(os, "wait")
    Clock().waits.start()
    assert not hasattr(os, "wait")
    assert os.waitpid is not waitpid


def test_what_is_timed_as_a_whole_is_not_noted_again() -> None:
    clock = Clock()
    clock.effects.timed("sql", clock.blocking(), lambda ns: ("SELECT", ""))(LEAST_NS)
    assert [kind for kind, *_ in clock.found] == ["sql"]


def test_only_the_main_thread_holds_the_boot_up() -> None:
    clock = Clock()
    thread = threading.Thread(target=clock.blocking(), args=(LEAST_NS,))
    thread.start()
    thread.join()
    assert (clock.ns, clock.found) == (LEAST_NS, [])


def test_the_function_of_the_standard_library_that_waits() -> None:
    clock = Clock()
    wait = clock.waits.blocking(clock.wait)

    class Patient(queue.Queue[int]):
        _qsize = staticmethod(functools.partial(wait, LEAST_NS))

    assert Patient().qsize() == LEAST_NS
    wait(LEAST_NS)
    assert [detail for _, detail, *_ in clock.found] == ["queue.Queue.qsize()", f"{__name__}.Clock.wait()"]


def test_a_wait_that_cannot_be_described() -> None:
    clock = Clock()
    clock.blocking(lambda ns: str(1 // 0))(LEAST_NS)
    assert [kind for kind, *_ in clock.found] == ["wait"]


def test_what_stands_in_for_a_function_is_pickled_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", Clock().waits.blocking(time.sleep, str))
    assert pickle.loads(pickle.dumps(time.sleep)) is time.sleep


def test_whose_select_is_wrapped() -> None:
    class Abstract:
        def select(self) -> int:
            return 1

    Abstract.select.__isabstractmethod__ = True  # type: ignore[attr-defined]

    class Real(Abstract):
        def select(self) -> int:
            return 2

    class Heir(Real): ...

    before = Abstract.select
    module = SimpleNamespace(Abstract=Abstract, Real=Real, Heir=Heir, EVENT_READ=1)
    Clock().waits.wrap_selectors(module)
    assert Abstract.select is before
    assert "select" not in vars(Heir)
    assert (Real().select(), Real.select.__name__) == (2, "select")


def test_processes_that_something_timed_as_a_whole_starts() -> None:
    class Popen:
        def __init__(self, command: str) -> None:
            self.command = command

        def wait(self) -> str:
            return self.command

        communicate = wait

    clock = Clock()
    clock.effects.wrap_subprocess(SimpleNamespace(Popen=Popen))
    whole = clock.effects.timed("sql", lambda: Popen("inside"), lambda: ("SELECT", ""))
    inside, outside = whole(), Popen("outside")
    assert (inside.wait(), outside.wait(), outside.communicate()) == ("inside", "outside", "outside")
    waited = clock.effects.timed("sql", outside.wait, lambda: ("SELECT", ""))
    assert waited() == "outside"
    assert [record[0] for record in clock.records] == ["S", "S", "W", "W", "S"]
    assert [record[4] for record in clock.records if record[0] == "S"] == ["SELECT", "outside", "SELECT"]


@pytest.mark.parametrize(("given", "shown"), [("mail", "mail"), ("https://user:secret@host", "https://***@host")])
def test_a_thread_is_named_without_secrets(given: str, shown: str) -> None:
    clock = Clock()

    class Thread:
        name = given

        def join(self) -> None:
            clock.wait(LEAST_NS)

    module = SimpleNamespace(Thread=Thread, Condition=SimpleNamespace(wait=clock.wait))
    clock.waits.wrap_threading(module)
    Thread().join()
    assert [detail for _, detail, *_ in clock.found] == [f"the thread {shown}"]
