"""What a budget says to do with the lines that bring something in."""

from __future__ import annotations

import pytest

from django_startup.gate.explain import how_to_close
from django_startup.profile.parts import Door
from django_startup.profile.reasons import Reason

MOVES = Door("shop.models", "shop/models.py", 3, "import stripe", True, "used only in pay()", Reason.USED_IN_FUNCTIONS)
UNUSED = Door("shop.urls", "shop/urls.py", 1, "import stripe", False, "not used in this file", Reason.UNUSED)
STAYS = Door("shop.apps", "shop/apps.py", 14, "", False, "imported by name, line 14", Reason.IMPORTED_BY_NAME)


@pytest.mark.parametrize(
    ("doors", "fixes"),
    [
        ([], ()),
        ([MOVES, UNUSED, MOVES], ("shop/models.py:3 used only in pay()", "shop/urls.py:1 not used in this file")),
        ([MOVES, STAYS], ("none by moving an import: shop/apps.py:14 imported by name, line 14",)),
    ],
)
def test_all_lines_have_to_be_closed(doors: list[Door], fixes: tuple[str, ...]) -> None:
    assert how_to_close(doors) == fixes
