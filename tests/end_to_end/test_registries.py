"""Registries of projects that put odd things where Django and Celery keep theirs."""

from __future__ import annotations

import json
from pathlib import Path

from inline_snapshot import snapshot

from tests.support.helpers import app_config, make_project, profile

# As cryptography's _cffi_backend.Lib: there is no __dict__. Others raise whatever is done with them.
ODD = """
import sys
class Lib:
    __slots__ = ()
class Hostile:
    def __getattribute__(self, name):
        raise ValueError(name)
class Module(type(sys)):
    def __getattribute__(self, name):
        raise ValueError(name)
class Slotted(type(sys)):
    __slots__ = ()
sys.modules["odd.lib"] = Lib()
sys.modules["odd.hostile"] = Hostile()
sys.modules["odd.templatetags.hostile"] = Hostile()
sys.modules["odd.module"] = Module("odd.module")
sys.modules["odd.slotted"] = Slotted("odd.slotted")
sys.modules["odd.none"] = None
"""
SIGNALS = """
from django.db.backends.signals import connection_created
def receive(**kwargs): pass
connection_created.connect(receive)
"""
BROKEN = """
from django.core.checks.registry import registry
class Checks(set):
    def __iter__(self):
        raise RuntimeError("not now")
registry.registered_checks = Checks()
def check(app_configs, **kwargs): pass
registry.register(check)
"""


def test_odd_things_in_sys_modules(tmp_path: Path) -> None:
    apps = {"billing": {"apps.py": app_config("import billing.signals"), "signals.py": SIGNALS}}
    project = make_project(tmp_path, settings=ODD, apps=apps)
    ran = profile(project, "-o", "boot.json")
    assert (ran.returncode, ran.stderr) == (0, "")
    document = json.loads((project / "boot.json").read_text())
    assert document["unreadable"] == []
    assert [
        row["name"] for row in document["registries"]["receivers"] if row["module"] == "billing.signals"
    ] == snapshot(["billing.signals.receive"])
    names = {row["name"] for row in document["modules"]}
    assert {"odd.lib", "odd.hostile", "odd.module", "odd.slotted"} <= names
    assert "odd.none" not in names


def test_a_registry_that_cannot_be_read_is_said_to_be_so(tmp_path: Path) -> None:
    apps = {"billing": {"apps.py": app_config("import billing.broken"), "broken.py": BROKEN}}
    project = make_project(tmp_path, apps=apps)
    ran = profile(project, "-o", "boot.json")
    assert (ran.returncode, ran.stderr) == (0, "")
    document = json.loads((project / "boot.json").read_text())
    assert document["unreadable"] == snapshot([{"registry": "checks", "reason": "RuntimeError: not now"}])
    assert "the registry checks could not be read" in " ".join(ran.stdout.split())
