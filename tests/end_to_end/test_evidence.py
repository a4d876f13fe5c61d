"""What the evidence boot shows of tiny projects: who imports what, what it would save, what else happens."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from django_startup.imports.inquiry import Inquiry
from django_startup.imports.why import explain
from django_startup.profile.profile_file import load_profile
from django_startup.reports.console.profile import as_text
from django_startup.reports.console.why import render_why
from tests.support.helpers import app_config, at, make_project, profile, run

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
    """A distribution in the folder that boot() puts on the path."""
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

    def show(self, *options: str, columns: str = "80") -> str:
        """What the command prints of the saved profile, without durations and memory."""
        path = str(self.project.with_name("profile.json"))
        command = ("-m", "django_startup", "profile", "--load", path, *options)
        ran = run(self.project, *command, env={"COLUMNS": columns})
        assert (ran.returncode, ran.stderr) == (0, "")
        return re.sub(r", \d+ MiB", "", re.sub(r"\d+\.\d{3} s", "… s", ran.stdout))

    def why(self, name: str) -> str:
        return self.show("--why", name)

    def ways(self, name: str) -> dict[str, str]:
        """The reasons that --why gives, by FILE:LINE; wide, as the project lies deeper on some machines."""
        lines = self.show("--why", name, columns="250").splitlines()
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


# Doors, savings, fixes


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Booted:
    """Two apps, and packages that come in by all kinds of doors."""
    tmp_path = tmp_path_factory.mktemp("shop")
    install(tmp_path, "stripe", {"stripe/__init__.py": f"{BURN}import stripe.api\n", "stripe/api.py": "X = 3\n"})
    install(tmp_path, "shared-lib", {"shared_lib.py": BURN})
    install(tmp_path, "wrapper", {"wrapper/__init__.py": "import shared_lib\nBase = object\n"})
    tagger = {"__init__.py": "", "models.py": "import tagger.heavy\n", "heavy.py": BURN}
    install(tmp_path, "tagger", {f"tagger/{file}": text for file, text in tagger.items()})
    install(tmp_path, "acme-google-paint", {"google/paint/__init__.py": BURN, "google/paint/red.py": ""})
    install(tmp_path, "acme-google-tapes", {"google/cloud/tapes.py": "TAPE = 3\n"})
    install(tmp_path, "tables", {"tables/__init__.py": f"{BURN}import cells\nBase = object\n"})
    install(tmp_path, "cells", {"cells.py": BURN})
    install(tmp_path, "catalog", {"cat_lib.py": ""})  # not the app of that name
    install(tmp_path, "types-only", {"typed.py": f"{BURN}class Amount: pass\n"})
    install(tmp_path, "late", {"late.py": ""})
    caller = {
        "__init__.py": "import caller.inner\n",
        "inner.py": "from importlib import import_module\nimport catalog.called\n",
    }
    install(tmp_path, "caller", {f"caller/{file}": text for file, text in caller.items()})
    billing = {
        "apps.py": app_config(),
        "models.py": f"import stripe\nimport billing.slow\ndef refund():\n    stripe.api\n{MODEL.format('Bill')}",
        "slow.py": BURN,
    }
    catalog = {
        "models.py": """\
from stripe import (
    api,
)
import wrapper, shared_lib
from billing import slow
import cat_lib
class Mine(wrapper.Base):
    def f(self):
        return api, shared_lib, slow
""",
        "urls.py": "from catalog import views\nurlpatterns = []\n",
        "called.py": "import late\n",
        "annotated.py": "from __future__ import annotations\nimport typed\ndef pay(amount: typed.Amount): pass\n",
        "views.py": """\
from importlib import import_module
from catalog import exports
import google.paint.red
from google.cloud import tapes
tape = tapes.TAPE
def export():
    return exports.write(google.paint)
