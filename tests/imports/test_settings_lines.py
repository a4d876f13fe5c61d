"""On which line of the settings something is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_startup.imports.settings_lines import naming_lines

SETTINGS = """\
from x import base
LOGGERS = {"shop": 1}
INSTALLED_APPS = ["shop.cart", "shop"]
INSTALLED_APPS += ["added"]
INSTALLED_APPS.append("appended")
LOCAL_APPS: list = ["local"]
base.INSTALLED_APPS = ["of another"]
def more():
    return ["returned"]
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("shop", [(0, 3), (2, 2)]),
        ("shop.cart", [(0, 3)]),
        ("added", [(0, 4)]),
        ("appended", [(0, 5)]),
        ("local", [(1, 6)]),
        ("of another", [(2, 7)]),
        ("returned", [(2, 9)]),
        ("nowhere", []),
    ],
)
def test_lines_that_name_it(tmp_path: Path, text: str, found: list[tuple[int, int]]) -> None:
    path = tmp_path / "settings.py"
    path.write_text(SETTINGS)
    assert sorted(naming_lines(path, text, "INSTALLED_APPS")) == found


def test_a_file_that_cannot_be_parsed(tmp_path: Path) -> None:
    path = tmp_path / "settings.py"
    path.write_text("INSTALLED_APPS = [")
    assert list(naming_lines(path, "shop", "INSTALLED_APPS")) == []
