"""Which functions ran: what the watchers do where the interpreter or the project stands in their way."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import CodeType, SimpleNamespace
from typing import Any

import pytest
from inline_snapshot import snapshot

from django_startup.probe import executed
from django_startup.probe.executed import NAME, TOOL, Monitored, OwnFiles, Warmed

PROBE = str(Path(executed.__file__).parent)
monitoring: Any = getattr(sys, "monitoring", None)
needs_monitoring = pytest.mark.skipif(monitoring is None, reason="sys.monitoring is new in Python 3.12")
needs_counter = pytest.mark.skipif(monitoring is not None, reason="the counter is Python 3.11's")


class Journal:
    """Keeps what is written."""

    def __init__(self) -> None:
        self.records: list[Any] = []

    def write_all(self, records: Any) -> None:
        self.records += records

    def write(self, record: Any) -> None:
        self.records.append(record)


@pytest.mark.parametrize(
    ("file", "settings", "is_own"),
    [
        ("/srv/shop/models.py", "", True),
        ("<frozen importlib._bootstrap>", "", False),
        (os.__file__, "", False),
        (executed.__file__, "", False),
        ("/venv/lib/python3.13/site-packages/stripe/api.py", "shop.settings", False),
        ("/venv/lib/python3.13/site-packages/shop/models.py", "", False),
        ("/venv/lib/python3.13/site-packages/shop/models.py", "shop.settings", True),
        ("/venv/lib/python3.13/site-packages/shop.py", "shop", True),
    ],
)
def test_the_files_of_the_project(file: str, settings: str, is_own: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", settings)
    files = OwnFiles(PROBE)
    assert [files.has(file), files.has(file)] == [is_own, is_own]


def test_what_is_written() -> None:
    code = test_what_is_written.__code__
    watch = SimpleNamespace(
        functions=lambda: [(code, {9, 8}, ("a.py", 3, "call")), (code, None, ("", 0, ""))], problem="x"
    )
    journal = Journal()
    executed.write(watch, [("shop.py", "money", "", 0)], journal)
    (file, rows), problem = journal.records[0][1:], journal.records[1]
    assert (file, problem) == (
        __file__,
        {
            "record": "executed",
            "problem": "x",
            "annotations": [("shop.py", "money", "", 0)],
        },
    )
    assert [row[2:] for row in rows] == [[[8, 9], "a.py", 3, "call"], [None, "", 0, ""]]


@needs_monitoring
def test_the_tool_is_taken() -> None:
    watch = Monitored(OwnFiles(PROBE), lambda frame: False)
    monitoring.use_tool_id(TOOL, "another")
    try:
        watch.start()
        watch.stop()
        assert monitoring.get_tool(TOOL) == "another"
    finally:
        monitoring.free_tool_id(TOOL)
    assert watch.problem == snapshot("sys.monitoring's tool 3 is in use by another")


@needs_monitoring
def test_the_project_takes_the_tool_away() -> None:
    watch = Monitored(OwnFiles(PROBE), lambda frame: False)
    watch.start()
    assert monitoring.get_tool(TOOL) == NAME
    monitoring.set_events(TOOL, 0)
    monitoring.free_tool_id(TOOL)
    watch.stop()
    assert watch.problem == snapshot("the project has taken over sys.monitoring")


@needs_monitoring
def test_the_project_asks_for_the_tool() -> None:
    use_tool_id = monitoring.use_tool_id
    watch = Monitored(OwnFiles(PROBE), lambda frame: False)
    watch.start()
    monitoring.use_tool_id(TOOL, "the project's")
    try:
        assert monitoring.get_tool(TOOL) == "the project's"
        with pytest.raises(ValueError, match="in use"):
            monitoring.use_tool_id(TOOL, "another of the project's")
        watch.stop()
    finally:
        monitoring.free_tool_id(TOOL)
    assert watch.problem == snapshot("the project has taken over sys.monitoring")
    assert monitoring.use_tool_id == use_tool_id


@needs_monitoring
def test_the_project_puts_a_callback_of_its_own_in_place() -> None:
    watch = Monitored(OwnFiles(PROBE), lambda frame: False)
    watch.start()
    monitoring.register_callback(TOOL, monitoring.events.PY_START, None)
    later = monitoring.use_tool_id = lambda tool, name: None
    watch.stop()
    assert watch.problem == snapshot("the project has taken over sys.monitoring")
    assert monitoring.use_tool_id is later
    monitoring.use_tool_id = watch.use_tool_id
    monitoring.set_events(TOOL, 0)
    monitoring.free_tool_id(TOOL)


@needs_monitoring
def test_it_lets_go_of_the_tool() -> None:
    watch = Monitored(OwnFiles(PROBE), lambda frame: False)
    watch.start()
    watch.stop()
    assert (watch.problem, monitoring.get_tool(TOOL)) == ("", None)


@needs_counter
def test_a_counter_that_lies_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    import _ctypes

    monkeypatch.setattr(executed, "NEVER_RUN", 12345)
    watch = Warmed(OwnFiles(PROBE), _ctypes)
    assert watch.problem == snapshot("this Python does not tell which functions have run")
    assert list(watch.functions()) == []


@needs_counter
def test_functions_by_their_counter(monkeypatch: pytest.MonkeyPatch) -> None:
    import _ctypes

    watch = Warmed(OwnFiles(PROBE), _ctypes)
    module = compile("def ran(): pass\ndef idle(): pass\nran()\n", "/srv/shop/models.py", "exec")
    exec(module, {})
    watch.codes += [module, module]
    functions: list[CodeType] = [code for code, _, _ in watch.functions() if code.co_filename == "/srv/shop/models.py"]
    assert [code.co_name for code in functions] == ["ran"]