import_module("catalog.named")
import_module("billing.models")
__import__("catalog.named")
import caller, catalog.annotated
""",
        "exports.py": "from catalog import one, two\nwrite = one.One, two.Two\n",
        "one.py": "import tables\nclass One(tables.Base): pass\n",
        "two.py": "import tables\nclass Two(tables.Base): pass\n",
        "named.py": "",
    }
    settings = "INSTALLED_APPS += [\n    # another's\n    'tagger',\n]\n"
    urls = "from django.urls import include, path\nurlpatterns = [\n    path('', include('catalog.urls')),\n]\n"
    project = make_project(tmp_path, settings=settings, apps={"billing": billing, "catalog": catalog}, urls=urls)
    return boot(project)


def test_edges(shop: Booted) -> None:
    assert shop.edges("stripe") == {
        ("billing.models", "billing/models.py:1", False),
        ("catalog.models", "catalog/models.py:1", False),  # where it was loaded already
    }
    site = str(shop.project.with_name("site"))
    assert shop.edges("stripe.api") == {
        ("stripe", f"{site}/stripe/__init__.py:2", False),
        ("catalog.models", "catalog/models.py:1", False),  # from stripe import api
    }
    assert shop.edges("billing.slow") == {
        ("billing.models", "billing/models.py:2", False),
        ("catalog.models", "catalog/models.py:5", False),
    }


def test_edges_of_imports_by_name(shop: Booted) -> None:
    assert shop.edges("catalog.named") == {
        ("catalog.views", "catalog/views.py:8", True),
        ("catalog.views", "catalog/views.py:10", False),
    }
    assert shop.edges("catalog.urls") == {("shop.urls", "shop/urls.py:3", True)}
    assert shop.edges("shop.urls") == set()  # by a setting
    assert shop.edges("catalog.models") == set()  # by INSTALLED_APPS
    assert shop.edges("billing.models") == {("catalog.views", "catalog/views.py:9", True)}
    assert shop.edges("django.core.management") >= {("__main__", "manage.py:8", False)}


def test_doors_of_a_package_that_two_apps_import(shop: Booted) -> None:
    assert shop.row("packages", "stripe")["doors"] == [
        {
            "module": "billing.models",
            "file": "billing/models.py",
            "line": 1,
            "statement": "import stripe",
            "deferrable": True,
            "reason": "used only in refund()",
            "kind": "used-in-functions",
        },
        {
            "module": "catalog.models",
            "file": "catalog/models.py",
            "line": 1,
            "statement": "from stripe import api",
            "deferrable": True,
            "reason": "used only in Mine.f()",
            "kind": "used-in-functions",
        },
    ]


def test_saving_of_a_package(shop: Booted) -> None:
    saving = shop.row("packages", "stripe")["saving_ms"]
    assert saving == pytest.approx(shop.own_ms("stripe", "stripe.api"), abs=0.01)
    assert shop.row("packages", "Django")["saving_ms"] == 0
    assert shop.row("packages", "Django")["doors"] == []


def test_saving_of_a_module_that_two_others_import(shop: Booted) -> None:
    assert shop.row("modules", "billing.slow")["saving_ms"] == shop.own_ms("billing.slow") > 0
    assert shop.row("modules", "stripe.api")["saving_ms"] == shop.own_ms("stripe.api")
    gone = ("catalog.exports", "catalog.one", "catalog.two", "tables", "cells")
    assert shop.row("modules", "catalog.exports")["saving_ms"] == pytest.approx(shop.own_ms(*gone), abs=0.01)


def test_saving_of_apps(shop: Booted) -> None:
    tagger = shop.row("apps", "tagger")
    gone: tuple[str, ...] = ("tagger", "tagger.models", "tagger.heavy")
    assert tagger["saving_ms"] == pytest.approx(shop.own_ms(*gone) + tagger["ready_own_ms"], abs=0.01)
    # The other app imports stripe too, and its module, which goes with the app.
    billing = shop.row("apps", "billing")
    gone = ("billing", "billing.apps", "billing.models", "billing.slow")
    assert billing["saving_ms"] == pytest.approx(shop.own_ms(*gone) + billing["ready_own_ms"], abs=0.01)


def test_package_that_others_need_too(shop: Booted) -> None:
    shared = shop.row("packages", "shared-lib")
    assert (shared["saving_ms"], shared["needed_by"]) == (0, ["wrapper"])
    assert [door["line"] for door in shared["doors"]] == [4]
    report = " ".join(shop.show("--top", "30").split())
    assert "shared: also needed by wrapper" in report
    assert "needed by Django" in report
    assert "It is also needed by wrapper." in shop.why("shared-lib")
    cells = shop.row("packages", "cells")
    assert (cells["saving_ms"], cells["needed_by"], cells["doors"]) == (0, ["tables"], [])
    assert "No line of your project brings it in.\nIt is needed by tables.\n" in shop.why("cells")


def test_why_of_a_package_that_only_others_import(shop: Booted) -> None:
    site = shop.project.with_name("site")
    assert shop.ways("cells") == {
        f"{site}/tables/__init__.py:2": "in tables, not in your project urls > shop.urls > catalog.urls > "
        "catalog.views > catalog.exports > catalog.one > (tables)"
    }


def test_installed_app_as_a_door(shop: Booted) -> None:
    assert shop.row("packages", "tagger")["doors"] == snapshot(
        [
            {
                "module": "shop.settings",
                "file": "shop/settings.py",
                "line": 6,
                "statement": "",
                "deferrable": False,
                "reason": "'tagger' in INSTALLED_APPS",
                "kind": "installed-app",
            }
        ]
    )
    assert "shop/settings.py:6" in shop.show()


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


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["stripe", "package:stripe", "Stripe", "package:STRIPE"], WHY_STRIPE),
        (["tables"], WHY_TABLES),
        (["billing.slow", "module:billing.slow"], WHY_SLOW),
        (["tagger"], WHY_TAGGER),
        (["late"], WHY_LATE),
        (["module:stripe"], WHY_STRIPE.replace("stripe 1.0:", "The module stripe:")),
        (["app:tagger"], WHY_TAGGER.replace("tagger 1.0:", "The app tagger:")),
    ],
    ids=["package", "door further up", "module", "app in a package", "behind a package", "module of a package", "app"],
)
def test_why(shop: Booted, names: list[str], text: str) -> None:
    assert [shop.why(name) for name in names] == [text] * len(names)


def test_why_of_an_app(shop: Booted) -> None:
    assert shop.why("billing").startswith(
        "The app billing: 4 modules, … s of its own.\n"
        "3 lines of your project (doors) bring it in. Closing all saves … s.\n"
    )
    assert shop.ways("billing") == snapshot(
        {
            "catalog/models.py:5": (
                "used only in Mine.f(): move it there, or make it lazy (Python 3.15) models > catalog.models"
            ),
            "catalog/views.py:9": (
                "imported by name (include, import_module), line 9 urls > shop.urls > catalog.urls > catalog.views"
            ),
            "shop/settings.py:2": "'billing' in INSTALLED_APPS settings > shop.settings",
        }
    )


def test_why_of_what_has_several_meanings(shop: Booted) -> None:
    first, second, third = shop.why("catalog").splitlines()[:3]
    assert first == snapshot("catalog 1.0: 1 module, … s of its own.")
    assert second == snapshot("There is also an app of that name: --why app:catalog")
    assert third == snapshot("There is also a module of that name: --why module:catalog")
    assert shop.why("app:catalog").startswith("The app catalog: 10 modules")
    assert shop.why("module:catalog").startswith("The module catalog: 10 modules")
    assert "There is also" not in shop.why("app:catalog")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "tablets",
            "No package, app or module named 'tablets' was imported in this boot. Did you",
        ),
        ("package:billing", "No package, app or module named 'package:billing' was imported in this boot."),
        ("app:", "No package, app or module named 'app:' was imported in this boot."),
        ("", "No package, app or module named '' was imported in this boot."),
        ("x" * 30, f"No package, app or module named '{'x' * 30}' was imported in\nthis boot."),
        ("\x1b[31m", "No package, app or module named '\\x1b[31m' was imported in this boot."),
    ],
)
def test_why_of_what_was_not_imported(shop: Booted, name: str, text: str) -> None:
    assert shop.why(name).startswith(text)


def test_why_django(shop: Booted) -> None:
    assert shop.why("django").startswith("Django ")
    assert shop.ways("django")["manage.py:8"] == snapshot("already inside main(), which runs at start entry > __main__")


def test_fixes(shop: Booted) -> None:
    fixes = {fix["subject"]: fix for fix in shop.saved["fixes"] if fix["kind"] == "defer"}
    shown = {
        name: (fix["text"], [f"{door['file']}:{door['line']} {door['reason']}" for door in fix["doors"]])
        for name, fix in fixes.items()
    }
    assert shown == snapshot(
        {
            "stripe": (
                "import it in the functions that use it",
                ["billing/models.py:1 used only in refund()", "catalog/models.py:1 used only in Mine.f()"],
            ),
            "tables": (
                "import it in the functions that use it; cells goes with it",
                ["catalog/views.py:2 used only in export()"],  # not catalog/one.py and two.py, where it cannot move
            ),
            "acme-google-paint": (
                "import it in the functions that use it",
                ["catalog/views.py:3 used only in export()"],
            ),
            "types-only": (
                "import it under TYPE_CHECKING",
                ["catalog/annotated.py:2 used only in annotations: it can move under TYPE_CHECKING"],
            ),
        }
    )
    savings = [fix["saving_ms"] for fix in shop.saved["fixes"]]
    assert savings == sorted(savings, reverse=True)
    assert fixes["tables"]["saving_ms"] >= shop.own_ms("tables", "cells")
    assert [fix["alone_ms"] for fix in fixes.values()] == [fix["saving_ms"] for fix in fixes.values()]


def test_slow_modules_of_the_project(shop: Booted) -> None:
    (fix,) = [fix for fix in shop.saved["fixes"] if fix["kind"] == "slow"]
    assert (fix["subject"], fix["text"]) == snapshot(
        (
            "billing.slow",
            "its own code is slow: see --drill billing.slow",
        )
    )
    assert [(door["file"], door["line"]) for door in fix["doors"]] == [("billing/slow.py", 1)]


def test_emit_ruff(shop: Booted) -> None:
    assert shop.show("--emit", "ruff") == snapshot("""\
