from __future__ import annotations

from pathlib import Path

import pytest

from django_startup.imports.effects import shown_detail


@pytest.mark.parametrize(
    ("kind", "detail", "shown"),
    [
        ("subprocess", "/usr/bin/node /shop/mjml/run.js --version", "node mjml/run.js --version"),
        ("sql", "SELECT *\n  FROM flag", "SELECT * FROM flag"),
        ("sql", 'SAVEPOINT "s140673794136960_x1"', 'SAVEPOINT "s…_x1"'),
        ("thread", "poller <bound method Poller.run of <Poller at 0x7fd0c2a41d90>>", None),
        ("subprocess", "mjml /tmp/tmpk3j_h5g6.mjml /tmp/tmpk3j_h5g6/out", "mjml /tmp/tmp….mjml /tmp/tmp…/out"),
        ("connect", "localhost:27017", "localhost:27017"),
        ("connect", "10.0.123456.1:5432", "10.0.123456.1:5432"),
        ("subprocess", "kill 1234567", "kill …"),
    ],
)
def test_details_are_the_same_in_every_boot(kind: str, detail: str, shown: str | None) -> None:
    shown = shown or "poller <bound method Poller.run of <Poller at …>>"
    assert shown_detail(kind, detail, Path("/shop")) == shown
