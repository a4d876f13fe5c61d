"""The kind of each verdict that the text of a file can lead to, and doors of other versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_startup.imports.deferral import judge
from django_startup.profile.json_form import from_json, to_json
from django_startup.profile.parts import Door
from django_startup.profile.reasons import Reason
from tests.support.profiles import DOOR

PAY = "def refund():\n    stripe.pay()\n"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"import stripe\n{PAY}", Reason.USED_IN_FUNCTIONS),
        ("from __future__ import annotations\nimport stripe\nx: stripe.X = 3\n", Reason.USED_IN_ANNOTATIONS),
        ("def load():\n    import stripe\n", Reason.INSIDE_FUNCTION),
        ("try:\n    import stripe\nexcept E:\n    pass\n", Reason.INSIDE_TRY),
        ("with lock:\n    import stripe\n", Reason.INSIDE_WITH),
        ("class Shop:\n    import stripe\n", Reason.INSIDE_CLASS),
        (f"if DEBUG:\n    import stripe\n{PAY}", Reason.INSIDE_CONDITION),
        ("from stripe import *\n", Reason.STAR_IMPORT),
        (f"import stripe\n__all__ = ['stripe']\n{PAY}", Reason.IN_ALL),
        (f"import stripe\nstripe = 3\n{PAY}", Reason.BOUND_AGAIN),
        (f"import stripe\nfrom x import stripe\n{PAY}", Reason.BOUND_AGAIN),
        ("import stripe\nstripe.pay()\n", Reason.CALL),
        ("import stripe\nclass Pay(stripe.Pay): pass\n", Reason.BASE_CLASS),
        ("import stripe\n@stripe.hook\nclass Pay: pass\n", Reason.DECORATOR),
        ("import stripe\n@stripe.hook\ndef pay(): pass\n", Reason.DECORATOR),
        ("import stripe\ndef pay(x=stripe.X): pass\n", Reason.DEFAULT),
        ("import stripe\nclass Pay:\n    kind = stripe.KIND\n", Reason.CLASS_BODY),
        ("import stripe\n@hook\ndef pay(x: stripe.X): pass\n", Reason.EVALUATED_ANNOTATION),
        ("import stripe\nkind = stripe.KIND\n", Reason.MODULE_LEVEL),
        ("import stripe\n", Reason.UNUSED),
        ("__lazy_modules__ = ['stripe']\nimport stripe\nstripe.pay()  # no import\n", Reason.IMPORTED_LAZILY),
        ("import_module('stripe')\n", Reason.IMPORTED_BY_NAME),
        ("import stripe\nclass\n", Reason.NO_SOURCE),
    ],
)
def test_every_verdict_has_a_kind(tmp_path: Path, text: str, kind: Reason) -> None:
    path = tmp_path / "models.py"
    path.write_text(text)
    line = next(number for number, line in enumerate(text.splitlines(), 1) if "stripe" in line and "import" in line)
    if kind is Reason.IMPORTED_LAZILY:
        line = 3
    found = judge(path, line)
    assert (found.kind, found.deferrable) == (kind, kind.is_movable)


def test_only_two_kinds_can_move() -> None:
    assert [kind for kind in Reason if kind.is_movable] == [Reason.USED_IN_FUNCTIONS, Reason.USED_IN_ANNOTATIONS]


def test_a_door_of_an_earlier_or_later_version_can_be_read() -> None:
    saved = to_json(DOOR)
    assert from_json(Door, saved) == DOOR
    assert from_json(Door, {**saved, "kind": "reason-of-tomorrow"}).kind is Reason.UNKNOWN
    del saved["kind"]
    assert from_json(Door, saved).kind is Reason.UNKNOWN
