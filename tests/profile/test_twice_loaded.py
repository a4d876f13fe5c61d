from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from django_startup.measure.spans import ImportSite
from django_startup.profile.parts import Module
from django_startup.profile.twice_loaded import twice_loaded
from tests.support.profiles import make_module


def module(name: str, file: str, *, line: int | None = 1, loaded: bool = True) -> Module:
    site = None if line is None else ImportSite("shop", "shop/views.py", line)
    return replace(make_module(name), file=file, importer=site, loaded=loaded)


def test_a_file_under_two_names() -> None:
    modules = [
        module("apps.shop.prices", "apps/shop/prices.py", line=3),
        module("shop.prices", "shop/../apps/shop/prices.py", line=5),
        module("alias", "apps/shop/prices.py"),
        module("by_hand", "apps/shop/prices.py", line=None),
        module("gone", "apps/shop/prices.py", loaded=False),
        module("shop.views", "shop/views.py"),
        module("one.so", "fast.so"),
        module("two.so", "fast.so"),
    ]
    (note,) = twice_loaded(modules, ("alias",), Path("/p"))
    assert (note.id, note.text) == (
        "twice-loaded",
        "1 file is loaded more than once, under different names (0.020 s for those after the first): "
        "apps/shop/prices.py as apps.shop.prices (shop/views.py:3) and shop.prices (shop/views.py:5). "
        "Import each by one name.",
    )
    assert list(twice_loaded(modules, ("alias", "shop.prices"), Path("/p"))) == []


def test_many_files() -> None:
    modules = [module(f"{top}.m{number}", f"m{number}.py") for number in range(5) for top in ("a", "b")]
    modules[5] = replace(modules[5], self_ns=2 * modules[5].self_ns)
    (note,) = twice_loaded(modules, (), Path())
    assert note.text.startswith("5 files are loaded more than once, under different names (0.120 s for those after")
    assert ": m2.py as a.m2 (shop/views.py:1) and b.m2 (shop/views.py:1); m0.py as " in note.text
