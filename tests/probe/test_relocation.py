"""Paths of a repository that lead to another directory."""

from __future__ import annotations

import os
import sys
from importlib.machinery import BuiltinImporter, FrozenImporter, PathFinder
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from django_startup.probe.relocation import Relocation, tables_of


@pytest.fixture
def directories(tmp_path: Path) -> tuple[Path, Path]:
    """A working tree, which is the current directory's parent, and the base."""
    root = Path(os.path.realpath(tmp_path))
    for name in ("tree/src/shop", "tree/new", "tree/.venv/site-packages", "base/tree/src/shop"):
        (root / name).mkdir(parents=True)
    (root / "base/tree/src/single.py").touch()
    (root / "link").symlink_to("tree")
    return root / "tree", root / "base/tree"


def make(directories: tuple[Path, Path]) -> Relocation:
    work, base = directories
    file = work.parent / "relocation"
    file.write_bytes(os.fsencode(work) + b"\0" + os.fsencode(base))
    return Relocation(str(file))


def test_paths(directories: tuple[Path, Path]) -> None:
    work, base = directories
    relocation = make(directories)
    assert relocation.moved(str(work)) == str(base)
    assert relocation.moved(f"{work}/src/") == relocation.moved(f"{work.parent}/link/src") == f"{base}/src"
    assert relocation.moved(f"{work}/src/single") == f"{base}/src/single"
    odd: list[object] = [f"{work}/new", f"{work}er/src", "src", "", None, b"/", f"{work}/src\0", str(work.parent)]
    assert [relocation.moved(path) for path in odd] == [None] * len(odd)


def test_the_search_path(directories: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    work, base = directories
    (base / "lib/site-packages").mkdir(parents=True)
    (work / "lib/site-packages").mkdir(parents=True)
    stays = ["", "/usr/lib/python", f"{work}/.venv/site-packages", f"{work}/new", Path("/other")]
    path = [*stays, f"{work}/src", f"{work}/lib/site-packages", str(work.parent)]
    monkeypatch.setattr(sys, "path", path)
    monkeypatch.setattr(sys, "meta_path", [])
    make(directories).start()
    assert sys.path is path
    inside = [f"{base}/src", f"{base}/lib/site-packages", f"{work}/lib/site-packages"]
    assert path == [*stays, *inside, str(base.parent), str(work.parent)]


def test_packages_that_are_loaded(directories: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    work, base = directories
    package, plain, odd = ModuleType("namespace"), ModuleType("plain"), SimpleNamespace(__path__=(f"{work}/src",))
    package.__path__ = [f"{work}/src/shop", "/usr/shop"]
    for module in (package, plain, odd, None):
        monkeypatch.setitem(sys.modules, f"relocated_{id(module)}", module)
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "meta_path", [])
    make(directories).start()
    assert package.__path__ == [f"{base}/src/shop", "/usr/shop"]
    assert odd.__path__ == (f"{work}/src",)


def test_finders_of_editable_installs(directories: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    work, base = directories
    module: Any = ModuleType("__editable___shop_finder")
    module.MAPPING = {"shop": f"{work}/src/shop", "single": f"{work}/src/single", "new": f"{work}/new"}
    module.NAMESPACES = {"company": [f"{work}/src", "/usr/company"], "deep": [[[f"{work}/src"]]]}
    by_class: Any = type("Finder", (), {"__module__": module.__name__, "redirections": {"a": f"{work}/src"}})
    by_instance = by_class()
    by_instance.known = [f"{work}/src/shop"]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, by_class, by_instance])
    make(directories).start()
    assert {"shop": f"{base}/src/shop", "single": f"{base}/src/single", "new": f"{work}/new"} == module.MAPPING
    assert {"company": [f"{base}/src", "/usr/company"], "deep": [[[f"{work}/src"]]]} == module.NAMESPACES
    assert by_class.redirections == {"a": f"{base}/src"}
    assert by_instance.known == [f"{base}/src/shop"]


def test_finders_of_the_interpreter_have_no_tables() -> None:
    assert [list(tables_of(finder)) for finder in (BuiltinImporter, FrozenImporter, PathFinder)] == [[], [], []]
    finder: Any = type("Finder", (), {"__module__": "gone", "__annotations__": {}, "__slots__": ()})()
    assert list(tables_of(finder)) == []
