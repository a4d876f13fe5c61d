"""Who imports what: that noting it is not seen by the project."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from django_startup.probe.importlib_bootstrap_edges import TOOL, hide

monitoring: Any = getattr(sys, "monitoring", None)


@pytest.mark.skipif(monitoring is None, reason="sys.monitoring is new in Python 3.12")
def test_another_tool_is_left_alone() -> None:
    monitoring.use_tool_id(TOOL, "another")
    try:
        hide(test_another_tool_is_left_alone)
        assert monitoring.get_tool(TOOL) == "another"
        assert monitoring.get_events(TOOL) == 0
    finally:
        monitoring.free_tool_id(TOOL)
