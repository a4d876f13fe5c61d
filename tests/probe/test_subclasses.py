"""Classes that a project finds by __subclasses__(): each case a few modules, made without importing them."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from django_startup.probe import stored_names
from django_startup.probe.attributes import attributes
from django_startup.probe.origins import module_of
from django_startup.probe.subclasses import note_subclasses

BASE = "class Plugin: pass\nclass Other: pass\n"
EXTRA = "from plugins_base import *\nclass Extra(Plugin): pass\nclass More(Other): pass\nclass Mine(Extra): pass\n"
FOUND = ("H", "plugins_extra", "plugins_base", "plugins_base.Plugin.__subclasses__()")
MORE = ("H", "plugins_extra", "plugins_base", "plugins_base.Other.__subclasses__()")


def noted(monkeypatch: pytest.MonkeyPatch, files: dict[str, str]) -> list[tuple[str, ...]]:
    """The records of a project of some modules; one named lib is no part of it."""
    codes = []
    for name, text in files.items():
        file = f"/shop/{name}.py"
        module = ModuleType(name)
        module.__file__ = file
        monkeypatch.setitem(sys.modules, name, module)
        code = compile(text, file, "exec")
        exec(code, vars(module))
        if name != "lib":
            codes.append(code)
    records: list[tuple[str, ...]] = []
    changes: Any = SimpleNamespace(
        own=SimpleNamespace(has=lambda file: file.startswith("/shop/") and "lib" not in file),
        state=SimpleNamespace(
            attributes=attributes, attribute=lambda name, key: attributes(sys.modules.get(name)).get(key)
        ),
        recorder=SimpleNamespace(emit=records.append),
        known=set(),
    )
    reach: Any = SimpleNamespace(own_codes=codes, reader=stored_names)
    for _ in range(2):  # once is enough
        note_subclasses(changes, reach, module_of)
    return records


@pytest.mark.parametrize(
    ("base", "more", "expected"),
    [
        ("", "", []),
        ("", "from plugins_base import *\ndef find(): return Plugin.__subclasses__()", [FOUND]),
        ("", "from plugins_base import *\nfound = [x for x in Plugin.__subclasses__()]", [FOUND]),
        ("def find(kind): return kind.__subclasses__()", "", [FOUND, MORE]),
        (
            "",
            "from plugins_base import *\ndef all_of(x): return x.__subclasses__()\ndef use(): return all_of(Plugin)",
            [FOUND],
        ),
        ("", "import plugins_base\ndef find(): return plugins_base.Plugin.__subclasses__()", [FOUND]),
        ("", "from plugins_base import Plugin as P\ndef find(): return P.__subclasses__()", [FOUND]),
        ("", "class Plugin: pass\ndef find(): return Plugin.__subclasses__()", []),
        ("", "def find(kind): return kind.__subclasses__()", []),
    ],
    ids=[
        "nobody asks",
        "a function",
        "a body",
        "in the file of the base",
        "by way of a function",
        "in a module",
        "by another name",
        "another of that name",
        "of nothing known",
    ],
)
def test_who_defines_what_is_looked_for(
    monkeypatch: pytest.MonkeyPatch, base: str, more: str, expected: list[tuple[str, ...]]
) -> None:
    files = {"plugins_base": BASE + base, "plugins_extra": EXTRA, "plugins_more": more}
    assert noted(monkeypatch, files) == expected


def test_classes_of_packages_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "lib": "class Plugin: pass\n",
        "plugins_extra": "from lib import *\nclass Extra(Plugin): pass\n",
        "plugins_more": "from lib import *\nPlugin.__subclasses__()\n",
    }
    assert noted(monkeypatch, files) == []
