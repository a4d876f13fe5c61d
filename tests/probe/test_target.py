"""What the probe runs itself, in this process."""

from __future__ import annotations

import site
import sys
from pathlib import Path

import pytest

from django_startup.probe.recorder import Silent
from django_startup.probe.target import RUNNERS, Target


def test_what_an_interpreter_does_before_its_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(site, "main", lambda: done.append("site"))
    RUNNERS["site"]("")
    assert done == ["site"]


def test_a_script_that_does_not_ask_for_django(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "__main__.py").write_text("done = True\n")
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    RUNNERS["script"](str(tmp_path))
    assert sys.modules["__main__"].__dict__["done"]
    assert sys.path[0] == str(tmp_path)


def test_a_target_before_the_urlconf() -> None:
    reached: list[str] = []
    Target("setup", Silent(), lambda: reached.append("setup")).reach()
    assert reached == ["setup"]
