"""What is made of a start of workers, without one."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from django_startup.exceptions import UsageError
from django_startup.measure.observations import Environment, NamedModule
from django_startup.measure.target import BootTarget, Entry, How, Until
from django_startup.profile.workers import UnsafeState
from django_startup.workers import memory, prefork
from django_startup.workers.memory import find_served
from django_startup.workers.prefork import Served, check_path, check_system, ending, first_on_path, problem, read_result
from django_startup.workers.unsafe import chosen, find_unsafe
from tests.support.budgets import make_recording

TARGET = BootTarget(Entry(How.SETTINGS, "shop.settings", "shop.settings"), directory=Path("/shop"))
SERVED = Served(TARGET, "", "shop.settings", 2, "/", 9)
SITE = "/venv/lib/python3.13/site-packages/redis/client.py"
STDLIB = str(threading.__file__)


def test_other_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(UsageError) as raised:
        check_system()
    assert str(raised.value) == snapshot(
        "--workers needs Linux: what processes share is read from /proc/PID/smaps_rollup."
    )


def test_a_kernel_without_smaps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(prefork, "ROLLUP", Path("/no/such/file"))
    with pytest.raises(UsageError) as raised:
        check_system()
    assert str(raised.value) == snapshot(
        "This kernel has no /proc/PID/smaps_rollup (Linux 4.14, not gVisor), so what workers share cannot be measured."
    )
    monkeypatch.setattr(prefork, "ROLLUP", Path(__file__))
    check_system()


@pytest.mark.parametrize("path", ["boom", "", "/a b", "/a\n"])
def test_paths_that_are_none(path: str) -> None:
    with pytest.raises(UsageError, match="write a path that begins with /"):
        check_path(path)


def test_a_result_that_is_damaged(tmp_path: Path) -> None:
    assert read_result(tmp_path / "none") is None
    (tmp_path / "torn").write_bytes(b"\xfb")
    assert read_result(tmp_path / "torn") is None


def test_workers_whose_memory_is_not_told() -> None:
    worker = {"failure": (), "status": "200 OK"}
    assert problem({"failure": (), "workers": [worker]}, SERVED, str) == prefork.SILENT
    assert ending(None) == "with exit code None"


def test_where_the_project_is_imported_from() -> None:
    assert first_on_path(TARGET) == Path("/shop")


def test_an_application_that_the_settings_name(monkeypatch: pytest.MonkeyPatch) -> None:
    booted: list[Any] = []

    def boot(target: BootTarget, *arguments: Any, **options: Any) -> Any:
        booted.append(target)
        named = (
            NamedModule("ROOT_URLCONF", "shop.urls", "shop.urls"),
            NamedModule("WSGI_APPLICATION", "shop.wsgi.application", "shop.wsgi"),
        )
        return replace(make_recording(), named=named, environment=Environment(settings="shop.settings"))

    monkeypatch.setattr(memory, "boot", boot)
    served = find_served(TARGET, 2, "/", 9)
    assert (served.application, served.settings) == ("shop.wsgi.application", "shop.settings")
    assert booted[0].until is Until.WSGI


def test_the_place_to_look_at() -> None:
    own, foreign, python = ("/shop/apps.py", 3, "ready"), (SITE, 7, "connect"), (STDLIB, 9, "start")
    assert chosen((python, foreign, own), Path("/shop")) == ("/shop/apps.py", 3)
    assert chosen((python, foreign), Path("/shop")) == (SITE, 7)
    assert chosen((python,), Path("/shop")) == (STDLIB, 9)
    assert chosen((), Path("/shop")) == ("", 0)
    inside = ("/shop/.venv/lib/python3.13/site-packages/redis/client.py", 7, "connect")
    assert chosen((inside, own), Path("/shop")) == ("/shop/apps.py", 3)


def test_generators(tmp_path: Path) -> None:
    (tmp_path / "dice.py").write_text("def roll():\n    return DICE\n\n\nDICE = 1\nDICE = 2\n")
    (tmp_path / "wrong.py").write_text("x =\n")
    names = (("dice.DICE", "dice.py"), ("dice.LATE", "dice.py"), ("wrong.DICE", "wrong.py"), ("gone.DICE", "gone.py"))
    found = {
        "states": [("random", name, str(tmp_path / file), ()) for name, file in names],
        "workers": [{"draws": ["same", "one", "a", "a"]}, {"draws": ["same", "other", "a", "a"]}],
    }

    def told(state: UnsafeState) -> tuple[Any, ...]:
        return state.name, state.file, state.line, state.forks, state.snapshots

    assert [told(state) for state in find_unsafe(found, tmp_path, str)] == [
        ("dice.DICE", "dice.py", 5, True, True),
        ("dice.LATE", "dice.py", 0, False, True),
        ("wrong.DICE", "wrong.py", 0, True, True),
        ("gone.DICE", "gone.py", 0, True, True),
    ]
