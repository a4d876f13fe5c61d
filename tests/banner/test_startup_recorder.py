"""The recorder of runserver, put on and taken off in this process."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import AppConfig
from django.core.signals import request_started

from django_startup.apps import will_serve
from django_startup.banner import line as banner
from django_startup.banner import process_clocks, runserver, startup_recorder
from django_startup.banner.startup_recorder import RecordedStart, Session
from django_startup.probe import importlib_bootstrap
from django_startup.probe.run_queue import RunQueue

BOOTSTRAP: Any = sys.modules["_frozen_importlib"]


def state() -> list[object]:
    loader: Any = sys.modules["_frozen_importlib_external"]
    return [
        BOOTSTRAP._find_and_load,
        AppConfig.__dict__["create"],
        loader.SourceLoader.source_to_code,
        list(gc.callbacks),
        list(request_started.receivers),
    ]


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """A session of a project that wants the banner; it leaves everything as it was."""
    monkeypatch.setattr(startup_recorder, "banner_enabled", lambda: True)
    before = state()
    session = Session()
    yield session
    session.failure = None
    session.finish()
    assert state() == before


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Two packages and an app, in a directory for packages."""
    site = tmp_path / "site-packages"
    for file, text in {
        "acme/__init__.py": "import acme.one, acme_other\nfrom acme import three\n",
        "acme/one.py": "import acme.two\n",
        "acme/three.py": "",
        "acme/migrations/__init__.py": "",
        "acme/migrations/0001_initial.py": "import acme_tin\n",
        "acme_tin.py": "",
        "acme/two.py": "",
        "acme_other.py": "",
        "acme_space/tapes/__init__.py": "import acme_space.tapes.reel\n",
        "acme_space/tapes/reel.py": "",
        "acme_app/__init__.py": "",
    }.items():
        (site / file).parent.mkdir(parents=True, exist_ok=True)
        (site / file).write_text(text)
    monkeypatch.syspath_prepend(site)
    yield site
    for name in [name for name in sys.modules if name.startswith("acme")]:
        del sys.modules[name]


def imported(recorded: RecordedStart | None) -> list[str]:
    assert recorded is not None
    events = recorded.events
    return [str(events[at + 1]) for at, atom in enumerate(events) if atom == "import"]


def test_it_records_what_crosses_from_one_package_to_another(session: Session, packages: Path) -> None:
    session.start()
    session.start()  # which changes nothing
    importlib.import_module("acme")
    importlib.import_module("acme_space.tapes")
    names = imported(session.finish())
    assert [name for name in names if name.startswith("acme")] == [
        "acme",
        "acme_other",
        "acme_space.tapes",
        "acme_space",
        "acme_space.tapes.reel",
    ]
    assert session.finish() is None


