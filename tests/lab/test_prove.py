"""How the fixes that work are told from those that do not, without a boot."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from django_startup.lab.attempt import Failure
from django_startup.lab.candidates import Candidate
from django_startup.lab.trials import MEASURED_BOOTS, MOST_BOOTS, NO_MORE, Trials
from django_startup.measure.target import BootTarget, Entry, How
from django_startup.profile.parts import Fix
from tests.support.profiles import make_profile

ALL = "abcdefgh"


class Laboratory(Trials):
    """Boots that fail when one of some fixes is made, or several of a group; blames says to which that is traced."""

    def __init__(self, fail: str = "", *, together: str = "", blames: bool = False) -> None:
        target = BootTarget(Entry(How.SCRIPT, "manage.py", "/shop/manage.py"), directory=Path("/shop"))
        super().__init__(target, make_profile(), timeout=1, on_boot=lambda done, planned: None)
        self.fail, self.together, self.blames = set(fail), set(together), blames
        self.worked: list[set[str]] = []  # what was tried and was as it had to be

    def attempt(self, candidates: Sequence[Candidate]) -> Failure | None:
        self.boots += 1
        failing = [candidate for candidate in candidates if candidate.fix.subject in self.fail]
        if failing:
            return Failure("it fails", tuple(failing) if self.blames else ())
        if self.together and self.together <= {candidate.fix.subject for candidate in candidates}:
            return Failure("not both")
        self.worked.append({candidate.fix.subject for candidate in candidates})
        return None

    def works(self, names: str = ALL) -> tuple[str, str]:
        """The names of the fixes that work, and of those that were refused."""
        candidates = [Candidate(Fix("defer", name, "", (), 0, 0), {}, frozenset()) for name in names]
        found = "".join(candidate.fix.subject for candidate in self.prove(candidates))
        return found, "".join(sorted(refused.fix.subject for refused in self.refused))


def test_all_is_well() -> None:
    laboratory = Laboratory()
    assert laboratory.works() == (ALL, "")
    assert laboratory.boots == 1
    assert laboratory.works("") == ("", "")


def test_one_fails() -> None:
    laboratory = Laboratory("c")
    assert laboratory.works() == ("abdefgh", "c")
    assert laboratory.boots <= MOST_BOOTS


def test_what_is_blamed_is_left_out_at_once() -> None:
    laboratory = Laboratory("bf", blames=True)
    assert laboratory.works() == ("acdegh", "bf")
    assert laboratory.boots == 2


@pytest.mark.parametrize("fail", ["abcd", "efgh"])
def test_a_half_fails(fail: str) -> None:
    assert Laboratory(fail).works("abcdefgh"[:8])[0] in ("efgh", "abcd")


def test_two_that_do_not_go_together() -> None:
    assert Laboratory(together="ah").works() == ("abcd", "efgh")


def test_not_more_boots_than_that() -> None:
    laboratory = Laboratory("acegi")
    works, refused = laboratory.works("abcdefghij")
    assert sorted(works + refused) == list("abcdefghij")
    assert laboratory.boots == MOST_BOOTS
    assert not set("acegi") & set(works)
    reasons = {refused.reason for refused in laboratory.refused}
    assert reasons == {"it fails", NO_MORE}
    assert {refused.tried for refused in laboratory.refused if refused.reason == NO_MORE} == {False}


def test_the_last_boot_does_not_tell_which() -> None:
    laboratory = Laboratory("abcdefgh")
    laboratory.boots = MOST_BOOTS - 1
    assert laboratory.works() == ("", ALL)
    assert {refused.reason for refused in laboratory.refused} == {
        "one of 8, and no more boots tell which: it fails",
    }


def test_four_boots_where_all_goes_well_and_twelve_in_all() -> None:
    laboratory = Laboratory()
    laboratory.works()
    assert laboratory.boots + MEASURED_BOOTS == 4
    assert MOST_BOOTS + MEASURED_BOOTS == 12


@pytest.mark.parametrize("blames", [False, True])
@pytest.mark.parametrize("seed", range(50))
def test_whatever_fails(seed: int, blames: bool) -> None:
    """What is left has worked together, nothing is lost on the way, and there are no more boots than that."""
    chance = Random(seed)
    names = "abcdefghijklmnopqrst"[: chance.randint(1, 20)]
    fail = "".join(name for name in names if chance.random() < 0.3)
    together = "".join(chance.sample(names, min(len(names), 2))) if chance.random() < 0.5 else ""
    laboratory = Laboratory(fail, together=together, blames=blames)
    works, refused = laboratory.works(names)
    assert laboratory.boots <= MOST_BOOTS
    assert sorted(works + refused) == list(names)
    assert not works or set(works) in laboratory.worked
