"""Which fixes fail the tests, and what the files hold meanwhile and afterwards."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from django_startup.lab.bisection import MOST_RUNS, Bisection
from django_startup.lab.edits import Edit
from django_startup.lab.own_tests import FailedTests, OwnTests
from django_startup.lab.writing import Writing
from django_startup.measure import interrupts
from django_startup.profile.parts import Fix

ALL = "abcdefgh"
OLD = b"old"


class Suite(OwnTests):
    """Tests that fail with some fixes, or with several of a group, by what the file at path says."""

    def __init__(self, path: Path, fail: str, together: str) -> None:
        super().__init__("pytest", path.parent, environment=None, on_run=lambda: None)
        self.path, self.fail, self.together = path, set(fail), set(together)

    def run(self) -> FailedTests | None:
        interrupts.check()
        made = set(self.path.read_text())
        if self.fail & made or (self.together and self.together <= made):
            return FailedTests("pytest ends with exit code 1", ("1 failed ",))
        return None


class Search(Bisection):
    def __init__(self, directory: Path, fail: str = "", *, together: str = "") -> None:
        self.path = directory / "views.py"
        self.path.write_bytes(OLD)
        super().__init__(Suite(self.path, fail, together), Writing({self.path: OLD}, directory), self.edits_of)

    def edits_of(self, fixes: Sequence[Fix]) -> list[Edit]:
        return [Edit("views.py", self.path, OLD, "".join(fix.subject for fix in fixes).encode())]

    def found(self) -> tuple[str, str]:
        """The names of the fixes that pass, and of those that do not."""
        fixes = [Fix("defer", name, "", (), 0, 0) for name in ALL]
        failed = self.run(fixes)
        assert failed is not None
        works = self.halves(fixes, failed)
        assert self.path.read_bytes() == OLD
        return "".join(fix.subject for fix in works), "".join(sorted(fix.subject for fix, _ in self.failing))


@pytest.mark.parametrize("fail", ["a", "d", "h"])
def test_one_fails(tmp_path: Path, fail: str) -> None:
    search = Search(tmp_path, fail)
    assert search.found() == (ALL.replace(fail, ""), fail)
    assert search.failing[0][1] == "with it, pytest ends with exit code 1 (1 failed)"
    assert search.runs <= MOST_RUNS + 1


def test_two_that_fail_together_only(tmp_path: Path) -> None:
    search = Search(tmp_path, together="bg")
    assert search.found() == ("abcd", "efgh")
    assert search.runs == 3
    assert search.failing[0][1].startswith("with it and the others, ")


def test_two_that_fail_together_only_beside_one(tmp_path: Path) -> None:
    assert Search(tmp_path, "e", together="bg").found() == ("abcd", "efgh")


def test_all_fail(tmp_path: Path) -> None:
    search = Search(tmp_path, ALL)
    assert search.found() == ("", ALL)
    assert {reason.partition(",")[0] for _, reason in search.failing} == {"with it", "with one of 4"}


def test_what_passes_stays(tmp_path: Path) -> None:
    search = Search(tmp_path)
    assert search.run([Fix("defer", "a", "", (), 0, 0)], keep=True) is None
    assert search.path.read_bytes() == b"a"
    assert search.run([Fix("defer", "b", "", (), 0, 0)]) is None
    assert search.path.read_bytes() == OLD


def test_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    search = Search(tmp_path)
    monkeypatch.setattr(interrupts, "arrived", [signal.SIGTERM])
    with pytest.raises(SystemExit):
        search.run([Fix("defer", "a", "", (), 0, 0)], keep=True)
    assert search.path.read_bytes() == OLD
