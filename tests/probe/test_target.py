"""What the probe runs itself, in this process."""

from __future__ import annotations

import site
import sys
from pathlib import Path
from typing import Any

import pytest

from django_startup.probe import target as target_module
from django_startup.probe.entries import RUNNERS
from django_startup.probe.recorder import Silent
from django_startup.probe.target import Target, is_success


def test_what_an_interpreter_does_before_its_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(site, "main", lambda: done.append("site"))
    RUNNERS["site"]("")
    assert done == ["site"]


def test_a_script_that_does_not_ask_for_django(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "__main__.py").write_text("done = True\n")
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    RUNNERS["script"](str(tmp_path))
    assert sys.modules["__main__"].__dict__["done"]
    assert sys.path[0] == str(tmp_path)


class Ends:
    """Stands in for the boot, and for what knows whether Django is ready."""

    def __init__(self, *, ready: bool = True, goes_on: bool = False, importing: bool = False) -> None:
        self.ready = ready
        self.importing = importing
        self.serves = ""
        self.goes_on = goes_on
        self.told: list[object] = []

    def reached(self) -> None:
        self.told.append("reached")

    def unready(self) -> None:
        self.told.append("unready")

    def died(self, error: BaseException) -> None:
        self.told.append(error)

    def stuck(self, where: str, error: BaseException) -> None:
        self.told.append((where, error))

    def is_importing(self, frame: object) -> bool:
        return self.importing

    def is_ready(self) -> bool:
        return self.ready

    def goes_on_to_a_command(self, frame: object) -> bool:
        return self.goes_on


def make_target(until: str, ends: Ends) -> Target:
    return Target(until, Silent(), ends, ends, RUNNERS)


def test_a_target_before_the_urlconf() -> None:
    ends = Ends()
    make_target("setup", ends).reach()
    assert ends.told == ["reached"]


@pytest.mark.parametrize("until", ["setup", "urls", "checks", "wsgi", "asgi"])
def test_a_target_behind_a_django_that_is_not_ready(until: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Left(Exception):
        """As the process is."""

    def leave() -> None:
        raise Left

    ends = Ends(ready=False)
    target = make_target(until, ends)
    monkeypatch.setattr(ends, "unready", leave)
    monkeypatch.setattr(target, "load_application", lambda server: None)
    with pytest.raises(Left):
        target.reach()
    assert ends.told == []


def test_the_outermost_call_that_makes_django_ready_reaches_the_target() -> None:
    ends = Ends()
    target = make_target("setup", ends)
    told: list[list[object]] = []
    inner = target.on_ready(lambda: None)

    def setup() -> None:
        inner()
        told.append([*ends.told])

    target.on_ready(setup)()
    assert (told, ends.told) == ([[]], ["reached"])


@pytest.mark.parametrize(
    ("until", "ends"),
    [
        ("setup", Ends(ready=False)),
        ("urls", Ends(goes_on=True)),
        ("settings", Ends()),
        ("command", Ends()),
        ("beyond", Ends()),
    ],
    ids=["not ready", "on the way to a command", "settings", "command", "beyond"],
)
def test_setup_that_is_not_all_that_the_target_waits_for(until: str, ends: Ends) -> None:
    make_target(until, ends).on_ready(lambda: None)()
    assert ends.told == []


def test_what_is_caught_behind_setup_ends_the_boot(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker calls its receivers so that no exception of theirs ends it."""
    broken = LookupError("no such view")

    def walk() -> None:
        raise broken

    ends = Ends()
    monkeypatch.setattr(target_module, "walk_urls", walk)
    make_target("urls", ends).on_ready(lambda: None)()
    assert ends.told == [broken]


@pytest.mark.parametrize(
    ("code", "ready", "how", "told"),
    [
        ("None", True, "script", ["reached"]),
        ("0", True, "script", ["reached"]),
        ("1", True, "script", None),
        ("0", False, "script", None),
        ("0", True, "site", None),
    ],
)
def test_a_script_that_ends_by_itself(
    code: str, ready: bool, how: str, told: list[object] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave(entry: str) -> None:
        raise SystemExit(None if code == "None" else int(code))

    ends = Ends(ready=ready)
    monkeypatch.setitem(RUNNERS, how, leave)
    if told is None:
        with pytest.raises(SystemExit):
            make_target("setup", ends).run(how, "manage.py")
    else:
        make_target("setup", ends).run(how, "manage.py")
    assert ends.told == (told or [])


@pytest.mark.parametrize(
    ("until", "ready", "setting_up", "waits"),
    [
        ("urls", False, 0, True),
        ("urls", True, 0, False),
        ("urls", False, 1, False),
        ("command", False, 0, False),
    ],
)
def test_what_a_forked_process_is_needed_for(until: str, ready: bool, setting_up: int, waits: bool) -> None:
    target = make_target(until, Ends(ready=ready))
    target.setting_up = setting_up
    assert target.is_waiting() is waits


@pytest.mark.parametrize(
    ("until", "ready", "told"),
    [
        ("command", True, ["waits", "reached"]),
        ("setup", True, ["waits", "reached"]),
        ("settings", True, []),
        ("beyond", True, []),
    ],
)
def test_a_process_that_serves(until: str, ready: bool, told: list[object]) -> None:
    ends = Ends(ready=ready)
    make_target(until, ends).served("waits")
    assert [ends.serves, *ends.told] == (told or [""])


@pytest.mark.parametrize("until", ["command", "urls"])
def test_a_process_that_serves_without_django(until: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Left(Exception):
        """As the process is."""

    def leave() -> None:
        raise Left

    ends = Ends(ready=False)
    monkeypatch.setattr(ends, "unready", leave)
    with pytest.raises(Left):
        make_target(until, ends).served("waits")
    assert (ends.serves, ends.told) == ("waits", [])


def test_a_process_that_is_stuck() -> None:
    ends, error = Ends(), OSError("refused")
    make_target("urls", ends).stuck("amqp://", error)
    assert ends.told == []
    make_target("command", ends).stuck("amqp://", error)
    assert ends.told == [("amqp://", error)]


@pytest.mark.parametrize("importing", [False, True])
def test_what_a_worker_does_behind_a_ready_django_is_its_command(importing: bool) -> None:
    ends = Ends(importing=importing)
    target = make_target("command", ends)
    target.on_ready(lambda: None)()
    assert (target.commanding is None, ends.told) == (importing, [])


@pytest.mark.parametrize(
    ("until", "commanding", "told"), [("command", None, ["reached"]), ("command", 3, []), ("urls", None, [])]
)
def test_django_s_command_line_comes_to_its_end(until: str, commanding: int | None, told: list[object]) -> None:
    ends = Ends()
    target = make_target(until, ends)
    target.commanding = commanding
    target.on_executed()
    assert ends.told == told


def test_a_script_that_completes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RUNNERS, "script", lambda entry: None)
    ends = Ends()
    target = make_target("command", ends)
    target.commanding = 3
    monkeypatch.setenv("DJANGO_AUTO_COMPLETE", "1")
    target.run("script", "pytest")
    assert ends.told == []
    monkeypatch.delenv("DJANGO_AUTO_COMPLETE")
    target.run("script", "pytest")
    assert ends.told == ["reached"]


class Odd:
    def __eq__(self, other: object) -> bool:
        raise KeyboardInterrupt

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("code", "is_successful"), [(None, True), (0, True), (1, False), ("no", False), (Odd(), False)]
)
def test_a_script_that_leaves_by_itself(code: Any, is_successful: bool) -> None:
    assert is_success(SystemExit(code)) is is_successful
