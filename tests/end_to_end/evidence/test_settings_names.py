"""What the settings name is imported because of them, and what an app saves without being named there."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from tests.support.evidence import Booted, boot, install
from tests.support.helpers import app_config, make_project

SETTINGS = """\
DECOY = "cached"
TEMPLATE_OPTIONS = {"context": "shop.billing.context", "of": "billing"}
INSTALLED_APPS = [
    "pages",
    "billing",
]
ROOT_URLCONF = "pages.urls"
CACHES = {
    "default": {
        "BACKEND": "cached.backend.Cache",
    },
}
MIDDLEWARE = ["pages.middleware.Middleware"]
"""
CACHE = "from django.core.cache.backends.locmem import LocMemCache\nclass Cache(LocMemCache):\n    pass\n"
URLS = "import zoned\nimport billing.pay\nurlpatterns = []\nREADY = zoned.NOW\n"
MIDDLEWARE = "class Middleware:\n    def __init__(self, get_response):\n        pass\n"
READY = "import cached.backend; from django.core.cache import cache; cache.get('x')"


@pytest.fixture(scope="module")
def booted(tmp_path_factory: pytest.TempPathFactory) -> Booted:
    tmp_path = tmp_path_factory.mktemp("named")
    install(tmp_path, "cached", {"cached/__init__.py": "", "cached/backend.py": CACHE})
    install(tmp_path, "zoned", {"zoned.py": "NOW = 1\n"})
    files = {"billing/pay.py": "import zoned\ndef pay():\n    return zoned\n", "billing/slow.py": ""}
    apps = {
        "pages": {"urls.py": URLS, "middleware.py": MIDDLEWARE, "apps.py": app_config(READY, name="pages")},
        "billing": {"apps.py": app_config()},
    }
    return boot(make_project(tmp_path, settings=SETTINGS, apps=apps, files=files))


def test_a_setting_is_a_door_even_where_the_module_was_loaded_already(booted: Booted) -> None:
    assert list(booted.ways("cached").values()) == snapshot(
        [
            "already inside Config.ready(), which runs at start ready > ready() of pages > pages.apps",
            "'cached.backend.Cache' in CACHES settings > shop.settings",
        ]
    )
    assert booted.at("shop/settings.py", '"BACKEND"') in booted.ways("cached")
    assert "It is imported as long as a setting names it." in booted.why("cached")
    assert not any(fix["subject"] == "cached" for fix in booted.saved["fixes"])


def test_the_urlconf_stays_without_the_app_that_it_lies_in(booted: Booted) -> None:
    (app,) = [app for app in booted.saved["apps"] if app["label"] == "pages"]
    assert app["entry"] == "pages"
    names = {"setting": "ROOT_URLCONF", "value": "pages.urls", "module": "pages.urls"}
    assert names in booted.saved["named"]
    # zoned is there for the URLconf's sake.
    assert app["saving_ms"] < booted.saved["total"]["time_ms"]
    assert booted.at("shop/settings.py", 'ROOT_URLCONF = "pages.urls"') in booted.ways("pages.urls")


def test_the_line_of_an_installed_app_is_its_entrys(booted: Booted) -> None:
    assert booted.at("shop/settings.py", '    "billing",') in booted.ways("app:billing")


def test_what_an_app_saves_is_the_same_everywhere(booted: Booted) -> None:
    for app in booted.saved["apps"]:
        text = booted.show("--why", f"app:{app['label']}", durations=True)
        assert f"saves {app['saving_ms'] / 1000:.3f} s." in text


def test_the_door_that_brought_a_package_in_comes_first(booted: Booted) -> None:
    doors = booted.row("packages", "zoned")["doors"]
    assert [f"{door['file']}:{door['line']}" for door in doors] == ["pages/urls.py:1", "billing/pay.py:1"]
