"""The observers where no tiny project gets them to: hooks that coverage cannot see, systems that are not here."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from django_startup.measure.boot import BootKind, boot
from django_startup.measure.redaction import make_redaction
from django_startup.measure.target import BootTarget, Until, find_entry
from django_startup.probe import (
    evidence,
    importlib_bootstrap,
    importlib_bootstrap_edges,
    importlib_bootstrap_frames,
)
from django_startup.probe.attributes import attributes
from django_startup.probe.recorder import Recorder
from django_startup.probe.registries import Entry, Registries
from django_startup.probe.run_queue import RunQueue
from django_startup.probe.side_effects import MOST_RECORDS, SideEffects, describe
from tests.support.helpers import app_config, make_project


class Broken:
    """A thing that cannot be shown."""

    def __str__(self) -> str:
        raise RuntimeError


class Emitted(SimpleNamespace):
    """Stands in for the recorder."""

    def __init__(self) -> None:
        super().__init__(records=[])

    def emit(self, record: Any) -> None:
        self.records.append(record)


# Side effects


def work() -> None: ...


@pytest.mark.parametrize(
    ("kind", "arguments", "detail"),
    [
        ("subprocess", ("sh", ["sh", "-c", b"true"], None, None), "sh -c true"),
        ("subprocess", ("/bin/true", (b"true", "x"), {}), "true x"),
        ("subprocess", ("true \xe9",), "true \xe9"),
        ("subprocess", (b"true \xff",), "true �"),
        ("subprocess", (None, Path("/bin/true")), "/bin/true"),
        ("thread", (work, ()), f"{__name__}.work"),
        ("thread", (SimpleNamespace(),), "?.?"),
        ("fork", (), "os.fork()"),
        ("dns", ("localhost", 80, 0, 0, 0), "localhost:80"),
        ("dns", (b"localhost", None), "localhost"),
        ("dns", ("localhost",), "localhost"),
        ("connect", (object(), ("127.0.0.1", 80)), "127.0.0.1:80"),
        ("connect", (object(), ("::1", 80, 0, 0)), "::1:80"),
        ("connect", (object(), "/run/socket"), "/run/socket"),
        ("connect", (object(), b"/run/socket"), "/run/socket"),
        ("connect", (object(), ()), "()"),
        ("connect", (":memory:",), ":memory:"),
    ],
)
def test_what_an_effect_is_about(kind: str, arguments: tuple[Any, ...], detail: str) -> None:
    assert describe(kind, arguments, make_redaction()) == detail


def test_audit_events() -> None:
    recorder = Emitted()
    effects = SideEffects(recorder, "/nowhere", make_redaction())  # type: ignore[arg-type]
    effects.inside.add(threading.get_ident())
    effects.audit("os.fork", (), sys._getframe())  # within what is timed already
    effects.inside.clear()
    effects.audit("os.fork", (), sys._getframe())
    effects.audit("os.system", (Broken(),), sys._getframe())
    effects.audit("os.system", (), sys._getframe())
    assert [(record[0], record[1], *record[3:7]) for record in recorder.records] == [
        ("S", 1, "fork", "os.fork()", "", 0),
        ("S", 2, "subprocess", "subprocess", "", 0),
        ("S", 3, "subprocess", "subprocess", "", 0),
    ]
    assert recorder.records[0][7][0] == __file__
    assert recorder.records[0][7][2] == "test_audit_events"


def test_only_so_many_are_kept() -> None:
    recorder = Emitted()
    effects = SideEffects(recorder, "/nowhere", make_redaction())  # type: ignore[arg-type]
    assert [effects.note("dns", "x", "", 0, None) for _ in range(MOST_RECORDS + 2)][-3:] == [MOST_RECORDS, 0, 0]
    assert len(recorder.records) == MOST_RECORDS


def test_call_that_cannot_be_described() -> None:
    recorder = Emitted()
    effects = SideEffects(recorder, "/nowhere", make_redaction())  # type: ignore[arg-type]
    inner = effects.timed("dns", lambda *names: len(names), lambda name: (name, ""))
    outer = effects.timed("connect", lambda *names: inner(*names), lambda name: (name, "default"))
    assert (outer("a"), outer("a", "b"), inner("a")) == (1, 2, 1)
    assert [record[3:6] for record in recorder.records] == [
        ("connect", "a", "default"),
        ("connect", "connect", ""),
        ("dns", "a", ""),
    ]


def test_threads_before_python_3_12() -> None:
    recorder = Emitted()
    effects = SideEffects(recorder, "/nowhere", make_redaction())  # type: ignore[arg-type]
    threading = SimpleNamespace(_start_new_thread=lambda *args: 17)
    effects.wrap_threading(threading)
    assert threading._start_new_thread(work, ()) == 17
    assert recorder.records[0][3:5] == ("thread", f"{__name__}.work")


# Memory


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells what is resident")
def test_resident_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    resident = evidence.resident_memory()
    assert resident() > 2**20

    def closed(*arguments: object) -> bytes:
        raise OSError

    for pread in (closed, lambda *arguments: b"", lambda *arguments: b"one two"):
        monkeypatch.setattr(os, "pread", pread)
        assert resident() == 0
    assert evidence.resident_memory() is not None
    monkeypatch.setattr(os, "pread", closed)
    assert evidence.resident_memory() is None
    monkeypatch.delattr(os, "pread")
    assert evidence.resident_memory() is None


# Registries


@pytest.mark.parametrize(
    ("module", "reader"),
    [
        ("django.dispatch.dispatcher", Registries.receivers),
        ("django.core.checks.registry", Registries.checks),
        ("django.contrib.admin.sites", Registries.admin),
        ("django.template", Registries.template_tags),
        ("celery._state", Registries.celery_tasks),
    ],
)
def test_what_is_not_loaded_has_registered_nothing(
    monkeypatch: pytest.MonkeyPatch, module: str, reader: Callable[[Registries], Iterator[Entry]]
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    assert list(reader(Registries({}, attributes))) == []


# The import hook


def test_interpreter_that_ignores_the_hook() -> None:
    bootstrap = ModuleType("bootstrap")
    bootstrap._find_and_load = work  # type: ignore[attr-defined]
    assert not importlib_bootstrap.is_hook_called(bootstrap)
    assert bootstrap._find_and_load is work


def test_this_interpreter_does_not() -> None:
    assert importlib_bootstrap.is_hook_called(sys.modules["_frozen_importlib"])


@pytest.mark.parametrize(
    ("name", "names", "level", "resolved"),
    [
        ("json", {}, 0, "json"),
        ("api", {"__package__": "shop"}, 1, "shop.api"),
        ("", {"__package__": "shop.sub"}, 1, "shop.sub"),
        ("api", {"__package__": "shop.sub"}, 2, "shop.api"),
        ("api", {"__spec__": SimpleNamespace(parent="shop")}, 1, "shop.api"),
        ("api", {"__name__": "shop", "__path__": []}, 1, "shop.api"),
        ("api", {"__name__": "shop.models"}, 1, "shop.api"),
        ("api", {}, 1, ".api"),
    ],
)
def test_relative_imports(name: str, names: dict[str, Any], level: int, resolved: str) -> None:
    assert importlib_bootstrap_edges.resolve(name, names, level) == resolved


def test_the_innermost_span_that_an_exception_has_left() -> None:
    recorder = Recorder(gc, count(1).__next__, RunQueue(os.devnull))
    error = ValueError()
    assert recorder.failed_span(error, ("x.py", 1)) == 0
    recorder.note_failure(error, ("x.py", 1), 7)
    recorder.note_failure(error, ("x.py", 1), 3)
    assert recorder.failed_span(error, ("x.py", 1)) == 7
    recorder.note_failure(error, ("x.py", 2), 3)  # another one with the same id
    assert recorder.failed_span(error, ("x.py", 2)) == 3
    recorder.main = 0
    recorder.note_failure(error, ("x.py", 1), 9)  # in another thread
    assert recorder.failed_span(error, ("x.py", 1)) == 0
    recorder.run_queue.close()


def test_where_an_exception_was_raised() -> None:
    code = sys._getframe().f_code
    with pytest.raises(ValueError, match="here") as caught:
        raise ValueError("here")
    assert importlib_bootstrap_frames.raised(caught.value) == (code.co_filename, caught.tb.tb_lineno)
    assert importlib_bootstrap_frames.raised(ValueError()) == ("", 0)
    line = sys._getframe().f_lineno + 1
    assert importlib_bootstrap_frames.raised(ValueError(), sys._getframe()) == (code.co_filename, line)


def test_a_bare_boot_records_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    apps = {"billing": {"apps.py": app_config("import json")}}
    project = make_project(tmp_path, settings="USE_TZ = True\n", apps=apps)  # Django 4.2 warns where it is not set
    monkeypatch.setenv("PYTHONPATH", str(project))  # the tests may run with -P, which goes on to the children
    recording = boot(BootTarget(find_entry(None, project), Until.URLS, directory=project), BootKind.BARE, timeout=60)
    assert recording.outcome == "reached"
    assert [span.name for span in recording.spans] == ["interpreter"]
    assert (recording.edges, recording.side_effects, recording.registries) == ((), (), ())
    assert recording.time_ns > 0


def test_a_bare_boot_says_why_it_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    project = make_project(tmp_path, settings="USE_TZ = True\nraise ValueError('by design')\n")
    monkeypatch.setenv("PYTHONPATH", str(project))
    recording = boot(BootTarget(find_entry(None, project), Until.URLS, directory=project), BootKind.BARE, timeout=60)
    assert recording.outcome == "exception"
    assert recording.failure is not None
    assert "by design" in str(recording.failure)


class Lazy:
    """As an object of Django's that is made when anything of it is asked for, by an import."""

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(f"asked for {name}")


def test_what_a_frame_works_on_is_not_asked_for_its_class() -> None:
    def __getattr__(self: Any, name: str) -> Any:
        return importlib_bootstrap_frames.is_of_module(sys._getframe())

    assert not __getattr__(Lazy(), "name")
    assert __getattr__(sys, "name")
