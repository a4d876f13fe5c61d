from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from django_startup.measure.target import Entry, How, initial_environment


def test_a_system_that_does_not_tell_the_first_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(path: Path) -> bytes:
        raise FileNotFoundError

    monkeypatch.setattr(Path, "read_bytes", missing)
    assert initial_environment() is None


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        (b"python\0-P\0caf\xe9\0", {"A": "1", "B": "x=y", "C": ""}),
        (b"a title\0\0\0\0", None),  # setproctitle has written it over all of them
    ],
)
def test_the_first_environment(
    monkeypatch: pytest.MonkeyPatch, arguments: bytes, variables: dict[str, str] | None
) -> None:
    files = {"/proc/self/environ": b"A=1\0B=x=y\0broken\0C=\0", "/proc/self/cmdline": arguments}
    monkeypatch.setattr(Path, "read_bytes", lambda path: files[str(path)])
    monkeypatch.setattr(sys, "orig_argv", ["python", "-P", os.fsdecode(b"caf\xe9")])
    assert initial_environment() == variables


@pytest.mark.parametrize(
    ("shown", "label"),
    [("manage.py", "manage.py"), ("./manage.py", "manage.py"), ("/usr/bin/shop", "shop"), ("-m x", "-m x")],
)
def test_what_people_call_an_entry(shown: str, label: str) -> None:
    assert Entry(How.SCRIPT, shown, shown).label == label