[tool.ruff.lint.flake8-tidy-imports]
banned-module-level-imports = [
  "google.paint",
  "stripe",
  "typed"
]
""")


def test_sources_that_have_vanished(shop: Booted, tmp_path: Path) -> None:
    text = shop.show()
    moved = Booted(tmp_path / "project", shop.saved)
    moved.project.mkdir()
    shutil.copy(shop.project.with_name("profile.json"), tmp_path)
    assert moved.show() == text
    assert moved.ways("stripe") == snapshot(
        {
            "billing/models.py:1": "unknown: its source file was not found models > billing.models",
            "catalog/models.py:1": "unknown: its source file was not found models > catalog.models",
        }
    )
    assert moved.ways("tagger") == snapshot({"INSTALLED_APPS": "'tagger' in INSTALLED_APPS settings > shop.settings"})
    assert moved.show("--emit", "ruff") == shop.show("--emit", "ruff")


def test_entry_of_an_app_that_stands_nowhere(tmp_path: Path) -> None:
    install(tmp_path, "tagger", {"tagger/__init__.py": ""})
    booted = boot(make_project(tmp_path, settings="INSTALLED_APPS += ['tag' + 'ger']\n"), "--until", "setup")
    (door,) = booted.row("packages", "tagger")["doors"]
    assert (door["module"], door["file"], door["line"]) == ("shop.settings", "", 0)
    assert "1  INSTALLED_APPS of shop.settings\n" in booted.why("tagger")


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> Booted:
    """Modules that the standard library imports for others: by entry points, logging, resources, pkgutil, pickle."""
    tmp_path = tmp_path_factory.mktemp("messages")
    about = "plug_in-1.0.dist-info"
    entry_points = "[shop.plugins]\nplug = plug_in.point\n"
    plug_in = {"__init__.py": "", "point.py": BURN, "entry_points.txt": entry_points}
    install(tmp_path, "plug_in", {f"plug_in/{file}": text for file, text in plug_in.items()})
    (tmp_path / "site" / about / "entry_points.txt").write_text(entry_points)
    install(tmp_path, "logtool", {"logtool.py": f"{BURN}from logging import NullHandler as Handler\n"})
    resources = "from importlib.resources import files\nfiles('atlas')\nfiles('maps')\n"
    install(tmp_path, "atlas", {"atlas/__init__.py": f"{BURN}import atlas.data\n", "atlas/data.py": resources})
    install(tmp_path, "maps", {"maps/__init__.py": BURN})
    settings = """\
