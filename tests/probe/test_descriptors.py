from __future__ import annotations

import os
from pathlib import Path

import pytest

from django_startup.probe import descriptors
from django_startup.probe.descriptors import is_open, put_away


def test_a_descriptor_is_put_away(tmp_path: Path) -> None:
    low = os.open(tmp_path / "fault.txt", os.O_WRONLY | os.O_CREAT)
    high = put_away(low)
    assert not is_open(low)
    assert high > low + 100
    another = put_away(os.open(tmp_path / "fault.txt", os.O_WRONLY))
    assert another < high
    assert os.path.samestat(os.fstat(high), (tmp_path / "fault.txt").stat())
    for descriptor in (high, another):
        os.close(descriptor)


def test_a_system_that_does_not_say_how_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sysconf")
    assert descriptors.open_files_limit() == 0
    assert put_away(5) == 5
