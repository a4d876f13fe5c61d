"""The modules of a boot that was ended before it could list them."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_startup.measure.clocks import Clocks
from django_startup.measure.observations import LoadedModule
from django_startup.measure.recording import Recording
from django_startup.measure.spans import Span
from django_startup.profile.owners import DJANGO, NOBODY, PROJECT, STDLIB, Owners
from django_startup.profile.unlisted import unlisted_modules

ZERO = Clocks(0, 0, 0)


def recording(*names: str, kind: str = "import", failed: bool = False) -> Recording:
    spans = (Span(number, None, kind, name, 1, True, 0, failed=failed) for number, name in enumerate(names))
    return Recording(0, ZERO, ZERO, ZERO, spans=tuple(spans))


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package = tmp_path / "shop_unlisted"
    package.mkdir()
    for name in ("__init__", "models"):
        (package / f"{name}.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    return package


def test_they_are_looked_up(shop: Path) -> None:
    names = ("shop_unlisted.models", "shop_unlisted.gone", "missing_unlisted.x", "_thread", "a\0b", "json")
    found = {module.name: module for module in unlisted_modules(recording(*names))}
    assert sorted(found) == ["_thread", "json", "shop_unlisted", "shop_unlisted.models"]
    assert found["_thread"] == LoadedModule("_thread", "built-in", "")
    assert found["shop_unlisted"].directories == (str(shop),)
    file = str(shop / "models.py")
    assert found["shop_unlisted.models"] == LoadedModule("shop_unlisted.models", file, file)
    assert found["json"].file.endswith("json/__init__.py")


def test_packages_without_a_file_in_each_other(shop: Path) -> None:
    inner = shop.parent / "cloud_unlisted" / "storage"
    inner.mkdir(parents=True)
    (inner / "client.py").touch()
    found = {module.name: module for module in unlisted_modules(recording("cloud_unlisted.storage.client"))}
    assert found["cloud_unlisted.storage"].directories == (str(inner),)
    assert found["cloud_unlisted.storage.client"].file == str(inner / "client.py")


def test_what_was_not_imported() -> None:
    assert list(unlisted_modules(recording("json", failed=True))) == []
    assert list(unlisted_modules(recording("setup", kind="phase"))) == []


def test_whose_they_are(shop: Path) -> None:
    names = ("django.utils.html", "json", "shop_unlisted.models", "inline_snapshot", "missing_unlisted")
    owners = Owners.from_recording(recording(*names))
    kinds = [owners.of(name) for name in names]
    assert kinds[:3] == [DJANGO, STDLIB, PROJECT]
    assert kinds[3].name == "inline-snapshot"
    assert owners.of_missing("missing_unlisted") == NOBODY


def test_a_search_path_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.path", ["a\0b"])
    assert list(unlisted_modules(recording("json"))) == []
