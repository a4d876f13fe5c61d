"""Observers get the audit events that they have asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from django_startup.probe.audit_events import watch


def test_who_gets_what(monkeypatch: pytest.MonkeyPatch) -> None:
    hooks: list[Callable[[str, tuple[Any, ...]], None]] = []
    monkeypatch.setattr(sys, "addaudithook", hooks.append)
    seen: list[Any] = []

    def opened(event: str, arguments: tuple[Any, ...], frame: FrameType) -> None:
        seen.append(("files", event, arguments, frame.f_code.co_name))

    def effects(event: str, arguments: tuple[Any, ...], frame: FrameType) -> None:
        seen.append(("effects", event, arguments, frame.f_code.co_name))

    hook = watch([{"open": opened, "sqlite3.connect": opened}, {"sqlite3.connect": effects}])

    assert hooks == [hook]
    for event in ("open", "builtins.id", "sqlite3.connect"):
        hook(event, (event,))
    here = "test_who_gets_what"
    assert seen == [
        ("files", "open", ("open",), here),
        ("files", "sqlite3.connect", ("sqlite3.connect",), here),
        ("effects", "sqlite3.connect", ("sqlite3.connect",), here),
    ]
