"""Doors of packages, what closing them saves, and the fixes that follow."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.profile.profile_file import dump_profile
from tests.support.evidence import (
    BURN,
    WHY_LATE,
    WHY_SLOW,
    WHY_STRIPE,
    WHY_TABLES,
    WHY_TAGGER,
    Booted,
    boot,
    install,
)
from tests.support.helpers import make_project
from tests.support.profiles import make_profile


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
            "readers": [],
        },
        {
            "module": "catalog.models",
            "file": "catalog/models.py",
            "line": 1,
            "statement": "from stripe import api",
            "deferrable": True,
            "reason": "used only in Mine.f()",
            "kind": "used-in-functions",
            "readers": [],
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
                "readers": [],
            }
        ]
    )
    assert "shop/settings.py:6" in shop.show()


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


def copied(shop: Booted, tmp_path: Path) -> Booted:
    """The project and its profile where a test may change them."""
    shutil.copytree(shop.project, tmp_path / "project")
    shutil.copy(shop.project.with_name("profile.json"), tmp_path)
    return Booted(tmp_path / "project", shop.saved)


def test_emit_ruff(shop: Booted) -> None:
    assert shop.show("--emit", "ruff") == snapshot("""\
# For pyproject.toml. Where it has one of these tables already, add the keys to that table.
[tool.ruff.lint]
extend-select = ["TID253"]

[tool.ruff.lint.flake8-tidy-imports]
banned-module-level-imports = [
  "google.paint",
  "stripe",
  "typed"
]
""")
    in_pyproject = shop.show("--emit", "ruff").replace("pyproject.toml", "ruff.toml")
    assert shop.show("--emit", "ruff.toml") == in_pyproject.replace("[tool.ruff.", "[")


@pytest.mark.parametrize(("form", "file"), [("ruff", "pyproject.toml"), ("ruff.toml", "ruff.toml")])
def test_ruff_takes_what_is_emitted(shop: Booted, tmp_path: Path, form: str, file: str) -> None:
    project = copied(shop, tmp_path).project
    (project / "tests[1]").mkdir()
    (project / "tests[1]" / "test_pay.py").write_text("import stripe\nfrom google.paint import red\n")
    (project / "tests[1]" / "test_other.py").write_text("from . import stripe\n\ndef f():\n    import stripe\n")
    settings = Booted(project, shop.saved).show("--emit", form)
    (project / file).write_text(settings)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    ruff = shutil.which("ruff", path=path)
    assert ruff is not None
    command = [ruff, "check", "--no-cache", "--quiet", "--output-format", "concise", "."]
    ran = subprocess.run(command, cwd=project, capture_output=True, encoding="utf-8", check=False)
    assert ran.stderr == ""
    assert [line for line in ran.stdout.splitlines() if "TID253" in line] == snapshot(
        [
            "billing/models.py:1:8: TID253 `stripe` is banned at the module level",
            "catalog/annotated.py:2:8: TID253 `typed` is banned at the module level",
            "catalog/models.py:1:1: TID253 `stripe` is banned at the module level",
            "catalog/views.py:3:8: TID253 `google.paint` is banned at the module level",
        ]
    )


def test_what_no_statement_of_the_project_imports_is_not_banned(tmp_path: Path) -> None:
    made = "import sys, types\nsys.modules['_paint'] = types.ModuleType('_paint')\n"
    install(tmp_path, "paint", {"paint/__init__.py": f"{made}sys.modules['_paint'].__file__ = __file__\n"})
    project = make_project(tmp_path, urls="import paint\nurlpatterns = []\ndef f(): paint\n")
    booted = boot(project, "--runs", "1", "--untried")
    assert booted.row("modules", "_paint")["owner"] == {"kind": "package", "name": "paint"}
    assert 'banned-module-level-imports = ["paint"]' in booted.show("--emit", "ruff")


def test_nothing_for_ruff(tmp_path: Path) -> None:
    (tmp_path / "profile.json").write_text(dump_profile(replace(make_profile(), packages=())))
    project = tmp_path / "project"
    project.mkdir()
    text = "# Nothing to ban: no package stays out of start-up when the imports that can move are moved.\n"
    assert Booted(project, {}).show("--emit", "ruff") == text


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


def test_what_a_package_has_the_standard_library_import(messages: Booted) -> None:
    maps = messages.row("packages", "maps")
    assert (maps["needed_by"], maps["doors"], maps["saving_ms"]) == snapshot((["atlas"], [], 0))


def test_app_by_its_config(tmp_path: Path) -> None:
    config = "from django.apps import AppConfig\nclass Config(AppConfig):\n    name = 'tagger'\n"
    install(tmp_path, "tagger", {"tagger/__init__.py": "", "tagger/apps.py": config})
    booted = boot(make_project(tmp_path, settings="INSTALLED_APPS += ['tagger.apps.Config']\n"), "--until", "setup")
    assert list(booted.ways("tagger")) == ["shop/settings.py:4"]