def test_migrations_of_packages_are_no_imports_of_their_own(
    session: Session, packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = packages.with_name("project")
    for file in ("__init__.py", "migrations/__init__.py", "migrations/0001_initial.py"):
        (project / "acme_shop" / file).parent.mkdir(parents=True, exist_ok=True)
        (project / "acme_shop" / file).write_text("")
    monkeypatch.syspath_prepend(project)
    importlib.import_module("acme")
    session.start()
    importlib.import_module("acme.migrations.0001_initial")
    importlib.import_module("acme_shop.migrations.0001_initial")
    names = imported(session.finish())
    assert [name for name in names if name.startswith("acme")] == [
        "acme.migrations",
        "acme_tin",
        "acme_shop.migrations.0001_initial",
        "acme_shop.migrations",
        "acme_shop",
    ]


def test_collections_of_the_youngest_are_not_recorded(session: Session) -> None:
    session.start()
    gc.collect(0)
    gc.collect(2)
    recorded = session.finish()
    assert recorded is not None
    generations = [recorded.events[at + 1] for at, atom in enumerate(recorded.events) if atom == "gc"]
    assert "0" not in generations
    assert "2" in generations


def test_apps_are_as_before(session: Session, packages: Path) -> None:
    session.start()
    config, other = AppConfig.create("acme_app"), AppConfig.create("acme_app")
    config.import_models = config.import_models  # type: ignore[method-assign]
    config.ready()
    other.ready = replaced = lambda: None  # type: ignore[method-assign]
    with pytest.raises(Exception, match="acme_missing"):
        AppConfig.create("acme_missing")
    recorded = session.finish()
    assert recorded is not None
    assert [atom for atom in recorded.events if atom in ("app", "models", "ready")] == ["app", "app", "ready", "app"]
    assert not {"ready", "import_models"} & vars(config).keys()
    assert vars(other)["ready"] is replaced


class Refused(Exception):
    def __setattr__(self, name: str, value: object) -> None:
        raise AssertionError("code of the project was run")


def test_no_frame_of_ours_is_in_a_traceback(session: Session, packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise Refused

    session.start()
    config = AppConfig.create("acme_app")
    with pytest.raises(Exception, match="acme_missing") as missing:
        AppConfig.create("acme_missing")
    session.finish()
    monkeypatch.setattr(type(config), "ready", refuse)
    session.start()
    config = AppConfig.create("acme_app")
    with pytest.raises(Refused) as refused:
        config.ready()
    session.finish()
    for caught in (missing, refused):
        files = [str(entry.path) for entry in caught.traceback]
        assert files[0] == __file__
        assert not any(Path(file) == Path(startup_recorder.__file__) for file in files)
    assert [entry.name for entry in refused.traceback] == ["test_no_frame_of_ours_is_in_a_traceback", "refuse"]


def test_whoever_came_later_stays(session: Session, packages: Path) -> None:
    """Its wrapper holds ours, which then passes imports on."""
    original = BOOTSTRAP._find_and_load
    session.start()
    ours = BOOTSTRAP._find_and_load

    def theirs(*args: Any, **kwargs: Any) -> Any:
        return ours(*args, **kwargs)

    BOOTSTRAP._find_and_load = theirs
    recorded = session.finish()
    importlib.import_module("acme")
    assert BOOTSTRAP._find_and_load is theirs
    assert "acme" not in imported(recorded)
    BOOTSTRAP._find_and_load = original


def test_a_request_ends_it(session: Session) -> None:
    session.start()
    session.on_request()
    assert session.recording is None


def test_an_interpreter_that_does_not_let_its_imports_be_seen(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib_bootstrap, "is_hook_called", lambda bootstrap: False)
    session.start()
    session.hand_over()
    assert imported(session.finish()) == []


def test_a_fork_where_nothing_is_recorded(session: Session) -> None:
    session.forget()
    assert session.recording is None


def test_a_run_queue_that_is_not_there_any_more(tmp_path: Path) -> None:
    RunQueue(str(tmp_path / "nothing")).close()
    (tmp_path / "schedstat").write_text("1 2 3")
    run_queue = RunQueue(str(tmp_path / "schedstat"))
    os.close(run_queue.fd)
    run_queue.close()
    assert run_queue.read() == 0


def test_the_banner_is_not_wanted(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup_recorder, "banner_enabled", lambda: False)
    session.start()
    assert session.recording is None


def test_clocks_that_cannot_be_read(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup_recorder, "StartRecording", None)
    session.hand_over()
    with pytest.raises(TypeError):
        session.finish()


def test_a_server_that_has_served_prints_no_banner(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runserver, "session", session)
    session.start()
    session.on_request()
    command = runserver.StartupBannerMixin()
    command.startup_banner = True
    command.write_startup_banner()  # to no stdout
    assert not command.startup_banner


@pytest.mark.parametrize(
    ("arguments", "watched", "serves"),
    [
        (["runserver"], True, True),
        (["runserver"], False, False),
        (["runserver", "--noreload"], False, True),
        (["runserver", "8000", "--nor"], False, True),
        (["runserver", "--no"], False, False),
        (["runserver", "--nothreading"], False, False),
        (["testserver"], True, False),
        (["migrate", "--noreload"], False, False),
        ([], True, False),
    ],
)
def test_the_process_that_serves(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], watched: bool, serves: bool
) -> None:
    monkeypatch.setenv("RUN_MAIN", "true" if watched else "")
    assert will_serve(["manage.py", *arguments]) == serves


@pytest.mark.parametrize("text", [None, "", "1 (a) b) S 1 2", "1 (x) S" + " x" * 30])
def test_a_system_that_does_not_tell_when_a_process_began(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "stat"
    if text is not None:
        path.write_text(text)
    assert process_clocks.process_age(str(path)) is None


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system has no /proc")
def test_the_age_of_this_process() -> None:
    age = process_clocks.process_age()
    assert age is not None
    assert age > 0


def test_files_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["/shop/manage.py"])
    assert banner.shortened(str(tmp_path / "a/b.py")) == "a/b.py"
    assert banner.shortened("/shop/billing/models.py") == "billing/models.py"
    assert banner.shortened("/other/models.py") == "/other/models.py"