from importlib.metadata import entry_points
import pkgutil
LOGGING = {"version": 1, "handlers": {"tool": {"class": "logtool.Handler"}}}
for point in entry_points(group="shop.plugins"):
    point.load()
pkgutil.resolve_name("shop.named:NAME")
"""
    billing = {"models.py": "import atlas\ndef export():\n    atlas.data\n"}
    files = {"shop/named.py": "NAME = 3\n"}
    return boot(make_project(tmp_path, settings=settings, apps={"billing": billing}, files=files))


def test_edges_by_messengers_lead_to_who_named_the_module(messages: Booted) -> None:
    load = messages.at("shop/settings.py", "point.load()")
    assert messages.edges("plug_in.point") == {("shop.settings", load, True)}
    (door,) = messages.row("packages", "plug_in")["doors"]
    assert (f"{door['file']}:{door['line']}", door["deferrable"]) == (load, False)
    assert messages.edges("shop.named") == {("shop.settings", messages.at("shop/settings.py", "resolve_name"), True)}
    assert messages.edges("logtool") == set()  # by a setting
    assert messages.row("modules", "logtool")["importer"]["module"] == "django.utils.log"


def test_what_the_standard_library_imports_for_others_too(messages: Booted) -> None:
    atlas = messages.row("packages", "atlas")
    assert (atlas["needed_by"], len(atlas["doors"]), atlas["saving_ms"] >= atlas["self_ms"] > 0) == ([], 1, True)
    assert list(messages.ways("atlas")) == ["billing/models.py:1"]


def test_what_the_standard_library_alone_imports(messages: Booted) -> None:
    maps = messages.row("packages", "maps")
    assert (maps["needed_by"], maps["doors"], maps["saving_ms"]) == snapshot((["the standard library"], [], 0))


def test_app_by_its_config(tmp_path: Path) -> None:
    config = "from django.apps import AppConfig\nclass Config(AppConfig):\n    name = 'tagger'\n"
    install(tmp_path, "tagger", {"tagger/__init__.py": "", "tagger/apps.py": config})
    booted = boot(make_project(tmp_path, settings="INSTALLED_APPS += ['tagger.apps.Config']\n"), "--until", "setup")
    assert list(booted.ways("tagger")) == ["shop/settings.py:4"]


# What cannot move for a reason outside of its file


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Booted:
    """A project that registers one of everything, in modules that others could seem to import for nothing."""
    billing = {
        "apps.py": app_config("from billing import rules"),
        "models.py": MODEL.format("Bill") + "    friends = models.ManyToManyField('self')\n",
        "extra.py": MODEL.format("Extra"),
        "both.py": f"{BURN}{MODEL.format('Both')}",
        "signals.py": """\
