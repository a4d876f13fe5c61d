"""Which files are searched: the project's own, wherever they lie, and nobody else's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from django_startup.imports.readers import project_files
from django_startup.imports.readers.project_files import find_files, search_directories


def make(project: Path, *names: str) -> None:
    for name in names:
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text("x = 1\n")


def found(*directories: Path) -> list[str]:
    """The files that are found, relative to the first directory."""
    root = os.path.realpath(directories[0])
    return sorted(os.path.relpath(file, root) for file in find_files(map(str, directories)).files)


def test_the_projects_own_files(tmp_path: Path) -> None:
    make(
        tmp_path,
        "manage.py",
        "shop/tests/test_a.py",
        "gui.pyw",
        "build/__init__.py",
        "env.d/a.py",
        "notes.txt",
        "venv/lib/a.py",
        "venv/pyvenv.cfg",
        "conda/lib/a.py",
        "conda/conda-meta/history",
        "lib/site-packages/a.py",
        "lib/dist-packages/a.py",
        "node_modules/a/a.py",
        ".tox/a.py",
        ".git/hooks/a.py",
        "__pycache__/a.py",
        "docs/build/lib/a.py",
        "shop/build/a.py",
    )
    assert found(tmp_path) == ["build/__init__.py", "env.d/a.py", "gui.pyw", "manage.py", "shop/tests/test_a.py"]


def test_scripts_without_a_suffix(tmp_path: Path) -> None:
    make(tmp_path, "bin/reprice", "bin/other", "bin/plain")
    for name, line in {
        "reprice": "#!/usr/bin/env python3",
        "other": "#!/bin/bash",
        "plain": "#!/usr/bin/python",
    }.items():
        (tmp_path / "bin" / name).write_text(f"{line}\nimport shop\n")
        (tmp_path / "bin" / name).chmod(0o644 if name == "plain" else 0o755)
    assert found(tmp_path) == ["bin/reprice"]


def test_large_files_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a.py", "b.py")
    (tmp_path / "b.py").write_text("x = 123\n")
    monkeypatch.setattr(project_files, "MOST_BYTES", 6)
    assert found(tmp_path) == ["a.py"]


def test_links(tmp_path: Path) -> None:
    project = tmp_path / "project"
    make(project, "a/x.py", "b/y.py")
    make(tmp_path, "shared/z.py", "lib/site-packages/django/w.py", "one.py")
    (project / "a/circle").symlink_to(project)
    (project / "a/itself").symlink_to("itself")
    (project / "a/gone.py").symlink_to("nothing.py")
    (project / "shared").symlink_to(tmp_path / "shared")
    (project / "again").symlink_to(tmp_path / "shared")
    (project / "django").symlink_to(tmp_path / "lib/site-packages/django")
    (project / "one.py").symlink_to(tmp_path / "one.py")
    assert found(project) == ["../one.py", "../shared/z.py", "a/x.py", "b/y.py"]
    links = find_files([str(project)]).links
    assert {os.path.relpath(link, project): os.path.relpath(real, project) for link, real in links.items()} == {
        "a/circle": ".",
        "shared": "../shared",
        "again": "../shared",
    }


def test_a_directory_that_is_not_there(tmp_path: Path) -> None:
    make(tmp_path, "a.py")
    assert found(tmp_path, tmp_path / "gone") == ["a.py"]


def directories(project: Path, root: Path, **modules: str) -> list[str]:
    loaded = [(name.replace("__", "."), str(root / file)) for name, file in modules.items()]
    return [os.path.relpath(path, root) for path in search_directories(str(project), loaded)]


def test_around_the_projects_directory(tmp_path: Path) -> None:
    make(tmp_path, "repo/pyproject.toml", "repo/src/manage.py", "plain/manage.py")
    assert directories(tmp_path / "repo/src", tmp_path) == ["repo"]
    assert directories(tmp_path / "repo", tmp_path) == ["repo"]
    assert directories(tmp_path / "plain", tmp_path) == ["plain"]


def test_the_home_directory_is_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "home/.git/config", "home/shop/manage.py")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert directories(tmp_path / "home/shop", tmp_path) == ["home/shop"]


def test_modules_that_lie_elsewhere(tmp_path: Path) -> None:
    make(tmp_path, "repo/manage.py", "lib/setup.py", "lib/src/kit/sub/a.py", "lib/src/kit/__init__.py")
    make(tmp_path, "venv/site-packages/shop/a.py", "venv/setup.cfg", "other/b.py")
    found = directories(
        tmp_path / "repo",
        tmp_path,
        manage="repo/manage.py",
        kit__sub__a="lib/src/kit/sub/a.py",
        kit="lib/src/kit/__init__.py",
        shop__a="venv/site-packages/shop/a.py",
        b="other/b.py",
    )
    assert found == ["repo", "lib", "venv/site-packages/shop", "other"]


def test_a_directory_inside_another_is_searched_once(tmp_path: Path) -> None:
    make(tmp_path, "a/pyproject.toml", "a/manage/manage.py", "pyproject.toml", "b.py")
    found = directories(tmp_path / "a/manage", tmp_path, b="b.py")
    assert found == ["."]
