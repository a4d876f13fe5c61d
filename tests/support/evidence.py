"""Helpers of the tests in end_to_end/evidence."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.helpers import at, profile, run

# Enough to be worth a fix, on any machine: what the rest of the boot takes grows with it.
BURN = "sum(range(3_000_000))\n"


MODEL = """\
from django.db import models
class {}(models.Model):
    class Meta:
        app_label = "billing"
"""


SQLITE = "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}}\n"


ADMIN = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.admin"]


def install(tmp_path: Path, name: str, files: Mapping[str, str]) -> None:
    """A distribution in the directory that boot() puts on the path."""
    about = f"{name}-1.0.dist-info"
    texts = {**files, f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"}
    texts[f"{about}/RECORD"] = "".join(f"{file},,\n" for file in (*texts, f"{about}/RECORD"))
    for file, text in texts.items():
        path = tmp_path / "site" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@dataclass(frozen=True)
class Booted:
    """A project that has been profiled, and its profile."""

    project: Path
    saved: dict[str, Any]

    def show(self, *options: str, columns: str = "80", durations: bool = False) -> str:
        """What the command prints of the saved profile, without memory, and without durations unless asked."""
        path = str(self.project.with_name("profile.json"))
        command = ("-m", "django_startup", "profile", "--load", path, *options)
        ran = run(self.project, *command, env={"COLUMNS": columns})
        assert (ran.returncode, ran.stderr) == (0, "")
        shown = ran.stdout if durations else re.sub(r"\d+\.\d{3} s", "… s", ran.stdout)
        return re.sub(r", \d+ MiB", "", shown)

    def why(self, name: str) -> str:
        return self.show("--why", name)

    def ways(self, name: str) -> dict[str, str]:
        """The reasons that --why gives, by FILE:LINE; wide, as the project lies deeper on some machines."""
        lines = self.show("--why", name, "--all", columns="250").splitlines()
        texts: dict[str, str] = {}
        for number, line in enumerate(lines):
            if door := re.match(r"\d+  (\S+)", line):
                after = [line.strip() for line in lines[number + 1 :]]
                texts[door[1]] = " ".join(after[: after.index("")]) if "" in after else " ".join(after)
        return texts

    def row(self, kind: str, name: str) -> dict[str, Any]:
        (row,) = [row for row in self.saved[kind] if name in (row.get("name"), row.get("label"))]
        return dict(row)

    def own_ms(self, *names: str) -> float:
        return sum(float(row["self_ms"]) for row in self.saved["modules"] if row["name"] in names)

    def effects(self, kind: str) -> list[dict[str, Any]]:
        return [effect for effect in self.saved["side_effects"] if effect["kind"] == kind]

    def at(self, file: str, fragment: str) -> str:
        return at(self.project, file, fragment)

    def edges(self, target: str) -> set[tuple[str, str, bool]]:
        """The statements that import a module: importer, FILE:LINE, whether by name."""
        graph = self.saved["graph"]
        found = set()
        for _, other, number in graph["edges"]:
            if graph["nodes"][other] == target and number >= 0:
                module, file, line, is_dynamic = graph["statements"][number]
                found.add((graph["nodes"][module], f"{graph['files'][file]}:{line}", bool(is_dynamic)))
        return found

    def registered(self, registry: str, *parts: str) -> list[tuple[str, str, str]]:
        """The entries of a registry that the project's own modules have defined."""
        entries = [(entry["name"], entry["of"], entry["module"]) for entry in self.saved["registries"][registry]]
        return [entry for entry in entries if entry[2].startswith(parts or ("billing", "catalog", "shop"))]


