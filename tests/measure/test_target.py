from __future__ import annotations

from pathlib import Path

import pytest

from django_startup.measure.target import Entry, How, initial_environment


def test_a_system_that_does_not_tell_the_first_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(path: Path) -> bytes:
        raise FileNotFoundError

    monkeypatch.setattr(Path, "read_bytes", missing)
    assert initial_environment() is None


def test_the_first_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_bytes", lambda path: b"A=1\0B=x=y\0broken\0C=\0")
    assert initial_environment() == {"A": "1", "B": "x=y", "C": ""}


@pytest.mark.parametrize(("shown", "label"), [("manage.py", "manage.py"), ("/usr/bin/shop", "shop"), ("-m x", "-m x")])
def test_what_people_call_an_entry(shown: str, label: str) -> None:
    assert Entry(How.SCRIPT, shown, shown).label == label