from django.db.models.signals import post_save, pre_save
from django.dispatch import Signal, receiver
from billing.models import Bill
paid = Signal()
@receiver(post_save, sender=Bill)
def on_save(**kwargs): pass
class Watcher:
    def on_save(self, **kwargs): pass
    def __call__(self, **kwargs): pass
watcher = Watcher()
pre_save.connect(watcher.on_save)
paid.connect(watcher)
def gone(**kwargs): pass
paid.connect(gone)
del gone
def nameless():
    signal = Signal()
    signal.connect(on_save)
    return [signal]
kept = nameless()
""",
        "rules.py": """\
from django.core.checks import register, Tags
@register(Tags.security, "mine")
def check_mine(app_configs, **kwargs): return []
@register(deploy=True)
def check_deploy(app_configs, **kwargs): return []
""",
        "desk.py": """\
from django.contrib import admin
from billing.models import Bill
@admin.register(Bill)
class BillAdmin(admin.ModelAdmin): pass
""",
        "templatetags/__init__.py": "",
        "templatetags/money.py": """\
from django import template
register = template.Library()
@register.filter
def euro(value): return value
@register.simple_tag
def total(): return ""
""",
        "templatetags/broken.py": "register = 3\n",
        "urls.py": """\
from django.urls import include, path, re_path
app_name = "billing"
def view(request): pass
inner = [path("deep/", view, name="deep")]
urlpatterns = [
    path("<int:pk>/pay/", view, name="pay"),
    re_path("^x/$", view, name="x"),
    path("nameless/", view),
    path("in/", include((inner, "inner"), namespace="one")),
    path("plain/", include(inner)),
]
""",
        "api.py": "import stripe\nfrom stripe import Charge, Refund\ndef pay():\n    return stripe, Charge, Refund\n",
    }
    catalog = {
        "models.py": "from billing.api import Charge as Other\nfrom billing.starred import *\nprint_it = Starred\n",
        "hooks.py": """\
from billing import extra
from billing import signals
from billing import rules
from billing import desk
from billing.templatetags import money, broken
from billing import both
import catalog.one
def use():
    return extra, signals, rules, desk, money, broken, both
""",
        "more.py": "from billing import both\ndef use():\n    return both\n",
        "one.py": "import catalog.two\n",
        "two.py": "import catalog.three\n",
        "three.py": "import catalog.one\nimport catalog\n",
    }
    files = {"billing/starred.py": "from stripe import Starred, Charge\ndef pay():\n    return Starred, Charge\n"}
    urls = """\
