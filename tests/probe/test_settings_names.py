"""Which loaded modules the settings name."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from django_startup.probe.attributes import attributes
from django_startup.probe.settings_names import named


def test_strings_in_the_settings_that_name_loaded_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    modules = {name: ModuleType(name) for name in ("shop", "shop.urls", "shop.cache", "urls")}
    vars(modules["shop.cache"])["Cache"] = object()
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    around: list[Any] = ["shop.urls", "shop.urls"]
    around.append(around)
    settings = SimpleNamespace(
        ROOT_URLCONF="urls",
        SITE_NAME="shop",
        AUTH_USER_MODEL="shop.User",
        CACHES={"default": {"BACKEND": "shop.cache.Cache", "LOCATION": "shop.cache.elsewhere", 3: 4}},
        AROUND=(around, {"shop.urls"}, frozenset({"no.such.module"})),
        INSTALLED_APPS=["shop.urls"],
        lower="shop.urls",
    )
    lazy = SimpleNamespace(_wrapped=settings)
    monkeypatch.setitem(sys.modules, "django.conf", SimpleNamespace(settings=lazy))
    assert sorted(named(attributes)) == [
        ["Y", "AROUND", "shop.urls", "shop.urls"],
        ["Y", "CACHES", "shop.cache.Cache", "shop.cache"],
        ["Y", "ROOT_URLCONF", "urls", "urls"],
    ]


def test_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "django.conf", raising=False)
    assert list(named(attributes)) == []
