"""What boots do beside importing."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from tests.support.evidence import (
    BURN,
    EFFECTS,
    Booted,
    boot,
    install,
    places,
)
from tests.support.helpers import app_config, at, make_project, run


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Booted:
    """A project that does all kinds of things while it starts."""
    tmp_path = tmp_path_factory.mktemp("busy")
    names = "query, shell, program, thread, connect, resolve, fork, spawn, odd"
    apps = {
        "billing": {
            "effects.py": EFFECTS,
            "apps.py": app_config(f"from billing.effects import {names}; [f() for f in ({names})]"),
            "models.py": "from billing import effects\neffects.shell()\n",
        }
    }
    database = "{'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}"
    other = f"DATABASES = {{name: {database} for name in ('default', 'other')}}\n"
    install(tmp_path, "tools", {"tools.py": "import os\ndef run():\n    os.system('true tools')\nrun()\n"})
    settings = f"{other}from billing import effects\neffects.resolve()\n"
    urls = "import billing.effects\nbilling.effects.thread()\nurlpatterns = []\n"
    files = {"wsgi_like.py": "import os\nos.system('true script')\nimport tools\nfrom manage import main\nmain()\n"}
    return boot(make_project(tmp_path, settings=settings, apps=apps, urls=urls, files=files), "--entry", "wsgi_like.py")


def ready(busy: Booted, detail: str) -> tuple[Any, ...]:
    """Something that a helper does, which ready() has called."""
    return (detail, "ready", "billing", None, busy.at("billing/apps.py", "for f in"), "ready")


def test_sql(busy: Booted) -> None:
    assert {effect["alias"] for effect in busy.effects("sql")} == {"other"}
    assert places(busy, "sql") == [
        ready(busy, detail) for detail in ("SELECT %s AS secret", "CREATE TABLE t (x)", "INSERT INTO t VALUES (%s)")
    ]
    assert "hunter2" not in json.dumps(busy.saved)


def test_programs(busy: Booted) -> None:
    python = Path(sys.executable).name
    here = busy.at("billing/models.py", "effects.shell()")
    shell = ("true of the shell", "true in bytes")
    ran = (*shell, f"{python} -c pass", "true || false", "true", "program", "python -c pass", "3")
    assert places(busy, "subprocess") == [
        ("true script", "entry", None, None, "wsgi_like.py:2", "<module>"),
        ("true tools", "entry", None, "tools", "wsgi_like.py:3", "<module>"),
        *[(detail, "models", "billing", "billing.models", here, "<module>") for detail in shell],
        *[ready(busy, detail) for detail in ran],
    ]


def test_threads(busy: Booted) -> None:
    here = busy.at("shop/urls.py", "effects.thread()")
    assert places(busy, "thread") == [
        ready(busy, "poller billing.effects.nothing"),
        ("poller billing.effects.nothing", "urls", None, "shop.urls", here, "<module>"),
    ]


def test_connections(busy: Booted) -> None:
    address = f"127.0.0.1:{(busy.project / 'port').read_text()}"
    found = [detail for detail, *_ in places(busy, "connect")]
    assert found[0] == "database sqlite"
    assert [re.sub(r":\d+", ":PORT", detail) for detail in found[1:]] == ["127.0.0.1:PORT"] * 2 + ["/nowhere/socket"]
    assert {row[4] for row in places(busy, "connect")} == {busy.at("billing/apps.py", "for f in")}
    assert address.startswith("127.0.0.1:")
    (database,) = [effect for effect in busy.effects("connect") if effect["alias"]]
    assert database["alias"] == "other"


def test_name_lookups(busy: Booted) -> None:
    here = busy.at("shop/settings.py", "effects.resolve()")
    found = ("localhost:80", "localhost", "None:80")
    assert places(busy, "dns") == [
        *[(detail, "settings", None, "shop.settings", here, "<module>") for detail in found],
        *[ready(busy, detail) for detail in (*found, "None")],
    ]


def test_forks(busy: Booted) -> None:
    assert places(busy, "fork") == [ready(busy, "os.fork()")]


def test_side_effects_in_the_report(busy: Booted) -> None:
    report = " ".join(busy.show("--top", "50", columns="250").split())
    assert "SIDE EFFECTS" in report
    assert re.search(r"sql ×3 (SELECT %s|CREATE TABLE|INSERT INTO) .* and 2 others", report)


def test_effects_while_a_check_runs_and_without_a_project_on_the_stack(tmp_path: Path) -> None:
    check = """\
from django.apps import AppConfig
from django.core import checks
import os
class Config(AppConfig):
    name = "billing"
    def ready(self):
        checks.register(slow)
