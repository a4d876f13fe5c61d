"""Where the code is that registers something."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from django_startup.compare.comparison import Registration
from django_startup.lab.places import Places
from django_startup.profile.effects import Registries, RegistryEntry
from tests.support.profiles import make_module, make_profile

FILES = {
    "shop/urls.py": 'from shop import views\nurlpatterns = [\n    path("bill/", views.bill, name="bill"),\n]\n',
    "shop/admin.py": "from shop.models import Bill\n\nsite.register(Bill)\n",
    "shop/tags.py": "@register.filter\ndef euro(value):\n    pass\n",
    "shop/signals.py": "class Receivers:\n    async def pay(self):\n        pass\n",
    "shop/broken.py": "def (\n",
}


@pytest.mark.parametrize(
    ("registry", "entry", "place"),
    [
        ("url_names", RegistryEntry("shop:bill", "bill/", "shop.urls", "shop.urls"), ("shop/urls.py", 3)),
        (
            "admin",
            RegistryEntry(
                "django.contrib.admin.options.ModelAdmin",
                "admin shop.Bill",
                "django.contrib.admin.options",
                "shop.admin",
            ),
            ("shop/admin.py", 3),
        ),
        ("template_tags", RegistryEntry("euro", "tags", "shop.tags", "shop.tags"), ("shop/tags.py", 2)),
        ("receivers", RegistryEntry("shop.signals.Receivers.pay", "", "shop.signals", ""), ("shop/signals.py", 2)),
        ("models", RegistryEntry("shop.Bill_tags", "shop", "shop.tags", None), ("shop/tags.py", 0)),
        ("checks", RegistryEntry("shop.broken.check", "", "shop.broken", "shop.broken"), ("shop/broken.py", 0)),
        ("checks", RegistryEntry("shop.gone.check", "", "shop.gone", "shop.gone"), ("shop/gone.py", 0)),
        ("celery_tasks", RegistryEntry("add", "", "elsewhere", ""), ("", 0)),
    ],
)
def test_places(tmp_path: Path, registry: str, entry: RegistryEntry, place: tuple[str, int]) -> None:
    for file, text in FILES.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text)
    modules = tuple(make_module(f"shop.{name}") for name in ("urls", "admin", "tags", "signals", "broken", "gone"))
    profile = replace(make_profile(), modules=modules, registries=replace(Registries(), **{registry: (entry,)}))
    places = Places(profile, tmp_path)
    assert places.of(Registration(registry, entry.name, entry.of, entry.module)) == place
    assert places.of(Registration(registry, entry.name, entry.of, entry.module)) == place  # read once
