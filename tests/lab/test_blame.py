"""Which fix a boot fails with, by what was raised."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_startup.lab.attempt import Failure
from django_startup.lab.blame import blame
from django_startup.lab.candidates import Candidate
from django_startup.lab.trials import split
from django_startup.measure.instructions import DeferredImport
from django_startup.profile.parts import Fix

VIEWS, URLS = Path("/shop/views.py"), Path("/shop/urls.py")
FILES = {"shop.views": str(VIEWS), "shop.urls": str(URLS)}


def candidate(name: str, file: Path, statement: str) -> Candidate:
    deferred = DeferredImport("shop", str(file), 3, statement)
    return Candidate(Fix("defer", name, "", (), 0, 0), {file: frozenset({3})}, frozenset(), (deferred,))


PANDAS = candidate("pandas", VIEWS, "import pandas.io as io, pandas as pd")
STRIPE = candidate("stripe", VIEWS, "from stripe import pay")
TAX = candidate("tax", URLS, "import tax.rates")
ALL = (PANDAS, STRIPE, TAX)


@pytest.mark.parametrize(
    ("text", "file", "named", "near"),
    [
        ("name 'pd' is not defined", "/shop/views.py", (PANDAS,), (PANDAS, STRIPE)),
        ("module 'shop.views' has no attribute 'pay'", "/shop/admin.py", (STRIPE,), (PANDAS, STRIPE)),
        ("cannot import name 'tax' from 'shop.urls' (/shop/urls.py)", "/shop/admin.py", (TAX,), (TAX,)),
        ("no such table", "/shop/views.py", (), (PANDAS, STRIPE)),
        ("name 'tax' is not defined", "/shop/admin.py", (), ()),
        ("no such table", "", (), ()),
    ],
)
def test_what_was_raised(text: str, file: str, named: tuple[Candidate, ...], near: tuple[Candidate, ...]) -> None:
    assert blame(text, file, ALL, FILES) == (named, near)


def test_all_are_as_near() -> None:
    assert blame("no such table", "/shop/views.py", (PANDAS, STRIPE), FILES) == ((), ())


def test_a_fix_in_several_files_is_blamed_for_the_name_that_it_takes_from_one() -> None:
    both = Candidate(
        Fix("defer", "both", "", (), 0, 0),
        {**STRIPE.lines, **TAX.lines},
        frozenset(),
        (*STRIPE.deferred, *TAX.deferred),
    )
    assert blame("name 'pay' is not defined", "/shop/views.py", (both, PANDAS), FILES) == ((both,), ())
    assert blame("name 'tax' is not defined", "/shop/views.py", (both, PANDAS), FILES) == ((), ())


def test_what_is_near_is_tried_by_itself() -> None:
    assert split(ALL, Failure("it dies", near=(PANDAS,))) == ([STRIPE, TAX], (PANDAS,))
    assert split(ALL, Failure("it dies")) == ((PANDAS,), (STRIPE, TAX))
