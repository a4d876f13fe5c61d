"""From the trial to the files, without boots."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from django_startup.exceptions import UsageError
from django_startup.lab import fixing as fixing_module
from django_startup.lab.candidates import Sources
from django_startup.lab.fixing import Fixing
from django_startup.lab.own_tests import FailedTests, OwnTests
from django_startup.lab.wanted import Wanted
from django_startup.measure.target import BootTarget, Entry, How
from django_startup.profile.parts import Fix
from django_startup.profile.profile import StartupProfile
from django_startup.profile.trial import Style, Trial
from tests.support.profiles import DOOR, make_profile

NAMES = ("pandas", "stripe", "boto3")
BEFORE = "".join(f"import {name}\n" for name in NAMES) + "".join(f"def f_{name}(): {name}\n" for name in NAMES)
DAY_NS = 86_400 * 10**9


class Shown:
    """A trial that has shown that all works, but for what it says does not."""

    fails: frozenset[str] = frozenset()
    saving_ns = 10**9

    def __init__(
        self,
        target: BootTarget,
        profile: StartupProfile,
        *,
        timeout: float,
        on_boot: Callable[[int, int], None],
        style: Style,
    ) -> None:
        self.profile = profile
        self.sources = Sources()

    def run(self) -> StartupProfile:
        fixes = tuple(replace(fix, tried=True) for fix in self.profile.fixes if fix.subject not in self.fails)
        return replace(self.profile, fixes=fixes, trial=Trial(4, self.saving_ns))


class Suite(OwnTests):
    """Tests that fail while one of some names is not imported on top of a file; does is done when they have run."""

    def __init__(self, file: Path, *names: str, does: Callable[[], object] = lambda: None) -> None:
        super().__init__("pytest", file.parent, environment=None, on_run=lambda: None)
        self.file, self.names, self.does, self.runs = file, names, does, 0

    def run(self) -> FailedTests | None:
        self.runs += 1
        text = self.file.read_text()
        self.does()
        missing = [name for name in self.names if f"\nimport {name}\n" not in f"\n{text}"]
        return FailedTests("pytest ends with exit code 1", ()) if missing else None


@contextlib.contextmanager
def quiet() -> Iterator[Callable[[int, int], None]]:
    yield lambda done, planned: None


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def chosen_anew(wanted: Wanted) -> StartupProfile:
        gone = {left.fix.subject for left in wanted.left_out}
        return replace(wanted.profile, fixes=tuple(fix for fix in wanted.profile.fixes if fix.subject not in gone))

    monkeypatch.setattr(fixing_module, "Trials", Shown)
    monkeypatch.setattr(Wanted, "chosen_anew", chosen_anew)
    file = tmp_path / "views.py"
    file.write_text(BEFORE)
    return file


def fixing(file: Path, booted_ns: int | None = None) -> Fixing:
    doors = [replace(DOOR, file=file.name, line=line, statement=f"import {name}") for line, name in enumerate(NAMES, 1)]
    fixes = tuple(Fix("defer", name, "", (door,), 0, 0) for name, door in zip(NAMES, doors, strict=True))
    target = BootTarget(Entry(How.SCRIPT, "manage.py", "/shop/manage.py"), directory=file.parent)
    profile = replace(make_profile(), fixes=fixes)
    booted_ns = time.time_ns() + DAY_NS if booted_ns is None else booted_ns
    return Fixing(target, profile, timeout=1, progress=quiet, booted_ns=booted_ns)


def moved(file: Path) -> list[str]:
    """The names that are imported in functions by now."""
    lines = file.read_text().splitlines()
    return [name for name in NAMES if f"    import {name}" in lines and f"import {name}" not in lines]


def test_without_tests(file: Path) -> None:
    fixed = fixing(file).write(is_committed=False)
    assert moved(file) == list(NAMES)
    assert (len(fixed.edits), fixed.tests, fixed.left_out) == (1, None, ())


def test_with_tests_that_pass(file: Path) -> None:
    suite = Suite(file)
    fixed = fixing(file).write(suite, is_committed=False)
    assert moved(file) == list(NAMES)
    assert (fixed.tests, suite.runs, fixed.changed) == (suite, 1, ())


def test_with_tests_that_change_what_was_written(file: Path) -> None:
    suite = Suite(file, does=lambda: file.write_text(file.read_text() + "# Formatted.\n"))
    assert fixing(file).write(suite, is_committed=False).changed == ("views.py",)
    assert moved(file) == list(NAMES)


def test_what_fails_the_tests_stays(file: Path) -> None:
    suite = Suite(file, "stripe")
    fixed = fixing(file).write(suite, is_committed=False)
    assert moved(file) == ["pandas", "boto3"]
    assert [left.fix.subject for left in fixed.left_out] == ["stripe"]
    assert fixed.tests is suite


def test_what_another_trial_lets_through_is_tested_anew(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    suite = Suite(file, "stripe")
    run, fails = Shown.run, iter([frozenset[str](), frozenset({"boto3"})])

    def run_next(trial: Shown) -> StartupProfile:
        trial.fails = next(fails)
        return run(trial)

    monkeypatch.setattr(Shown, "run", run_next)
    fixing(file).write(suite, is_committed=False)
    assert moved(file) == ["pandas"]


def test_nothing_passes(file: Path) -> None:
    fixed = fixing(file).write(Suite(file, *NAMES), is_committed=False)
    assert file.read_text() == BEFORE
    assert (fixed.edits, fixed.tests, len(fixed.left_out)) == ((), None, 3)


def test_nothing_is_saved(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Shown, "saving_ns", -1)
    fixed = fixing(file).write(is_committed=False)
    assert (file.read_text(), fixed.edits, len(fixed.fixes)) == (BEFORE, (), 3)


def test_a_file_that_has_changed_since_the_boot(file: Path) -> None:
    before = file.stat().st_mtime_ns
    with pytest.raises(UsageError, match=r"^views.py has changed since the project was booted. No file was changed.$"):
        fixing(file, before - 1).write(is_committed=False)
    assert file.read_text() == BEFORE
    os.utime(file, ns=(before, before))
    assert fixing(file, before).prove().edits
