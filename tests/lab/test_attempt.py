"""What is said of boots with fixes made that are not what they have to be, without a boot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from django_startup.imports.inquiry import Inquiry
from django_startup.lab.candidates import Candidate, find_candidates
from django_startup.lab.patch import render_patch
from django_startup.lab.trials import Failure, Trials, counted
from django_startup.measure.boot import BootKind
from django_startup.measure.ending import Ending, Outcome
from django_startup.measure.recording import LoadedModule, Recording
from django_startup.measure.target import BootTarget, Entry, How
from django_startup.profile.effects import RegistryEntry
from django_startup.profile.parts import Fix
from django_startup.profile.trial import RefusedFix
from tests.support.budgets import make_recording
from tests.support.profiles import make_profile


class Booted(Trials):
    """Each boot records the same."""

    def __init__(self, directory: Path, recording: Recording) -> None:
        target = BootTarget(Entry(How.SCRIPT, "manage.py", "manage.py"), directory=directory)
        super().__init__(target, make_profile(), timeout=1, on_boot=lambda done, planned: None)
        self.recording = recording

    def boot(self, kind: BootKind, overlay: dict[str, bytes]) -> Recording:
        return self.recording


def candidate(file: Path) -> Candidate:
    return Candidate(Fix("defer", "pandas", "", (), 0, 0), {file: frozenset({1})}, frozenset())


def reached() -> Recording:
    return make_recording().with_ending(Ending(Outcome.REACHED))


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    trials = Booted(tmp_path, reached())
    assert trials.attempt([candidate(tmp_path / "views.py")]) == Failure(
        "not tried: views.py cannot be read (No such file or directory)"
    )


def test_a_changed_file_that_the_boot_does_not_read(tmp_path: Path) -> None:
    file = tmp_path.resolve() / "views.py"
    file.write_text("import pandas\ndef f():\n    return pandas\n")
    found = candidate(file)
    loaded = (LoadedModule("shop.views", "", str(file)), LoadedModule("sys", "built-in", ""))
    trials = Booted(tmp_path.resolve(), replace(reached(), modules=loaded))
    assert trials.attempt([found]) == Failure("not tried: views.py is not loaded by an import", (found,))
    # Nor is it there where what imports it is gone.
    failure = Booted(tmp_path.resolve(), reached()).attempt([found])
    assert failure is not None and "would not be registered" in failure.reason


def test_nothing_is_measured_where_no_boot_gets_there(tmp_path: Path) -> None:
    recording = make_recording().with_ending(Ending(Outcome.EXIT))
    assert Booted(tmp_path, recording).measure([]) == 0


def test_a_module_that_no_line_imports(tmp_path: Path) -> None:
    assert Booted(tmp_path, reached()).importer(reached(), ["pandas"]) == ""


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["on_save"], "the receiver on_save would not be registered"),
        (["a", "b", "a"], "the receivers a, b would not be registered"),
        (["a", "b", "c", "d", "e"], "the receivers a, b, c and 2 more would not be registered"),
    ],
)
def test_what_is_registered_no_longer(names: Sequence[str], sentence: str) -> None:
    assert counted([RegistryEntry(name, "", "shop") for name in names], "receiver") == sentence


def test_only_imports_are_tried(tmp_path: Path) -> None:
    profile = make_profile()
    assert {fix.kind for fix in profile.fixes} == {"defer", "effect"}
    (found,) = find_candidates(Inquiry(profile, tmp_path), tmp_path)
    assert isinstance(found, RefusedFix)
    assert found.reason == "not tried: models.py cannot be read (No such file or directory)"


def test_what_was_not_tried_is_in_no_patch(tmp_path: Path) -> None:
    profile = make_profile()
    assert render_patch(replace(profile, fixes=profile.fixes[:1]), tmp_path) == ""


def test_what_needs_other_changes_is_in_no_patch(tmp_path: Path) -> None:
    profile = make_profile()
    door = replace(profile.fixes[0].doors[0], readers=("shop/tests.py:7 patches stripe here",))
    fix = replace(profile.fixes[0], tried=True, doors=(door,))
    assert render_patch(replace(profile, fixes=(fix,)), tmp_path) == ""
