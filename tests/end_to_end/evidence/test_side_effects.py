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
from tests.support.helpers import app_config, at, make_project


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


def test_sql(busy: Booted) -> None:
    assert {effect["alias"] for effect in busy.effects("sql")} == {"other"}
    assert places(busy, "sql") == [
        (detail, "ready", "billing", None, busy.at("billing/effects.py", fragment), "query")
        for detail, fragment in [
            ("SELECT %s AS secret", "SELECT"),
            ("CREATE TABLE t (x)", "CREATE"),
            ("INSERT INTO t VALUES (%s)", "INSERT"),
        ]
    ]
    assert "hunter2" not in json.dumps(busy.saved)


def test_programs(busy: Booted) -> None:
    def ready(detail: str, fragment: str, function: str) -> tuple[Any, ...]:
        return (detail, "ready", "billing", None, busy.at("billing/effects.py", fragment), function)

    python = Path(sys.executable).name
    shell = [("true of the shell", "of the shell", "shell"), ("true in bytes", "in bytes", "shell")]
    assert places(busy, "subprocess") == [
        ("true script", "entry", None, None, "wsgi_like.py:2", "<module>"),
        ("true tools", "entry", None, "tools", "wsgi_like.py:3", "<module>"),
        *[
            (detail, "models", "billing", "billing.models", busy.at("billing/effects.py", fragment), name)
            for detail, fragment, name in shell
        ],
        *[ready(*row) for row in shell],
        ready(f"{python} -c pass", "subprocess.run", "program"),
        ready("true || false", "|| false", "program"),
        ready("true", "args=", "program"),
        ready("program", "/nowhere/program", "program"),
        ready("python -c pass", "posix_spawn", "spawn"),
        ready("3", "os.system(3)", "odd"),
    ]


def test_threads(busy: Booted) -> None:
    here = busy.at("billing/effects.py", "poller")
    assert places(busy, "thread") == [
        ("poller billing.effects.nothing", "ready", "billing", None, here, "thread"),
        ("poller billing.effects.nothing", "urls", None, "shop.urls", here, "thread"),
    ]


def test_connections(busy: Booted) -> None:
    def here(fragment: str) -> str:
        return busy.at("billing/effects.py", fragment)

    address = f"127.0.0.1:{(busy.project / 'port').read_text()}"
    found = [(detail, place) for detail, *_, place, _ in places(busy, "connect")]
    assert found[0] == ("database sqlite", here('connections["other"]'))
    assert [place for _, place in found[1:]] == [
        here("client.connect(address)"),
        here("connect_ex"),
        here("/nowhere/socket"),
    ]
    assert found[-1][0] == "/nowhere/socket"
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+", detail) for detail, _ in found[1:3])
    assert address.startswith("127.0.0.1:")
    (database,) = [effect for effect in busy.effects("connect") if effect["alias"]]
    assert database["alias"] == "other"


def test_name_lookups(busy: Booted) -> None:
    rows = [
        ("localhost:80", busy.at("billing/effects.py", '"localhost", 80')),
        ("localhost", busy.at("billing/effects.py", "gethostbyname")),
        ("None:80", busy.at("billing/effects.py", "None, 80")),
    ]
    assert places(busy, "dns") == [
        *[(detail, "settings", None, "shop.settings", place, "resolve") for detail, place in rows],
        *[(detail, "ready", "billing", None, place, "resolve") for detail, place in rows],
        ("None", "ready", "billing", None, busy.at("billing/effects.py", "getaddrinfo()"), "odd"),
    ]


def test_forks(busy: Booted) -> None:
    assert places(busy, "fork") == [
        ("os.fork()", "ready", "billing", None, busy.at("billing/effects.py", "os.fork()"), "fork")
    ]


def test_side_effects_in_the_report(busy: Booted) -> None:
    report = " ".join(busy.show("--top", "50").split())
    assert "SIDE EFFECTS" in report
    assert "thread ×2 poller" in report


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


def test_slow_effects(tmp_path: Path) -> None:
    settings = "import os\nos.system('sleep 0.2')\n"
    booted = boot(make_project(tmp_path, settings=settings), "--until", "settings")
    fixes = [(fix["subject"], fix["text"], fix["doors"]) for fix in booted.saved["fixes"] if fix["kind"] == "effect"]
    door = {"module": "", "file": "shop/settings.py", "line": 5, "statement": "", "deferrable": False}
    assert fixes == [
        (
            "sleep 0.2",
            "subprocess at start: defer it until first use",
            [door | {"reason": "<module>(), in settings", "kind": "side-effect", "readers": []}],
        )
    ]


def test_more_effects_than_anybody_reads(tmp_path: Path) -> None:
    settings = "import socket\nfor _ in range(5010): socket.gethostbyname('127.0.0.1')\n"
    booted = boot(make_project(tmp_path, settings=settings), "--until", "settings")
    assert len(booted.effects("dns")) == 5000
    assert "dns ×5000" in " ".join(booted.show().split())
