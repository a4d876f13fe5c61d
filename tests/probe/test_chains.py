"""Through which names code changes what it has from others."""

from __future__ import annotations

import pytest

from django_startup.probe import stored_names
from django_startup.probe.chains import Chains

CHAINS = Chains(stored_names)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("admin.site.site_header = 'Shop'", [("admin.site.site_header", "site_header")]),
        ("admin.site.add_action(act)", [("admin.site.add_action", "")]),
        ("registry.clear()", [("registry.clear", "registry")]),
        ("import registry\nregistry.clear()", [("registry.clear", "registry")]),
        ("engines['a'].engine.builtins.append('b')", [("engines.engine.builtins.append", "builtins")]),
        ("engines['a'].engine.libraries['b'] = 'c'", [("engines.engine.libraries", "libraries")]),
        ("fields[models.Text] = 'c'", [("fields", "fields"), ("models.Text", "Text")]),
        ("User._meta.get_field('a')._unique = True", [("User._meta.get_field._unique", "_unique")]),
        ("del state.kinds", [("state.kinds", "kinds")]),
        ("x = settings.DEBUG", []),
        ("make().x = 3", [("make.x", "x")]),
        ("{}.x = 3", []),
        ("\n".join(f"a{number} = 1" for number in range(300)) + "\nsite.x = 1", [("site.x", "x")]),
    ],
)
def test_chains_of_names(text: str, found: list[tuple[str, str]]) -> None:
    chains = CHAINS.of(compile(text, "", "exec"))
    assert [(".".join(names), changed) for names, changed in chains] == found


def test_chains_in_functions() -> None:
    code = stored_names.code_of_function("site.x = 1; self = site.add(1); self.a.b = 3; other.site.y = self")
    assert {(".".join(names), changed) for names, changed in CHAINS.of(code)} == {
        ("site.x", "x"),
        ("site.add", "site"),
        ("other.site.y", "y"),
    }


def test_an_attribute_of_what_has_no_name() -> None:
    code = stored_names.code_of_function("self = 3; self.a.b = 3; self.c.append(4)")
    assert list(CHAINS.of(code)) == []


def test_names_that_imports_bind() -> None:
    text = "import a.b.c as d, e.f\nfrom . import g\nfrom .h import i, j as k\nfrom json import *\nx = 3"
    assert CHAINS.bound(compile(text, "", "exec")) == {
        "d": ("a.b.c", "c"),
        "e": ("e.f", ""),
        "g": ("", "g"),
        "i": ("h", "i"),
        "k": ("h", "j"),
    }
