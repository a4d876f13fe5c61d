"""Resident memory; modules that have no source, or an odd name."""

from __future__ import annotations

import zipfile
from pathlib import Path

from inline_snapshot import snapshot

from django_startup.imports.inquiry import Inquiry
from django_startup.imports.why import explain
from django_startup.profile.profile_file import load_profile
from django_startup.reports.console.plain_text import as_text
from django_startup.reports.console.why import render_why
from tests.support.evidence import (
    LINUX,
    ODD,
    STRANGE,
    Booted,
    boot,
)
from tests.support.helpers import make_project


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
    assert reasons["shop/lib.zip/zipped/inner.py:1"] == snapshot("unknown: its source is in the archive lib.zip")
    assert reasons["shop/latin.py:3"].startswith("not used in this file, line 3")
    assert reasons["shop/odd/@odd.py:1"].startswith("used only in use()")
    assert reasons["shop/odd/new\\nline.py:1"].startswith("used only in use()")
    assert "shop.settings" in booted.why("module:@odd")
    assert "Closing doors does not keep it out" in booted.why("made")
    assert "Did you mean" not in booted.why("module:app:z")
    booted.show("--top", "2000")
    inquiry = Inquiry(load_profile(project.with_name("profile.json")), project)
    for name in ("math", "_struct", "strange", "zipped", "alias_one", "sys", "once", "later", "shop", *ODD):
        for asked in (name, f"module:{name}"):
            assert as_text(render_why(explain(inquiry, asked)), 80)
