"""What the probe runs itself, in this process."""

from __future__ import annotations

import site

import pytest

from django_startup.probe.target import RUNNERS


def test_what_an_interpreter_does_before_its_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(site, "main", lambda: done.append("site"))
    RUNNERS["site"]("")
    assert done == ["site"]