def slow(app_configs, **kwargs):
    os.system("true check")
    return []
"""
    booted = boot(make_project(tmp_path, apps={"billing": {"apps.py": check}}), "--until", "checks")
    assert places(booted, "subprocess") == [
        ("true check", "checks", None, None, at(booted.project, "billing/apps.py", "os.system"), "slow")
    ]


def test_effects_of_others(tmp_path: Path) -> None:
    config = app_config("import os; os.system('true tagger')", name="tagger")
    install(tmp_path, "tagger", {"tagger/__init__.py": "", "tagger/apps.py": config})
    settings = """\
INSTALLED_APPS += ["tagger"]
import gc, os
class Trash:
    def __del__(self):
        os.system("true trash")
trash = Trash()
trash.itself = trash
del trash
gc.collect()
exec("import os; os.system('true exec')")
"""
    booted = boot(make_project(tmp_path, settings=settings), "--until", "setup")
    site = f"{tmp_path / 'site'}/tagger/apps.py"
    place = at(tmp_path / "site", "tagger/apps.py", "os.system").partition(":")[2]
    assert places(booted, "subprocess") == [
        ("true trash", "settings", None, "shop.settings", booted.at("shop/settings.py", "true trash"), "__del__"),
        ("true exec", "settings", None, "shop.settings", booted.at("shop/settings.py", "exec"), "<module>"),
        ("true tagger", "ready", "tagger", None, f"{site}:{place}", "ready"),
    ]


def test_slow_system_check(tmp_path: Path) -> None:
    check = "from django.core import checks; checks.register(lambda app_configs, **kwargs: [sum(range(3_000_000))][:0])"
    booted = boot(make_project(tmp_path, apps={"billing": {"apps.py": app_config(check)}}), "--until", "checks")
    fixes = [(fix["subject"], fix["text"], fix["doors"]) for fix in booted.saved["fixes"] if fix["kind"] == "slow"]
    assert fixes == snapshot([("billing.apps.Config.ready.<locals>.<lambda>", "the system check is slow", [])])


@pytest.mark.parametrize("until", ["urls", "checks"])
def test_import_for_a_system_check(tmp_path: Path, until: str) -> None:
    install(tmp_path, "ledger", {"ledger.py": BURN})
    checks = "import ledger\ndef balance(app_configs, **kwargs):\n    return [ledger][:0]\n"
    config = app_config("from django.core import checks; from billing.checks import balance; checks.register(balance)")
    apps = {"billing": {"apps.py": config, "checks.py": checks}}
    booted = boot(make_project(tmp_path, apps=apps), "--until", until)
    (door,) = booted.row("packages", "ledger")["doors"]
    reason, _, _ = door["reason"].partition(", called by ")  # which Python 3.11 does not tell
    assert (door["deferrable"], reason) == {
        "urls": (True, "used only in balance()"),
        "checks": (False, "used at start, in balance()"),
    }[until]


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Booted:
    """A project that waits while it starts, and starts processes in all kinds of ways."""
    helpers = """\
import os, socket, threading, time
def answer(there):
    peer, _ = there.accept()
    peer.recv(1)
    time.sleep(0.5)  # longer than connecting takes on a busy machine
    peer.sendall(b"yes")
    peer.close()
def ask():
    with socket.create_server(("127.0.0.1", 0)) as there:
        thread = threading.Thread(target=answer, args=(there,))
        thread.start()
        with socket.socket() as here:
            here.connect(there.getsockname())
            here.sendall(b"?")
            here.recv(3)
        thread.join()
def run(*command):
    os.system(" ".join(command))
def versions():
    for name in ("one", "two", "three"):
        run("sleep 0.02; echo", name, "> /dev/null")
"""
    ready = """\
from django.apps import AppConfig
class Config(AppConfig):
    name = "billing"
    def ready(self):
        from billing import helpers
        helpers.ask()
        self.nap()
        helpers.versions()
    def nap(self):
        import sentry_sdk
        sentry_sdk.traced(0.05)
"""
    settings = """\
import concurrent.futures, multiprocessing, time
with concurrent.futures.ThreadPoolExecutor(1) as pool:
    pool.submit(time.sleep, 0.05).result()
