"""What is put aside of the time, the memory and the calls that observers take."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django_startup.probe.observer_costs import ObserverCosts
from tests.support.changes import FakeRecorder


def test_a_failure_of_ours_is_said_and_breaks_nothing() -> None:
    def watch() -> None:
        raise ValueError("odd")

    costs = ObserverCosts(FakeRecorder())
    guarded = costs.guarded(watch)
    guarded()
    guarded()
    assert costs.recorder.records == [("X", "changes", "ValueError: odd")]


def test_the_clocks_stand_while_changes_are_looked_for() -> None:
    now = [100]
    recorder = FakeRecorder()
    recorder.cpu = recorder.wall = lambda: now[0]
    costs = ObserverCosts(recorder)
    costs.start()
    cpu = recorder.cpu
    seen = []

    def look(inner: Callable[[], None] = lambda: None) -> None:
        now[0] += 30
        inner()
        seen.append(cpu())

    guarded = costs.guarded(look)
    now[0] += 5
    guarded(guarded)
    now[0] += 7
    with ThreadPoolExecutor() as pool:
        of_another_thread = pool.submit(cpu).result()
    assert (seen, cpu(), of_another_thread, costs.took_ns) == ([105, 105], 112, 172, 60)
