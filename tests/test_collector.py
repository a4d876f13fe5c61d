"""Garbage collection is off while a project starts, and on again afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from django_startup.collector import OBJECTS, Postponed, postpone_collection, resume_collection

USUAL = (700, 10, 10)


class Cycle:
    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """The collector with known thresholds and no callbacks but its own; afterwards as it was."""
    thresholds, callbacks, is_on = gc.get_threshold(), gc.callbacks[:], gc.isenabled()
    gc.callbacks[:] = []
    gc.enable()
    gc.set_threshold(*USUAL)
    yield
    gc.callbacks[:] = callbacks
    gc.set_threshold(*thresholds)
    if is_on:
        gc.enable()
    gc.unfreeze()


def collections() -> int:
    return sum(generation["collections"] for generation in gc.get_stats())


def make_cycles(count: int) -> None:
    for _ in range(count):
        Cycle()


def test_nothing_is_collected_while_it_is_postponed() -> None:
    postpone_collection()
    before = collections()
    make_cycles(20_000)
    assert collections() == before
    assert gc.get_threshold()[0] == OBJECTS


def test_it_comes_back_without_a_call() -> None:
    postpone_collection(objects=3_000)
    before = collections()
    make_cycles(40_000)
    assert collections() - before > 10
    assert gc.get_threshold() == USUAL


def test_it_comes_back_by_a_call() -> None:
    frozen = gc.get_freeze_count()
    postpone_collection()
    resume_collection()
    before = collections()
    make_cycles(40_000)
    assert collections() - before > 10
    assert gc.get_threshold() == USUAL
    assert gc.get_freeze_count() > frozen
    assert not gc.callbacks


def test_a_call_after_it_came_back_changes_nothing() -> None:
    postpone_collection()
    gc.collect()
    gc.set_threshold(1_234, 5, 6)
    frozen = gc.get_freeze_count()
    resume_collection()
    resume_collection()
    assert gc.get_threshold()[0] == 1_234
    assert gc.get_freeze_count() == frozen
    assert not gc.callbacks


def test_twice_is_once() -> None:
    postpone_collection()
    postpone_collection()
    assert [type(callback) for callback in gc.callbacks] == [Postponed]
    gc.collect()
    assert gc.get_threshold() == USUAL


@pytest.mark.parametrize("off", [gc.disable, lambda: gc.set_threshold(0, 10, 10)], ids=["disabled", "no threshold"])
def test_a_collector_that_is_off_stays_off(off: object) -> None:
    assert callable(off)
    off()
    thresholds = gc.get_threshold()
    postpone_collection()
    assert gc.get_threshold() == thresholds
    assert not gc.callbacks
