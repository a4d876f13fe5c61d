"""Who else reads the names of an import, also in files that the boot does not load."""

from __future__ import annotations

import re

import pytest
from inline_snapshot import snapshot

from tests.support.evidence import Booted, boot, install
from tests.support.helpers import cache_directory, make_project

USE = "import stripe\ndef pay():\n    return stripe\n"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Booted:
    """A project whose modules import stripe for their functions, and in which others have stripe from them."""
    tmp_path = tmp_path_factory.mktemp("desk")
    install(tmp_path, "stripe", {"stripe.py": "KEY = 3\n"})
    billing = {
        "models.py": "from billing import command, doubt, patched, settings_name, typed, view\n",
        **{f"{name}.py": USE for name in ("command", "patched", "typed", "view", "doubt")},
        "settings_name.py": "from stripe import KEY\ndef pay():\n    return KEY\n",
        "views.py": "from billing import doubt, view\ndef show(name):\n    return view.stripe, getattr(doubt, name)\n",
        "types.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from billing.typed import stripe\n",
        "management/commands/pay.py": "from billing.command import stripe\n",
        "tests.py": "from unittest import mock\nfor _ in 'abcd':\n"
        + "".join(f"    mock.patch('billing.patched.stripe.{name}')\n" for name in "abcd"),
    }
    urls = "from billing import types, views\nurlpatterns = []\n"
    settings = "from shop.base import *\nfrom billing.settings_name import KEY\n"
    files = {"shop/base.py": "from stripe import KEY as STRIPE_KEY\ndef key():\n    return STRIPE_KEY\n"}
    apps = {"billing": billing}
    return boot(make_project(tmp_path, apps=apps, urls=urls, settings=settings, files=files))


def test_what_keeps_an_import_and_what_changes_with_it(desk: Booted) -> None:
    texts = {place: re.sub(r" (?:models|settings|urls) > .*", "", way) for place, way in desk.ways("stripe").items()}
    ways = {place: text.replace(": move it there, or make it lazy (Python 3.15)", "") for place, text in texts.items()}
    assert ways == snapshot(
        {
            "billing/command.py:1": (
                "used only in pay(); change as well: billing/management/commands/pay.py:1 imports stripe from here"
            ),
            "billing/doubt.py:1": "may be re-exported: billing/views.py:3 may read stripe from here",
            "billing/patched.py:1": (
                "used only in pay(); change as well: billing/tests.py:3 patches stripe here, "
                "billing/tests.py:4 patches stripe here, billing/tests.py:5 patches stripe here and 1 more"
            ),
            "billing/settings_name.py:1": "re-exported: shop/settings.py:5 imports KEY from here",
            "billing/typed.py:1": (
                "used only in pay(); change as well: billing/types.py:3 imports stripe from here for type checkers"
            ),
            "billing/view.py:1": "re-exported: billing/views.py:3 reads stripe from here",
            "shop/base.py:1": "re-exported: shop/settings.py:1 has STRIPE_KEY as a setting",
        }
    )


def test_the_doors_of_a_profile(desk: Booted) -> None:
    [package] = [package for package in desk.saved["packages"] if package["name"] == "stripe"]
    readers = {door["file"]: door["readers"] for door in package["doors"] if door["readers"]}
    assert readers == snapshot(
        {
            "billing/command.py": ["billing/management/commands/pay.py:1 imports stripe from here"],
            "billing/patched.py": [
                "billing/tests.py:3 patches stripe here",
                "billing/tests.py:4 patches stripe here",
                "billing/tests.py:5 patches stripe here",
                "billing/tests.py:6 patches stripe here",
            ],
            "billing/typed.py": ["billing/types.py:3 imports stripe from here for type checkers"],
        }
    )


def test_what_was_found_is_kept(desk: Booted) -> None:
    [path] = (cache_directory(desk.project) / "django-startup/files").iterdir()
    assert path.name.startswith("project-")
