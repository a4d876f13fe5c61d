"""What a base lacks, as a boot of the working tree has shown."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.gate.lacking import NOTHING, Lacking, make_lacking, missing_files, not_needed
from django_startup.gate.worktree import Revision
from django_startup.measure.observations import LoadedModule, OpenedFile
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget, Entry, How
from tests.support.budgets import make_recording

TRACKED = frozenset({"", "backend/manage.py", "backend/shop/settings.py", "backend/new.py", "vendor/lib"})
Make = Callable[..., Recording]


@pytest.fixture
def revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Revision:
    """Of a repository with a virtual environment in it; the base has two of its files."""
    work = Path(os.path.realpath(tmp_path)) / "work"
    base = work.with_name("base")
    texts = [*TRACKED - {"", "vendor/lib"}, "vendor/lib/a.py", "vendor/lib/b.py", ".venv/lib/stripe.py"]
    texts += ["backend/.env", "backend/shop/local.py", "backend/var/one.txt", "backend/var/deep/two.txt"]
    for file in [work / text for text in texts] + [base / "backend/manage.py", base / "backend/shop/settings.py"]:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (work / "backend/logs").mkdir()
    monkeypatch.setattr(Revision, "tracked", lambda revision: TRACKED)
    monkeypatch.setattr(sys, "prefix", str(work / ".venv"))
    target = BootTarget(Entry(How.SCRIPT, "manage.py", "manage.py"))
    return Revision("main", work, base, work / "backend", target)


def recording_of(
    revision: Revision, *modules: str, read: tuple[str, ...] = (), written: tuple[str, ...] = ()
) -> Recording:
    opened = [OpenedFile(str(revision.top / path), False) for path in read]
    opened += [OpenedFile(str(revision.top / path), True) for path in written]
    loaded = [LoadedModule(path, "", str(revision.top / path)) for path in modules]
    return replace(make_recording(), modules=(LoadedModule("sys", "", ""), *loaded), opened=tuple(opened))


def lacking(revision: Revision, recording: Recording) -> Lacking:
    return make_lacking(revision, missing_files(revision, recording))


def test_nothing(revision: Revision) -> None:
    recording = recording_of(
        revision,
        "backend/shop/settings.py",
        "backend/new.py",  # git has it: it is new
        ".venv/lib/stripe.py",
        "../outside.py",
        read=("backend/manage.py", "backend/not_there.txt"),
        written=("backend/shop/app.log",),
    )
    assert lacking(revision, recording) == NOTHING
    assert not NOTHING
    assert lacking(revision, recording_of(revision, "backend/manage.py")) == NOTHING


def test_files_that_are_read_or_imported(revision: Revision) -> None:
    recording = recording_of(revision, "backend/shop/local.py", read=("backend/.env",))
    found = lacking(revision, recording)
    assert found == Lacking((".env", "shop/local.py"))
    assert found.sentences == snapshot(
        "The base lacks .env, shop/local.py: git does not track them. To copy them, write "
        'against-files = [".env", "shop/local.py"] in [tool.django-startup.budget].'
    )


def test_directories(revision: Revision) -> None:
    """One that something is written into, and one of which several files are read."""
    read = ("backend/var/one.txt", "backend/var/deep/two.txt")
    recording = recording_of(revision, read=read, written=("backend/logs/app.log",))
    assert lacking(revision, recording) == Lacking(("logs", "var"))
    assert lacking(revision, recording_of(revision, read=read[1:])) == Lacking(("var/deep/two.txt",))


def test_submodules(revision: Revision) -> None:
    found = lacking(revision, recording_of(revision, "vendor/lib/a.py", "vendor/lib/b.py"))
    assert found == Lacking((), ("../vendor/lib",))
    assert found.sentences == snapshot(
        "The base lacks ../vendor/lib: a git worktree leaves submodules empty. To copy it, write "
        'against-files = ["../vendor/lib"] in [tool.django-startup.budget].'
    )
    assert Lacking(("a",), ("b",)).sentences == snapshot(
        "The base lacks a, b: git does not track them, and a git worktree leaves submodules empty. To copy them, write "
        'against-files = ["a", "b"] in [tool.django-startup.budget].'
    )


def test_many() -> None:
    assert Lacking(tuple("abcdef")).names == "a, b, c and 3 more"


def test_what_a_base_that_has_booted_does_not_lack(revision: Revision, monkeypatch: pytest.MonkeyPatch) -> None:
    """What both take from the working tree, and new modules: not what is ignored, nor new files that are read."""
    untracked = frozenset({"backend/shop/local.py", "backend/var/one.txt"})
    monkeypatch.setattr(Revision, "untracked", lambda revision: untracked)
    now = recording_of(revision, "backend/shop/local.py", read=("backend/.env", "backend/var/one.txt"))
    base = recording_of(revision, read=("backend/.env",))
    missing = missing_files(revision, now)
    assert missing - not_needed(revision, missing, now, base) == {"backend/var/one.txt"}
    assert not_needed(revision, frozenset(), now, base) == frozenset()
    monkeypatch.setattr(Revision, "untracked", lambda revision: frozenset())
    assert not_needed(revision, missing, now, base) == {"backend/.env"}