def boot(project: Path, *options: str) -> Booted:
    """Profile a project that boots."""
    output = project.with_name("profile.json")
    paths = [str(project.with_name("site")), os.environ.get("PYTHONPATH", "")]
    env = {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
    ran = profile(project, *options, "-o", str(output), env=env)
    assert (ran.returncode, ran.stderr) == (0, ""), ran
    return Booted(project, json.loads(output.read_text("utf-8")))


WHY_STRIPE = """\
stripe 1.0: 2 modules, … s of its own.
2 lines of your project (doors) bring it in. Closing both saves … s.

1  billing/models.py:1  import stripe
   used only in refund(): move it there, or make it lazy (Python 3.15)
   models > billing.models

2  catalog/models.py:1  from stripe import api
   used only in Mine.f(): move it there, or make it lazy (Python 3.15)
   models > catalog.models

To keep it out, close at least billing/models.py:1, catalog/models.py:1 (saves
… s); they can all move.
"""


WHY_TABLES = """\
tables 1.0: 1 module, … s of its own.
2 lines of your project (doors) bring it in. Closing both saves … s.

1  catalog/one.py:1  import tables
   used at import: base of class One, line 2
   urls > shop.urls > catalog.urls > catalog.views > catalog.exports >
   catalog.one

2  catalog/two.py:1  import tables
   used at import: base of class Two, line 2
   urls > shop.urls > catalog.urls > catalog.views > catalog.exports >
   catalog.two

To keep it out, close at least catalog/views.py:2 (saves … s); it can move.
"""


WHY_SLOW = """\
The module billing.slow: 1 module, … s of its own.
2 lines of your project (doors) bring it in. Closing both saves … s.

1  billing/models.py:2  import billing.slow
   not used in this file, line 2: not needed, or imported for its side effects
   models > billing.models

2  catalog/models.py:5  from billing import slow
   used only in Mine.f(): move it there, or make it lazy (Python 3.15)
   models > catalog.models

To keep it out, close at least billing/models.py:2, catalog/models.py:5 (saves
… s); not all of them can move as they are.
"""


WHY_LATE = """\
late 1.0: 1 module, … s of its own.
One line of your project (a door) brings it in. Closing it saves … s.

1  catalog/called.py:1  import late
   not used in this file, line 1: not needed, or imported for its side effects
   urls > shop.urls > catalog.urls > catalog.views > (caller) > catalog.called

To keep it out, close at least catalog/called.py:1 (saves … s); it cannot
move as it is.
"""


WHY_TAGGER = """\
tagger 1.0: 3 modules, … s of its own.
One line of your project (a door) brings it in. Closing it saves … s.

1  shop/settings.py:6
   'tagger' in INSTALLED_APPS
   settings > shop.settings

It is imported as long as it is in INSTALLED_APPS.
"""


EFFECTS = """\
import os
import socket
import subprocess
import sys
import threading
def query():
    from django.db import connections
    with connections["other"].cursor() as cursor:
        cursor.execute("SELECT  %s\\n  AS secret", ["hunter2"])
        cursor.execute("CREATE TABLE t (x)")
        cursor.executemany("INSERT INTO t VALUES (%s)", [["hunter2"]])
def shell():
    os.system("true of the shell")
    os.system(b"true in bytes")
def program():
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    subprocess.check_output("true || false", shell=True)
    process = subprocess.Popen(args=["true"])
    process.wait()
    process.communicate()
    try:
        subprocess.Popen(["/nowhere/program"])
    except OSError:
        pass
def nothing():
    pass
def thread():
    threading.Thread(target=nothing, name="poller").start()
def connect():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        address = listening.getsockname()
    with socket.socket() as client:
        try:
            client.connect(address)
        except OSError:
            pass
    with socket.socket() as client:
        client.connect_ex(address)
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect("/nowhere/socket")
        except OSError:
            pass
    with open("port", "w") as file:
        file.write(str(address[1]))
def resolve():
    socket.getaddrinfo("localhost", 80)
    socket.gethostbyname("localhost")
    socket.getaddrinfo(None, 80)
def fork():
    if os.fork() == 0:
        os._exit(0)
    os.wait()
def spawn():
    os.posix_spawn(sys.executable, ["python", "-c", "pass"], {})
    os.wait()
def odd():
    try:
        os.system(3)
    except TypeError:
        pass
    try:
        socket.getaddrinfo()
    except TypeError:
        pass
"""


def places(busy: Booted, kind: str) -> list[tuple[Any, ...]]:
    """detail, phase, app, module, FILE:LINE and function of each effect of a kind."""
    keys = ("detail", "phase", "app", "module", "file", "line", "function")
    rows = [tuple(effect[key] for key in keys) for effect in busy.effects(kind)]
    return [(*row[:4], f"{row[4]}:{row[5]}", row[6]) for row in rows]


LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells what is resident")


ODD = ["@odd", "sp ace", "new\nline", "quote'\"", "[bold]", "ünï", "app:y", "-dash", "1digit", "\udc80"]


STRANGE = """\
import importlib, importlib.util, pathlib, sys, types
here = pathlib.Path(__file__).parent
sys.path[:0] = [str(here / "lib.zip"), str(here), str(here / "odd")]
import zipped, zipped.inner
made = types.ModuleType("made")
exec("import shop.normal", made.__dict__)
sys.modules["made"] = made
import made
for name in ("one", "two", "three"):
    spec = importlib.util.spec_from_file_location("alias_" + name, here / "aliased.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["alias_" + name] = module
    spec.loader.exec_module(module)
import aliased, shop.aliased
import _struct, array, math
for name in {odd!a}:
    importlib.import_module(name)
exec(compile("import shop.from_string", "<string>", "exec"), {{"__name__": "templated"}})
exec(compile("import shop.from_nowhere", "nowhere.py", "exec"), {{}})
exec("import shop.from_empty", {{"__name__": ""}})
exec("from . import relative", {{"__name__": "shop", "__path__": []}})
exec("from . import relative", {{"__name__": "shop.x"}})
exec("from .. import relative", {{"__package__": "shop.odd", "__name__": "x"}})
class Spec:
    parent = "shop"
exec("from .relative import *\\nfrom . import (relative)", {{"__spec__": Spec(), "__name__": "shop.y"}})
class Strange:
    def __getattr__(self, name):
        raise AttributeError if name == "__spec__" else RuntimeError(name)
sys.modules["strange"] = Strange()
import strange
first = here / "first boot"
if first.exists():
    INSTALLED_APPS += ["later"]
    import shop.later
else:
    first.touch()
    INSTALLED_APPS += ["once"]
    import shop.once
import shop.gone, shop.broken, shop.binary, shop.latin
"""
