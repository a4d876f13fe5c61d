"""What --fix says, at 80 columns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from inline_snapshot import snapshot

from django_startup.lab.edits import Edit
from django_startup.lab.fixing import Fixed
from django_startup.lab.own_tests import OwnTests
from django_startup.profile.trial import FIRST_USE, RefusedFix, Trial
from django_startup.reports.console.fixed import render_fixed
from django_startup.reports.console.plain_text import as_text
from django_startup.reports.proof import patch_header
from tests.support.profiles import MS, make_profile

PROFILE = make_profile()
FIX = PROFILE.fixes[0]
TRIED = replace(FIX, tried=True)
EDITS = tuple(Edit(f"shop/{name}.py", Path(f"/shop/{name}.py"), b"", b"") for name in "abcd")


def shown(fixed: Fixed) -> str:
    return as_text(render_fixed(fixed), 80)


def fixed(*, saving_ms: int = 420, small: bool = False) -> Fixed:
    refused = RefusedFix(replace(FIX, subject="boto3"), "boto3 is loaded all the same")
    trial = Trial(4, saving_ms * MS, 6 * MS, ("checks", "wsgi", FIRST_USE), (refused,))
    advice = replace(PROFILE.advice, smaller=(replace(TRIED, subject="redis", saving_ns=MS),) if small else ())
    profile = replace(PROFILE, fixes=(TRIED, *PROFILE.fixes[1:]), advice=advice, trial=trial)
    left = RefusedFix(
        replace(FIX, subject="heavy"), "shop/tests.py:7 patches heavy here: change that as well", tried=False
    )
    return Fixed(profile, EDITS, (left,))


def test_what_was_written() -> None:
    assert shown(fixed(small=True)) == snapshot("""\
WRITTEN  shop/a.py, shop/b.py, shop/c.py and 1 more
boots to system checks and WSGI · registers the same · the moved imports work ·
0.420 s ± 0.006 saved, measured · no tests were run

1  0.380 s  stripe: import it in the functions that use it
            billing/models.py:3  import stripe  (used only in refund())
and 1 smaller: redis, 0.001 s

LEFT OUT
heavy: shop/tests.py:7 patches heavy here: change that as well
  billing/models.py:3  import stripe  (used only in refund())

TRIED, NOT POSSIBLE
boto3: boto3 is loaded all the same
  billing/models.py:3  import stripe  (used only in refund())

NEXT  git diff
""")


def test_with_tests() -> None:
    tests = OwnTests("pytest", Path(), environment=None, on_run=lambda: None)
    tests.changed = ("prices.txt",)
    text = shown(replace(fixed(), left_out=(), tests=tests, changed=("shop/a.py",)))
    assert text == snapshot("""\
WRITTEN  shop/a.py, shop/b.py, shop/c.py and 1 more
boots to system checks and WSGI · registers the same · the moved imports work ·
0.420 s ± 0.006 saved, measured · tests: passed

1  0.380 s  stripe: import it in the functions that use it
            billing/models.py:3  import stripe  (used only in refund())

TRIED, NOT POSSIBLE
boto3: boto3 is loaded all the same
  billing/models.py:3  import stripe  (used only in refund())

The tests change files themselves: prices.txt.

Changed while the tests ran: shop/a.py.

NEXT  git diff
""")


def test_nothing() -> None:
    empty = replace(fixed(), edits=(), left_out=(), profile=replace(PROFILE, fixes=(), trial=Trial()))
    small = replace(empty, small=(replace(FIX, saving_ns=MS),))
    left = replace(fixed(), edits=(), profile=PROFILE)
    unmeasured = replace(fixed(saving_ms=0), edits=(), left_out=())
    firsts = [" ".join(shown(each).split("\n\n")[0].split()) for each in (empty, small, left, unmeasured)]
    assert firsts == snapshot(
        [
            "NOTHING WRITTEN no import of your project was found that can move and takes 1 ms",
            "NOTHING WRITTEN 1 smaller: stripe, 0.001 s: written with larger ones only, or by --only NAME",
            "NOTHING WRITTEN no fix is left that can be written",
            "NOTHING WRITTEN no measurable saving on this machine",
        ]
    )


def test_the_header_of_a_patch() -> None:
    first, *rest = patch_header(fixed())
    assert first.split(" · ") == snapshot(
        [
            "stripe: boots to system checks and WSGI",
            "registers the same",
            "the moved imports work",
            "0.420 s ± 0.006 saved, measured",
            "no tests were run",
        ]
    )
    assert rest == snapshot(
        [
            "Left out: heavy: shop/tests.py:7 patches heavy here: change that as well",
            "Tried, not possible: boto3: boto3 is loaded all the same",
        ]
    )
    assert list(patch_header(replace(fixed(), edits=(), left_out=(), profile=PROFILE))) == []
