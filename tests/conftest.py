from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

END_TO_END = Path(__file__).parent / "end_to_end"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What lies in end_to_end boots projects. What is slow comes first: at the end it would keep one processor busy."""
    for item in items:
        if item.path.is_relative_to(END_TO_END):
            item.add_marker("boots")
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors, for the tests that wait: for servers, their reloaders, what never ends."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return processors + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(specs: list[Any]) -> None:
    """Let the processes that the tests are spread over have the interpreter options (-W, -P) of the first one."""
    flags: list[str] = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
    for spec in specs:
        spec.python = shlex.join([sys.executable, *flags])