from django.contrib import admin
from django.urls import include, path
from catalog import hooks, more
urlpatterns = [
    path("admin/", admin.site.urls),
    path("bills/", include("billing.urls")),
    path("", lambda request: None, name="home"),
]
"""
    tmp_path = tmp_path_factory.mktemp("office")
    install(tmp_path, "stripe", {"stripe.py": "Charge = Refund = Starred = 3\n"})
    settings = f"INSTALLED_APPS += {ADMIN}\n{SQLITE}"
    apps = {"billing": billing, "catalog": catalog}
    return boot(make_project(tmp_path, settings=settings, apps=apps, urls=urls, files=files))


def test_names_that_others_import_from_here(office: Booted) -> None:
    ways = {place: reason.partition("  ")[0] for place, reason in office.ways("stripe").items()}
    assert ways == snapshot(
        {
            "billing/api.py:1": (
                "used only in pay(): move it there, or make it lazy (Python 3.15) models > catalog.models > billing.api"
            ),
            "billing/api.py:2": (
                "re-exported: catalog/models.py:1 imports Charge from here models > catalog.models > billing.api"
            ),
            "billing/starred.py:1": (
                "re-exported: catalog/models.py:2 imports Starred from here models > catalog.models > billing.starred"
            ),
        }
    )


@pytest.mark.parametrize(
    ("module", "what"),
    [
        ("billing.extra", "the model billing.Extra"),
        ("billing.signals", "the receiver billing.signals.Watcher"),
        ("billing.desk", "the admin class billing.desk.BillAdmin"),
        ("billing.templatetags.money", "the template tag euro"),
    ],
)
def test_modules_that_register_something_must_stay(office: Booted, module: str, what: str) -> None:
    (reason,) = office.ways(module).values()
    assert reason == (f"{module} registers {what}, which must happen at start urls > shop.urls > catalog.hooks")


def test_what_is_registered_all_the_same_does_not_have_to_stay(office: Booted) -> None:
    assert office.ways("billing.rules") == snapshot(
        {
            "billing/apps.py:8": "already inside Config.ready(), which runs at start apps > billing.apps",
            "catalog/hooks.py:3": (
                "used only in use(): move it there, or make it lazy (Python 3.15) urls > shop.urls > catalog.hooks"
            ),
        }
    )


def test_two_doors_of_which_one_must_stay(office: Booted) -> None:
    lines = " ".join(office.why("billing.both").split())
    assert lines.endswith(
        "To keep it out, close at least catalog/hooks.py:6, catalog/more.py:1 (saves … s); "
        "they can move, but not all of them: billing.both registers the model billing.Both."
    )
    assert [fix["subject"] for fix in office.saved["fixes"] if fix["kind"] == "defer"] == []


def test_cycles(office: Booted) -> None:
    sentence = "These modules import each other, so importing one imports all: catalog.one, catalog.three, catalog.two."
    for name in ("catalog.one", "catalog.two", "catalog.three"):
        assert sentence in " ".join(office.why(name).split())
    assert "import each other" not in office.why("catalog.hooks")


# Registries


def test_models(office: Booted) -> None:
    assert office.registered("models") == [
        ("billing.Bill", "billing", "billing.models"),
        ("billing.Bill_friends", "billing", "billing.models"),
        ("billing.Both", "billing", "billing.both"),
        ("billing.Extra", "billing", "billing.extra"),
    ]
    assert ("auth.User", "auth", "django.contrib.auth.models") in office.registered("models", "django")


def test_receivers(office: Booted) -> None:
    assert office.registered("receivers") == snapshot(
        [
            ("billing.signals.Watcher", "billing.signals.paid", "billing.signals"),
            ("billing.signals.Watcher.on_save", "django.db.models.signals.pre_save", "billing.signals"),
            ("billing.signals.on_save", "a signal without a name", "billing.signals"),
            ("billing.signals.on_save", "django.db.models.signals.post_save billing.Bill", "billing.signals"),
        ]
    )
    assert (
        "django.contrib.auth.management.create_permissions",
        "django.db.models.signals.post_migrate",
        "django.contrib.auth.management",
    ) in office.registered("receivers", "django")


def test_checks(office: Booted) -> None:
    assert office.registered("checks") == snapshot(
        [
            ("billing.rules.check_deploy", "", "billing.rules"),
            ("billing.rules.check_mine", "mine security", "billing.rules"),
        ]
    )
    names = [name for name, _, _ in office.registered("checks", "django")]
    assert "django.core.checks.urls.check_url_config" in names
    assert "django.core.checks.security.base.check_secret_key" in names


def test_admin_classes(office: Booted) -> None:
    assert office.registered("admin") == snapshot([("billing.desk.BillAdmin", "admin billing.Bill", "billing.desk")])
    assert ("django.contrib.auth.admin.UserAdmin", "admin auth.User", "django.contrib.auth.admin") in (
        office.registered("admin", "django")
    )


def test_url_names(office: Booted) -> None:
    own = [entry for entry in office.registered("url_names") if not entry[0].startswith("admin:")]
    assert own == [
        ("billing:deep", "bills/plain/deep/", "billing.urls"),
        ("billing:one:deep", "bills/in/deep/", "billing.urls"),
        ("billing:pay", "bills/<int:pk>/pay/", "billing.urls"),
        ("billing:x", "bills/^x/$", "billing.urls"),
        ("home", "", "shop.urls"),
    ]
    assert ("admin:login", "admin/login/", "shop.urls") in office.registered("url_names")


def test_template_tags(office: Booted) -> None:
    assert office.registered("template_tags") == [
        ("euro", "money", "billing.templatetags.money"),
        ("total", "money", "billing.templatetags.money"),
    ]


def test_no_tasks_without_celery(office: Booted) -> None:
    assert office.saved["registries"]["celery_tasks"] == []


@pytest.mark.skipif(find_spec("celery") is None, reason="Celery is not installed")
def test_celery_tasks(tmp_path: Path) -> None:
    tasks = "from celery import Celery\napp = Celery('mail')\n@app.task\ndef send(): pass\n"
    booted = boot(make_project(tmp_path, files={"shop/__init__.py": "import shop.tasks\n", "shop/tasks.py": tasks}))
    assert booted.registered("celery_tasks") == [("shop.tasks.send", "mail", "shop.tasks")]


def test_celery_as_it_looks_from_here(tmp_path: Path) -> None:
    state = """\
