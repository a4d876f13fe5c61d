"""What is said of boots with fixes made that are not what they have to be, without a boot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from django_startup.compare.comparison import Registration
from django_startup.imports.evidence import make_registries
from django_startup.imports.inquiry import Inquiry
from django_startup.lab.candidates import Candidate, Sources, find_candidates
from django_startup.lab.patch import render_patch
from django_startup.lab.trials import Failure, Trials, listed, with_kept_doors
from django_startup.measure.boot import BootKind
from django_startup.measure.ending import Ending, Outcome
from django_startup.measure.observations import LoadedModule, ObservedRegistration
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget, Entry, How
from django_startup.profile.effects import Registries
from django_startup.profile.parts import Fix
from django_startup.profile.trial import RefusedFix, Trial
from tests.support.budgets import make_recording
from tests.support.profiles import make_profile


class Booted(Trials):
    """Each boot records the same."""

    def __init__(self, directory: Path, recording: Recording) -> None:
        target = BootTarget(Entry(How.SCRIPT, "manage.py", "manage.py"), directory=directory)
        super().__init__(target, make_profile(), timeout=1, on_boot=lambda done, planned: None)
        self.recording = recording

    def boot(self, kind: BootKind, overlay: dict[str, bytes], left: int) -> Recording:
        return self.recording


def candidate(file: Path) -> Candidate:
    return Candidate(Fix("defer", "pandas", "", (), 0, 0), {file: frozenset({1})}, frozenset())


def reached() -> Recording:
    return make_recording().with_ending(Ending(Outcome.REACHED))


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    trials = Booted(tmp_path, reached())
    assert trials.attempt([candidate(tmp_path / "views.py")]) == Failure(
        "views.py cannot be read (No such file or directory)", tried=False
    )


def test_a_changed_file_that_the_boot_does_not_read(tmp_path: Path) -> None:
    file = tmp_path.resolve() / "views.py"
    file.write_text("import pandas\ndef f():\n    return pandas\n")
    found = candidate(file)
    loaded = (LoadedModule("shop.views", "", str(file)), LoadedModule("sys", "built-in", ""))
    trials = Booted(tmp_path.resolve(), replace(reached(), modules=loaded))
    assert trials.attempt([found]) == Failure("views.py is not loaded by an import", (found,), tried=False)
    # Nor is it there where what imports it is gone.
    failure = Booted(tmp_path.resolve(), reached()).attempt([found])
    assert failure is not None and "would not be registered" in failure.reason


def test_nothing_is_measured_where_no_boot_gets_there(tmp_path: Path) -> None:
    recording = make_recording().with_ending(Ending(Outcome.EXIT))
    assert Booted(tmp_path, recording).measure([]) == 0


def test_a_module_that_no_line_imports(tmp_path: Path) -> None:
    assert Booted(tmp_path, reached()).importer(reached(), ["pandas"]) == ""


def test_what_is_registered_otherwise(tmp_path: Path) -> None:
    file = tmp_path / "views.py"
    pay = ObservedRegistration("receivers", "pay", "post_save", "shop.signals", "shop.hooks")
    found = replace(candidate(file), promised=frozenset({"shop.hooks"}))
    trials = Booted(tmp_path, replace(reached(), registries=(pay,)))
    trials.profile = replace(trials.profile, registries=Registries())
    assert trials.registered([found], trials.recording) == Failure(
        "receiver pay (post_save) would be registered besides"
    )
    trials.profile = replace(trials.profile, registries=make_registries(trials.recording))
    assert trials.registered([found], trials.recording) is None
    assert trials.registered([found], reached()) == Failure(
        "receiver pay (post_save) would not be registered at start", (found,)
    )
    unreadable = replace(reached(), unreadable={"changes": "KeyError: 1", "admin": "KeyError: 2"})
    assert trials.registered([found], unreadable) == Failure("the registry admin could not be read (KeyError: 2)")


def test_many_registrations_in_a_sentence() -> None:
    entries = [Registration("celery_tasks", name, "", "shop") for name in "abcde"]
    assert listed(entries[:3]) == "celery task a, celery task b, celery task c"
    assert listed(entries) == "celery task a, celery task b, celery task c and 2 more"


def test_only_imports_are_tried(tmp_path: Path) -> None:
    profile = make_profile()
    assert {fix.kind for fix in profile.fixes} == {"defer", "effect"}
    (found,) = find_candidates(Inquiry(profile, tmp_path), tmp_path, Sources())
    assert isinstance(found, RefusedFix)
    assert found.reason == "models.py cannot be read (No such file or directory)"


def test_what_was_not_tried_is_in_no_patch(tmp_path: Path) -> None:
    profile = make_profile()
    assert render_patch(replace(profile, fixes=profile.fixes[:1]), tmp_path) == ""


def test_what_needs_other_changes_is_in_no_patch(tmp_path: Path) -> None:
    profile = make_profile()
    door = replace(profile.fixes[0].doors[0], readers=("shop/tests.py:7 patches stripe here",))
    fix = replace(profile.fixes[0], tried=True, doors=(door,))
    assert render_patch(replace(profile, fixes=(fix,)), tmp_path) == ""


def test_the_lines_of_what_was_refused_stay() -> None:
    profile = make_profile()
    (fix, *_) = profile.fixes
    trial = Trial(refused=(RefusedFix(fix, "it fails"), RefusedFix(fix, "used in a lambda", tried=False)))
    package = with_kept_doors(replace(profile, trial=replace(trial, refused=trial.refused[:1]))).packages[0]
    assert [door.deferrable for door in package.doors] == [False, False]
    assert package.doors[0].reason == "tried, and not possible: it fails"
    assert package.doors[1] == profile.packages[0].doors[1]
    assert trial.refused[1].sentence == "it cannot be tried: used in a lambda"
