"""Two workloads on one processor at once."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.exceptions import BootError
from django_startup.measure import reference
from django_startup.measure.boot import BootKind, booting
from django_startup.measure.ending import Outcome
from django_startup.measure.reference import REPEAT, repeated
from django_startup.measure.side_by_side import boot_beside_reference, boot_both, shared_processor
from django_startup.measure.target import BootTarget, find_entry
from tests.support.helpers import environment, make_project

SETTINGS = """
USE_TZ = True  # Django 4.2 warns where it is not set
import os
with open("processors", "w") as file:
    file.write(str(sorted(os.sched_getaffinity(0))))
"""


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    directory = tmp_path / "scratch"
    directory.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(directory))
    return directory


@pytest.fixture
def processor() -> int:
    found = shared_processor()
    if found is None:  # pragma: no cover
        pytest.skip("Nothing keeps a process to one processor here.")
    return found


def make_target(tmp_path: Path, name: str = "project", settings: str = SETTINGS) -> BootTarget:
    directory = make_project(tmp_path, name=name, settings=settings)
    return BootTarget(
        find_entry(None, directory),
        directory=directory,
        environment=environment(directory, {"PYTHONPATH": str(directory)}),
    )


def test_a_boot_beside_the_reference(tmp_path: Path, scratch: Path, processor: int) -> None:
    target = make_target(tmp_path)
    recording, reference_ns = boot_beside_reference(target, processor, timeout=120)
    assert (recording.outcome, recording.spans[1:]) == (Outcome.REACHED, ())
    assert (target.directory / "processors").read_text() == f"[{processor}]"
    assert reference_ns > 0
    assert list(scratch.iterdir()) == []


def test_two_boots(tmp_path: Path, scratch: Path, processor: int) -> None:
    one, other = make_target(tmp_path, "one"), make_target(tmp_path, "other", SETTINGS + "raise ValueError\n")
    recordings = boot_both(one, other, processor, timeout=120)
    assert [recording.outcome for recording in recordings] == [Outcome.REACHED, Outcome.EXCEPTION]
    assert [(target.directory / "processors").read_text() for target in (one, other)] == [f"[{processor}]"] * 2
    assert list(scratch.iterdir()) == []


def test_what_may_not_be_kept_to_a_processor_runs_on_any(tmp_path: Path) -> None:
    target = make_target(tmp_path)
    with booting(target, BootKind.BARE, timeout=120, processor=2**16) as ended:
        assert ended().outcome == Outcome.REACHED
    assert (target.directory / "processors").read_text() == str(sorted(os.sched_getaffinity(0)))


def test_a_system_that_keeps_no_process_to_a_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity")
    assert shared_processor() is None


def test_the_first_run_of_the_reference_is_waited_for(scratch: Path, processor: int) -> None:
    with repeated(processor) as mean_ns:
        assert mean_ns() > 0
    assert list(scratch.iterdir()) == []


def test_the_reference_that_does_not_run(
    tmp_path: Path, scratch: Path, processor: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "WORKLOAD", "import sys; sys.exit('no such module')")
    with pytest.raises(BootError) as error:
        boot_beside_reference(make_target(tmp_path), processor, timeout=120)
    assert str(error.value) == snapshot("The reference workload did not run: no such module.")
    assert list(scratch.iterdir()) == []


def test_the_reference_ends_where_a_run_of_it_fails() -> None:
    command = [sys.executable, "-c", REPEAT, sys.executable, "-c", "raise SystemExit(3)"]
    assert subprocess.run(command, timeout=60).returncode == 1