class Task:
    __module__ = "shop.tasks"
class App:
    main = "mail"
    _tasks = {}
    def finalize(self, auto):
        self._tasks = {"shop.tasks.send": Task()}
_apps = {App()}
"""
    settings = "import celery._state\n"
    files = {"celery/__init__.py": "", "celery/_state.py": state}
    booted = boot(make_project(tmp_path, settings=settings, files=files), "--until", "setup")
    assert booted.registered("celery_tasks") == [("shop.tasks.send", "mail", "shop.tasks")]
    assert booted.registered("url_names", "") == []  # which nobody has asked for


def test_registry_that_cannot_be_read(tmp_path: Path) -> None:
    files = {"celery/__init__.py": "", "celery/_state.py": "_apps = [3]\n"}
    booted = boot(make_project(tmp_path, settings="import celery._state\n", files=files), "--until", "setup")
    assert booted.saved["registries"]["celery_tasks"] == []
    assert booted.saved["registries"]["checks"] != []


def test_no_registries_up_to_the_settings(tmp_path: Path) -> None:
    booted = boot(make_project(tmp_path), "--until", "settings")
    assert set(map(len, booted.saved["registries"].values())) == {0}


def test_no_urlconf(tmp_path: Path) -> None:
    booted = boot(make_project(tmp_path, settings="del ROOT_URLCONF\n"))
    assert booted.saved["registries"]["url_names"] == []


# Side effects


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


def places(busy: Booted, kind: str) -> list[tuple[Any, ...]]:
    """detail, phase, app, module, FILE:LINE and function of each effect of a kind."""
    keys = ("detail", "phase", "app", "module", "file", "line", "function")
    rows = [tuple(effect[key] for key in keys) for effect in busy.effects(kind)]
    return [(*row[:4], f"{row[4]}:{row[5]}", row[6]) for row in rows]


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
            [door | {"reason": "<module>(), in settings", "kind": "side-effect"}],
        )
    ]


def test_more_effects_than_anybody_reads(tmp_path: Path) -> None:
    settings = "import socket\nfor _ in range(5010): socket.gethostbyname('127.0.0.1')\n"
    booted = boot(make_project(tmp_path, settings=settings), "--until", "settings")
    assert len(booted.effects("dns")) == 5000
    assert "dns ×5000" in " ".join(booted.show().split())


# Memory


LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells what is resident")


@LINUX
def test_resident_memory(shop: Booted) -> None:
    phases = {phase["name"]: phase["rss_mib"] for phase in shop.saved["phases"]}
    assert phases.pop("noise") is None
    assert phases["entry"] > 0
    assert all(value is not None for value in phases.values())
    assert all(package["rss_mib"] is not None for package in shop.saved["packages"])
    assert shop.row("packages", "Django")["rss_mib"] > 0
    assert sum(phases.values()) < shop.saved["total"]["rss_mib"]


def test_system_that_does_not_tell_what_is_resident(tmp_path: Path) -> None:
    hide = """\
