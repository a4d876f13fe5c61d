from __future__ import annotations

import shlex
import subprocess
import sys
from typing import Any

import pytest


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(specs: list[Any]) -> None:
    """Let the processes that the tests are spread over have the interpreter options (-W, -P) of the first one."""
    flags: list[str] = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
    for spec in specs:
        spec.python = shlex.join([sys.executable, *flags])
