"""Which fixes are asked for by their names, and what they are called otherwise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from django_startup.exceptions import UsageError
from django_startup.imports.moves import made_lazy
from django_startup.lab.wanted import Wanted, moving, to_change_as_well
from django_startup.profile.profile import StartupProfile
from django_startup.profile.trial import Style
from tests.support.profiles import make_profile


def profile_in(directory: Path) -> StartupProfile:
    """One whose only fix that moves imports has its file in a directory."""
    (directory / "billing").mkdir()
    (directory / "billing/models.py").write_text("\n\nimport stripe\ndef refund():\n    stripe.refund()\n")
    return make_profile()


@pytest.mark.parametrize(
    ("name", "hint"),
    [("strip", "did you mean stripe?"), ("pandas", "there are stripe.")],
)
def test_a_name_that_none_has(tmp_path: Path, name: str, hint: str) -> None:
    with pytest.raises(UsageError) as error:
        Wanted(make_profile(), tmp_path, [name])
    assert str(error.value) == f"--only {name}: no fix of this name moves imports; {hint}"


def test_nothing_can_move(tmp_path: Path) -> None:
    profile = make_profile()
    effects = tuple(fix for fix in profile.fixes if fix.kind == "effect")
    with pytest.raises(UsageError, match=r"^--only stripe: no import of this project was found that can move\.$"):
        Wanted(replace(profile, fixes=effects), tmp_path, ["stripe"])


def test_all_of_them(tmp_path: Path) -> None:
    profile = profile_in(tmp_path)
    assert Wanted(profile, tmp_path).choose() == profile


def test_a_small_one_alone_is_not_written(tmp_path: Path) -> None:
    profile = profile_in(tmp_path)
    (fix,) = moving(profile)
    others = tuple(other for other in profile.fixes if other != fix)
    small = replace(profile, fixes=others, advice=replace(profile.advice, smaller=(fix,)))
    wanted = Wanted(small, tmp_path)
    assert not moving(wanted.choose())
    assert wanted.small == (fix,)
    named = Wanted(small, tmp_path, ["stripe"])
    named.choose()
    assert named.small == ()


def test_what_fails_the_tests_is_left_out_once(tmp_path: Path) -> None:
    profile = profile_in(tmp_path)
    wanted = Wanted(profile, tmp_path, ["stripe"])
    wanted.choose()
    (fix,) = moving(profile)
    wanted.leave(fix, "with it, pytest fails")
    assert not moving(wanted.choose())
    assert [(left.fix, left.reason) for left in wanted.left_out] == [(fix, "with it, pytest fails")]


def test_lines_to_change_as_well() -> None:
    assert to_change_as_well(()) == ""
    assert to_change_as_well(["a.py:1 reads b from here"]) == "a.py:1 reads b from here: change that as well"
    assert to_change_as_well(list("abc")) == "a and 2 more: change that as well"


def test_what_is_lazy_can_still_be_read(tmp_path: Path) -> None:
    profile = profile_in(tmp_path)
    fixes = tuple(
        replace(fix, doors=tuple(replace(door, readers=("a.py:1 reads b from here",)) for door in fix.doors))
        for fix in profile.fixes
    )
    read = replace(profile, fixes=fixes)
    with pytest.raises(UsageError, match="change that as well"):
        Wanted(read, tmp_path, ["stripe"]).choose()
    wanted = Wanted(read, tmp_path, ["stripe"], Style.LAZY)
    wanted.choose()
    assert wanted.left_out == []
    (fix,) = moving(read)
    lazy = made_lazy(fix)
    assert lazy.text.startswith("make the import lazy")
    assert [door.readers for door in lazy.doors] == [()] * len(fix.doors)
    others = [fix for fix in read.fixes if fix not in moving(read)]
    assert list(map(made_lazy, others)) == others
