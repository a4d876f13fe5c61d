from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest

from django_startup.probe import attributes, module_table, snapshots
from django_startup.probe.bodies import Bodies
from django_startup.probe.changes import Changes
from django_startup.probe.process_state import ProcessState
from tests.support.changes import OWN, FakeRecorder, make_bodies, make_state

LOOKED_AT = {"registering", *sys.stdlib_module_names}


@pytest.fixture
def module() -> Iterator[ModuleType]:
    module = ModuleType("registering")
    sys.modules["registering"] = module
    yield module
    del sys.modules["registering"]


@pytest.fixture
def changes() -> Changes:
    process = ProcessState(import_module, attributes)
    state = make_state()
    # What the tests run with has been looked at: there is much of it, and no test changes it.
    state.modules.update(name for name in sys.modules if name.partition(".")[0] not in LOOKED_AT)
    return Changes(FakeRecorder(), OWN, state, process, snapshots, module_table)


@pytest.fixture
def bodies(changes: Changes) -> Bodies:
    return make_bodies(changes)


@pytest.fixture
def watched(changes: Changes, module: ModuleType) -> Any:
    """A snapshot of a module whose names the code of a body names."""
    vars(module).update(
        kept=print,
        gone=print,
        none=None,
        table={"a": 1, "b": 2},
        order=[1, 2, 3],
        kinds={"a", "b"},
        large=[0] * 300,
        big=dict.fromkeys(range(300)),
    )
    changes.state.add_new_modules()
    snapshot = changes.snapshot()
    snapshot.widen({"registering", "table", "order", "kinds", "large", "big"}, {"none"}, True, True)
    return snapshot
