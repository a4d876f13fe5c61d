"""A boot target in the directory of another revision."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.exceptions import UsageError
from django_startup.gate.worktree import checked_out, is_installed, moved
from django_startup.measure.target import BootTarget, Entry, How
from django_startup.measure.temporary import PREFIX, remove_abandoned
from tests.support.budget import git


@pytest.fixture
def trees(tmp_path: Path) -> tuple[Path, Path]:
    root = Path(os.path.realpath(tmp_path))
    for tree in ("work", "base"):
        (root / tree / "backend/lib").mkdir(parents=True)
        (root / tree / "backend/manage.py").touch()
    (root / "work/new").mkdir()
    return root / "work", root / "base"


def target_in(work: Path) -> BootTarget:
    entry = Entry(How.SCRIPT, "manage.py", str(work / "backend/manage.py"))
    return BootTarget(entry, directory=work / "backend", environment={"LANG": "C"})


def test_what_is_run_and_where(trees: tuple[Path, Path]) -> None:
    work, base = trees
    found = moved(target_in(work), work, base)
    assert (found.entry.target, found.entry.shown) == (str(base / "backend/manage.py"), "manage.py")
    assert (found.directory, found.relocation) == (base / "backend", (work, base))


def test_variables_and_options_that_are_paths(trees: tuple[Path, Path]) -> None:
    work, base = trees
    long = "/" + "x" * 5000
    variables = {
        "HOME": str(work),
        "PROJECT_ROOT": f"{work}/backend",
        "NEW": f"{work}/new",
        "PYTHONPATH": os.pathsep.join([f"{work}/backend/lib", "lib", "", "/usr/lib", f"{work}/new"]),
        "LONG": long,
        "DATABASE": f"sqlite:///{work}/backend",
    }
    options = (f"--pythonpath={work}/backend/lib", "--pythonpath=lib", f"--settings={work}/backend")
    found = moved(replace(target_in(work), environment=variables, options=options), work, base)
    assert found.options == (f"--pythonpath={base}/backend/lib", *options[1:])
    assert found.environment == {
        **variables,
        "PROJECT_ROOT": f"{base}/backend",
        "PYTHONPATH": os.pathsep.join([f"{base}/backend/lib", "lib", "", "/usr/lib", f"{work}/new"]),
    }


def test_submodules_at_another_commit(trees: tuple[Path, Path]) -> None:
    work, _ = trees
    lib = work.with_name("lib")
    lib.mkdir()
    identity = ("-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always")
    for repository in (lib, work):
        git(repository, "init", "--quiet")
        git(repository, *identity, "commit", "--quiet", "--allow-empty", "-m", "First")
    git(work, *identity, "submodule", "--quiet", "add", str(lib), "backend/vendor")
    git(work, "add", ".")
    git(work, *identity, "commit", "--quiet", "-m", "Second")
    target, options = target_in(work), ("backend/vendor", "backend/manage.py", "missing")
    with checked_out("HEAD", target, work, options) as revision:
        assert (revision.other_submodules, revision.name, revision.root) == ((), "HEAD", work)
        assert not list(revision.tree.rglob("backend/vendor/.git"))
    target = replace(target, entry=Entry(How.MODULE, "-m shop", "shop"), directory=work)
    with checked_out("HEAD~1", target, work, options) as revision:
        assert revision.other_submodules == ("backend/vendor",)
    assert len(git(work, "worktree", "list").splitlines()) == 1


def test_the_environment_of_this_process(trees: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    work, base = trees
    monkeypatch.setenv("PROJECT_ROOT", str(work))
    found = moved(replace(target_in(work), environment=None), work, base).environment
    assert found is not None
    assert found["PROJECT_ROOT"] == str(base)


def test_what_the_revision_does_not_have(trees: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    work, base = trees
    target = target_in(work)
    script = Entry(How.SCRIPT, "shop", str(work / "new/shop"))
    with pytest.raises(UsageError) as caught:
        moved(replace(target, entry=script), work, base)
    assert str(caught.value) == snapshot("shop is not in that revision, or not in the repository.")
    with pytest.raises(UsageError):
        moved(replace(target, directory=work / "new"), work, base)
    assert not is_installed(str(work / "new/shop"), work)
    assert is_installed(str(work / "env/site-packages/shop.py"), work)
    monkeypatch.setattr(sys, "prefix", str(work.parent))  # as /usr is, of a project in /usr/src
    assert not is_installed(str(work / "new/shop"), work)
    # A console script, of an environment in the repository or outside of it, is the same in both.
    monkeypatch.setattr(sys, "prefix", str(work / "new"))
    for entry in (script, Entry(How.SCRIPT, "django-admin", "/usr/bin/django-admin"), Entry(How.MODULE, "-m a", "a")):
        assert moved(replace(target, entry=entry), work, base).entry == entry


def test_trees_of_killed_processes_are_forgotten(trees: tuple[Path, Path]) -> None:
    work, base = trees
    identity = ("-c", "user.name=T", "-c", "user.email=t@example.com")
    git(work, "init", "--quiet")
    git(work, "add", ".")
    git(work, *identity, "commit", "--quiet", "-m", "First")
    killed = base / f"{PREFIX}1" / "work"
    for tree in (killed, base / "own", base / "gone"):
        git(work, "worktree", "add", "--quiet", "--detach", str(tree))
    (base / "gone").rename(base / "unplugged")
    with checked_out("HEAD", target_in(work), work, []) as revision:
        listed = [Path(line.split()[0]) for line in git(work, "worktree", "list").splitlines()]
        assert sorted(listed) == sorted([work, base / "own", base / "gone", revision.tree])
    assert not killed.parent.exists()


def test_trees_of_processes_that_run_stay(trees: tuple[Path, Path]) -> None:
    work, _ = trees
    identity = ("-c", "user.name=T", "-c", "user.email=t@example.com")
    git(work, "init", "--quiet")
    git(work, "add", ".")
    git(work, *identity, "commit", "--quiet", "-m", "First")
    with checked_out("HEAD", target_in(work), work, []) as first:
        remove_abandoned.cache_clear()
        with checked_out("HEAD", target_in(work), work, []) as second:
            assert first.tree.is_dir()
            assert len(git(work, "worktree", "list").splitlines()) == 3
            assert first.tree != second.tree