import builtins, os
def hiding(function):
    def opened(path, *args, **kwargs):
        if path == "/proc/self/statm":
            raise FileNotFoundError(path)
        return function(path, *args, **kwargs)
    return opened
os.open, builtins.open = hiding(os.open), hiding(builtins.open)
"""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(hide)
    booted = boot(make_project(tmp_path), "--until", "setup")
    assert booted.saved["total"]["rss_mib"] is None
    assert {row["rss_mib"] for row in (*booted.saved["phases"], *booted.saved["packages"])} == {None}
    assert "MiB" not in booted.show()


@LINUX
def test_memory_that_cannot_be_read_any_more(tmp_path: Path) -> None:
    settings = "import os\nos.closerange(3, 256)\n"
    booted = boot(make_project(tmp_path, settings=settings), "--until", "setup")
    assert [phase["name"] for phase in booted.saved["phases"] if (phase["rss_mib"] or 0) < -10] == []


# What has no source, or an odd name


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


def test_modules_of_all_kinds(tmp_path: Path) -> None:
    import_normal = "import shop.normal\ndef use():\n    return shop\n"
    names = ["aliased", "from_string", "from_nowhere", "from_empty", "gone", "broken", "binary", "later", "once"]
    files = {
        f"shop/{name}.py": import_normal for name in (*names, *(f"odd/{name}" for name in ODD if name.isprintable()))
    }
    files |= {"shop/normal.py": "", "shop/relative.py": import_normal, "later/__init__.py": "", "once/__init__.py": ""}
    project = make_project(tmp_path, settings=STRANGE.format(odd=ODD), files=files)
    for name in ODD:
        (project / "shop" / "odd" / f"{name}.py").write_text(import_normal)
    (project / "shop" / "latin.py").write_bytes(b"# coding: latin-1\n'\xff'\nimport shop.normal\n")
    with zipfile.ZipFile(project / "shop" / "lib.zip", "w") as archive:
        archive.writestr("zipped/__init__.py", import_normal)
        archive.writestr("zipped/inner.py", import_normal)
    booted = boot(project)
    for name, data in {"broken": b"class\n", "binary": b"\xff\0"}.items():
        (project / "shop" / f"{name}.py").write_bytes(data)
    (project / "shop" / "gone.py").unlink()

    assert {importer for importer, _, _ in booted.edges("shop.normal")} >= {
        *("alias_one", "aliased", "shop.aliased", "made", "zipped", "zipped.inner", "shop.relative", "@@odd"),
    }
    assert booted.edges("shop.relative") == {
        ("shop", "<string>:1", False),
        ("shop.x", "<string>:1", False),
        ("x", "<string>:1", False),
        ("shop.y", "<string>:1", False),
        ("shop.y", "<string>:2", False),
    }
    ways = booted.ways("shop.normal")
    assert len(ways) == len(set(ways))
    assert [place for place in ways if "aliased" in place] == ["shop/aliased.py:1"]
    reasons = {place: reason.partition(" settings")[0] for place, reason in ways.items()}
    assert reasons["shop/gone.py:1"] == snapshot("unknown: its source file was not found")
    assert reasons["shop/broken.py:1"] == snapshot("unknown: its source cannot be parsed (invalid syntax)")
    assert reasons["shop/binary.py:1"].startswith("unknown: its source cannot be ")
    assert reasons["shop/lib.zip/zipped/inner.py:1"] == snapshot("unknown: its source file was not found")
    assert reasons["shop/latin.py:3"].startswith("not used in this file, line 3")
    assert reasons["shop/odd/@odd.py:1"].startswith("used only in use()")
    assert reasons["shop/odd/new\\nline.py:1"].startswith("used only in use()")
    assert "shop.settings" in booted.why("module:@odd")
    assert "move as it is." in booted.why("made")
    assert "Did you mean" not in booted.why("module:app:z")
    booted.show("--top", "2000")
    inquiry = Inquiry(load_profile(project.with_name("profile.json")), project)
    for name in ("math", "_struct", "strange", "zipped", "alias_one", "sys", "once", "later", "shop", *ODD):
        for asked in (name, f"module:{name}"):
            assert as_text(render_why(explain(inquiry, asked)), 80)
