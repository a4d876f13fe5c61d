"""What is changed in the process itself."""

from __future__ import annotations

import gc
import logging
import os
import sys
from importlib import import_module
from types import SimpleNamespace

import pytest

from django_startup.probe import attributes
from django_startup.probe.process_state import ProcessState, working_directory


def test_calls_that_change_the_process() -> None:
    process = ProcessState(import_module, attributes)
    noted: list[str] = []
    modules = {
        "random": SimpleNamespace(seed=lambda *seed: seed),
        "mimetypes": SimpleNamespace(init=lambda files=None: files),
        "resource": SimpleNamespace(),
    }
    for module, wrap in process.wraps(noted.append):
        if module in modules:
            wrap(modules[module])
    assert modules["random"].seed(3) == (3,)
    modules["mimetypes"].init()
    assert noted == ["the seed of random"]
    modules["mimetypes"].init(files=["mime.types"])
    assert noted == ["the seed of random", "mimetypes.types_map"]
    assert vars(modules["resource"]) == {}


def test_a_process_that_has_loaded_little(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("logging", "decimal", "_csv", "_socket", "multiprocessing.context"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    process = ProcessState(import_module, attributes)
    assert list(process.changes()) == []
    assert list(process.changed_loggers("")) == []


def test_frozen_objects_become_fewer_by_themselves() -> None:
    process, frozen = ProcessState(import_module, attributes), gc.get_freeze_count()
    assert [process.frozen(frozen + count) for count in (3, 2, 4)] == [frozen + 3, frozen + 3, frozen + 4]


def test_loggers(monkeypatch: pytest.MonkeyPatch) -> None:
    process = ProcessState(import_module, attributes)
    ours, theirs = logging.getLogger("registering.a"), logging.getLogger("registered.b.c")
    assert list(process.changed_loggers("registering")) == []
    monkeypatch.setattr(ours, "propagate", False)
    monkeypatch.setattr(theirs, "propagate", False)
    monkeypatch.setattr(logging.Logger.manager, "disable", 7)
    assert list(process.changed_loggers("registering")) == ["the logger registered.b.c", "the level of all loggers"]
    assert list(process.changed_loggers("registering")) == []
    logging.getLogger("registered.new").addHandler(logging.NullHandler())
    assert list(process.changed_loggers("registering")) == []
    logging.getLogger("registered.newer").setLevel(40)
    assert list(process.changed_loggers("registering")) == ["the logger registered.newer"]
    logging.getLogger("registered.newest").addHandler(logging.StreamHandler())
    assert list(process.changed_loggers("registering")) == ["the logger registered.newest"]


def test_a_directory_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> str:
        raise FileNotFoundError

    monkeypatch.setattr(os, "getcwd", gone)
    assert working_directory() == ""
