"""For code that looks at how long the traceback of an ImportError is: nothing of ours may be in it."""

from __future__ import annotations

import os

import pytest

FRAMES = """\
import sys
def frames():
    tb, count = sys.exc_info()[2], 0
    while tb is not None:
        tb, count = tb.tb_next, count + 1
    return count
def by_function(name):
    return __import__(name)
def by_statement(name):
    import missing_module
def within(name):
    import shop.broken
found = []
for imported in (by_function, by_statement, within):
    try:
        imported("missing_module")
    except ImportError:
        found.append(frames())
with open("frames.txt", "a") as file:
    file.write(f"{found} ")
"""
COUNTED = "[2, 2, 3] "


def no_coverage(monkeypatch: pytest.MonkeyPatch) -> None:
    """None in the processes of this test: for whoever follows the lines, no frames are left out."""
    for name in [name for name in os.environ if name.startswith("COVERAGE_")]:
        monkeypatch.delenv(name)
