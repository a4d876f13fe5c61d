"""Ratios of CPU times, where processes can be kept to one processor and where they cannot."""

from __future__ import annotations

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.gate import doctor, pairs
from django_startup.gate.evidence import BootRunner
from django_startup.gate.pairs import over_base, over_reference
from django_startup.measure.clocks import Clocks
from django_startup.measure.ending import Ending, Outcome
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget, find_entry
from django_startup.profiler import ProjectDied
from tests.support.helpers import environment, make_project


def make_booter(tmp_path: Path, name: str = "project", settings: str = "") -> BootRunner:
    directory = make_project(tmp_path, name=name, settings=f"USE_TZ = True\n{settings}")
    target = BootTarget(
        find_entry(None, directory),
        directory=directory,
        environment=environment(directory, {"PYTHONPATH": str(directory)}),
    )
    return BootRunner(target, 120, lambda done, planned: None)


@pytest.mark.parametrize("together", [True, False])
def test_over_the_reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, together: bool) -> None:
    if not together:
        monkeypatch.setattr(pairs, "shared_processor", lambda: None)
    make = make_booter(tmp_path)
    assert over_reference(make) > 0
    assert make.boots == 1


@pytest.mark.parametrize("together", [True, False])
def test_over_a_base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, together: bool) -> None:
    if not together:
        monkeypatch.setattr(pairs, "shared_processor", lambda: None)
    make, base = make_booter(tmp_path), make_booter(tmp_path, "base")
    assert over_base(make, base) > 0
    assert (make.boots, base.boots) == (1, 1)


def test_who_begins_changes_and_who_is_divided_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "shared_processor", lambda: 0)
    make, base = make_booter(tmp_path), make_booter(tmp_path, "base")
    cpu_ns = {"project": 300, "base": 200}
    first = []

    def taking(target: BootTarget) -> Recording:
        start, stop = Clocks(0, 0, 0), Clocks(0, cpu_ns[target.directory.name], 0)
        return Recording(0, start, start, stop).with_ending(Ending(Outcome.REACHED))

    def boot_both(one: BootTarget, other: BootTarget, processor: int, *, timeout: float) -> tuple[Recording, Recording]:
        first.append(one.directory.name)
        return taking(one), taking(other)

    monkeypatch.setattr(pairs, "boot_both", boot_both)
    assert [over_base(make, base) for _ in range(3)] == [1.5] * 3
    assert first == ["base", "project", "base"]


def test_a_base_that_does_not_boot(tmp_path: Path) -> None:
    make, base = make_booter(tmp_path), make_booter(tmp_path, "base", "raise ValueError(3)\n")
    base.name = "The base, main"
    with pytest.raises(ProjectDied, match=r"^The base, main: .*ValueError: 3"):
        over_base(make, base)


def test_the_doctor_says_how_pairs_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "shared_processor", lambda: None)
    monkeypatch.setattr(doctor, "shared_processor", lambda: None)
    monkeypatch.setattr(doctor, "PAIRS", 2)
    sentences = list(doctor.examine(make_booter(tmp_path)))
    assert sentences[3] == snapshot("Pairs: one after the other (a process cannot be kept on one processor here).")
