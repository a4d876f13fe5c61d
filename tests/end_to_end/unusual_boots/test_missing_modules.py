"""What could not be imported, and what belongs to nobody."""

from __future__ import annotations

import re
from typing import Any

import pytest
from inline_snapshot import snapshot

from tests.support.evidence import Booted, install
from tests.support.evidence import boot as evidence_boot
from tests.support.helpers import make_project

OPTIONAL = """\
try:
    import absent
except ImportError:
    absent = None
"""
# It comes as far as importing json.tool.
BROKEN = "import json.tool\nraise ImportError\n"
SETTINGS = """\
import importlib
import pandish
import babelish
import google.auth
import sys
try:
    import google.appengine
except ImportError:
    pass
try:
    import shop.broken
except ImportError:
    pass
for number in range(1000):
    try:
        importlib.import_module(f"plugin_{number}")
    except ImportError:
        pass
sys.path.insert(1, "libs")
import vendored
"""


LOOPING = """\
for number in range(1000):
    try:
        __import__(f"extra_{number}")
    except ImportError:
        pass
"""


@pytest.fixture(scope="module")
def booted(tmp_path_factory: pytest.TempPathFactory) -> Booted:
    tmp_path = tmp_path_factory.mktemp("missing")
    install(tmp_path, "pandish", {"pandish.py": OPTIONAL})
    install(tmp_path, "babelish", {"babelish.py": OPTIONAL + "import looping\n"})
    install(tmp_path, "looping", {"looping.py": LOOPING})
    install(tmp_path, "google-auth", {"google/auth.py": ""})
    about = "libs/vendored-2.0.dist-info"
    files = {
        "shop/broken.py": BROKEN,
        "libs/vendored/__init__.py": "",
        f"{about}/RECORD": "vendored/__init__.py,,\n",
        f"{about}/METADATA": "Metadata-Version: 2.1\nName: vendored\nVersion: 2.0\n",
    }
    project = make_project(tmp_path, settings=SETTINGS, files=files)
    return evidence_boot(project, "--until", "setup")


def owner(booted: Booted, name: str) -> dict[str, Any]:
    return dict(booted.row("modules", name)["owner"])


def test_what_is_not_there_belongs_to_nobody_and_brings_nothing(booted: Booted) -> None:
    nobody = {"kind": "nobody", "name": "nobody"}
    assert owner(booted, "absent") == owner(booted, "google.appengine") == owner(booted, "google") == nobody
    assert {"absent", "google.appengine"}.isdisjoint(booted.saved["graph"]["nodes"])
    assert booted.row("packages", "pandish")["needed_by"] == []
    assert [door["line"] for door in booted.row("packages", "google-auth")["doors"]] == [
        int(booted.at("shop/settings.py", "import google.auth").partition(":")[2])
    ]
    why = booted.why("absent").replace(str(booted.project.parent), "")
    assert why == "'absent' was not imported in this boot. Importing it failed: see\n/site/pandish.py:2.\n"


def test_what_a_module_imported_before_it_failed_is_there_because_of_who_tried_it(booted: Booted) -> None:
    assert booted.edges("json.tool") == {
        ("shop.settings", booted.at("shop/settings.py", "import shop.broken"), True),
    }


def test_a_line_whose_imports_fail_again_and_again_is_a_fix(booted: Booted) -> None:
    (fix,) = [fix for fix in booted.saved["fixes"] if fix["kind"] == "failed"]
    (door,) = fix["doors"]
    assert f"{door['file']}:{door['line']}" == booted.at("shop/settings.py", "import_module(f")
    assert (fix["subject"], fix["text"], door["reason"]) == snapshot(
        (
            "1,000 failed imports",
            "imports of modules that do not exist: look first whether they are there, or list those that are",
            "1,000 imports failed here (plugin_0, plugin_1, plugin_2, …)",
        )
    )
    (row,) = [row for row in booted.saved["failed_imports"] if row["names"][0] == "plugin_0"]
    assert row["imports"] == 1000
    assert fix["saving_ms"] == row["time_ms"] > 0


def test_in_a_package_it_is_a_note(booted: Booted) -> None:
    (text,) = [note["text"] for note in booted.saved["notes"] if note["id"] == "failed-imports"]
    text = re.sub(r"\d\.\d{3} s", "… s", text.replace(str(booted.project.parent), ""))
    assert text == "1,000 imports failed at /site/looping.py, line 3: … s (extra_0, extra_1, extra_2, …)."


def test_distribution_in_a_directory_that_is_relative_on_the_search_path(booted: Booted) -> None:
    assert owner(booted, "vendored") == {"kind": "package", "name": "vendored"}
    assert booted.row("packages", "vendored")["version"] == "2.0"