context = multiprocessing.get_context("spawn")
process = context.Process(target=time.sleep, args=(0.01,))
process.start()
process.join()
"""
    tmp_path = tmp_path_factory.mktemp("waiting")
    install(tmp_path, "sentry-sdk", {"sentry_sdk.py": "import time\ndef traced(seconds):\n    time.sleep(seconds)\n"})
    lock = "import _thread; lock = _thread.allocate_lock(); lock.acquire(); lock.acquire(timeout=0.06)"
    apps = {"billing": {"apps.py": ready, "helpers.py": helpers}, "locks": {"apps.py": app_config(lock, name="locks")}}
    return boot(make_project(tmp_path, settings=settings, apps=apps), "--until", "setup")


def test_waits(waiting: Booted) -> None:
    rows = {
        (re.sub(r":\d+$", ":PORT", detail), place, function) for detail, *_, place, function in places(waiting, "wait")
    }
    assert rows >= {
        ("concurrent.futures._base.Future.result()", waiting.at("shop/settings.py", ".result()"), "<module>"),
        ("multiprocessing.process.BaseProcess.join()", waiting.at("shop/settings.py", "process.join()"), "<module>"),
        ("127.0.0.1:PORT", waiting.at("billing/apps.py", "helpers.ask()"), "ready"),
        ("time.sleep(0.05)", waiting.at("billing/apps.py", "self.nap()"), "ready"),
    }
    sleeps = [effect["time_ms"] for effect in waiting.effects("wait") if effect["detail"] == "time.sleep(0.05)"]
    assert min(sleeps) > 1  # no more than the measured boot waited in ready()


def test_processes_of_multiprocessing(waiting: Booted) -> None:
    here = waiting.at("shop/settings.py", "process.start()")
    python = Path(sys.executable).name
    found = [(re.sub(r"^\S+ (-\S+ )*-c ", "", detail), place) for detail, *_, place, _ in places(waiting, "subprocess")]
    assert python in places(waiting, "subprocess")[0][0]
    assert found[:2] == [
        ("from multiprocessing.resource_tracker import main", here),
        ("from multiprocessing.spawn import spawn_main", here),
    ]


def test_waiting_is_a_fix_and_a_cause_is_one(waiting: Booted) -> None:
    told = {}
    for fix in (fix for fix in waiting.saved["fixes"] if fix["kind"] == "effect"):
        (door,) = fix["doors"]
        subject = re.sub(r"one|two|three", "NAME", re.sub(r":\d+$", ":PORT", fix["subject"]))
        if door["file"] == "billing/apps.py":
            told[door["line"]] = subject, fix["text"], door["reason"]
    assert told == snapshot(
        {
            8: (
                "sleep 0.02; echo NAME > /dev/null",
                "3 processes at start: take the line out of ready(), and start it where its result is first needed",
                "ready() of billing",
            ),
            6: (
                "127.0.0.1:PORT",
                "waiting at start: take the line out of ready(), and wait where the result is first needed",
                "ready() of billing",
            ),
            7: (
                "time.sleep(0.05)",
                "waiting at start: take it out, or let a thread sleep",
                "ready() of billing",
            ),
        }
    )
    assert "subprocess ×3 sleep 0.02; echo" in " ".join(waiting.show(columns="250").split())


def test_a_wait_that_nothing_shows(waiting: Booted) -> None:
    (fix,) = [fix for fix in waiting.saved["fixes"] if fix["subject"] == "ready() of locks"]
    place = "{file}:{line}".format(**fix["doors"][0])
    assert (fix["kind"], place) == ("slow", waiting.at("locks/apps.py", "def ready"))
    assert fix["text"] == snapshot(
        "it waits, for something that Python does not tell (a C library, the disk): see --drill locks"
    )


def test_a_limit_on_waiting_names_the_place(waiting: Booted) -> None:
    site = str(waiting.project.with_name("site"))
    limits = ("--max-waiting", "20ms", "--max-ready", "20ms", "--max-runs", "1")
    command = ("-m", "django_startup", "budget", "--until", "setup", *limits, "--format", "json=budget.json")
    ran = run(waiting.project, *command, env={"PYTHONPATH": site})
    assert ran.returncode == 1
    report = json.loads((waiting.project / "budget.json").read_text("utf-8"))
    found = {
        f"{check['kind']} {check['name']}": [f"{place['file']}:{place['line']}" for place in check["places"]]
        for check in report["checks"]
    }
    ready = [waiting.at("billing/apps.py", line) for line in ("helpers.ask()", "self.nap()", "helpers.versions()")]
    assert sorted(found["ready billing"]) == sorted(ready)
    assert found["ready locks"][:1] == [waiting.at("locks/apps.py", "def ready")]
    assert len(found["waiting "]) == 3


def test_more_effects_than_anybody_reads(tmp_path: Path) -> None:
    settings = "import socket\nfor _ in range(5010): socket.gethostbyname('127.0.0.1')\n"
    booted = boot(make_project(tmp_path, settings=settings), "--until", "settings")
    assert len(booted.effects("dns")) == 5000
    assert "dns ×5000 127.0.0.1" in " ".join(booted.show().split())
