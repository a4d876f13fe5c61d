"""Which place a name means, and what is said of it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.drill.drill import Drilled, DrillPlace, find_drill_place, outermost, title
from django_startup.drill.typical import Finding, Line, Piece
from django_startup.profile.owners import Owner, OwnerKind
from django_startup.profile.profile import StartupProfile, TimelineInfo
from django_startup.profile.timeline import KINDS
from django_startup.reports.console.drill import render_drill
from django_startup.reports.console.plain_text import as_text
from tests.support.profiles import MS, make_module, make_profile

READY, IMPORT = KINDS.index("ready"), KINDS.index("import")


def profile_of(*, ready_ms: int, module_ms: int) -> StartupProfile:
    """An app with a module of the same name, which imports another, and takes so long."""
    rows = (
        (READY, 0, -1, 0, 0, 0, ready_ms * 1000, 0),
        (IMPORT, 0, -1, 0, 0, 0, module_ms * 500, module_ms * 500),
        (IMPORT, 1, 1, 0, 0, 0, 0, 0),
    )
    timeline = TimelineInfo(KINDS, ("billing", "stripe.api"), ("MainThread",), rows)
    modules = (make_module("billing", self_ms=module_ms), *make_profile().modules)
    return replace(make_profile(), modules=modules, timeline=timeline)


def test_an_app_comes_before_a_module() -> None:
    place, also = find_drill_place(profile_of(ready_ms=30, module_ms=20), "billing")
    assert (title(place), place.own_ns, place.imported, also) == (
        "ready() of the app billing",
        30 * MS,
        (),
        ("module",),
    )


def test_unless_there_is_something_to_see_only_in_the_module() -> None:
    place, also = find_drill_place(profile_of(ready_ms=1, module_ms=20), "billing")
    assert (title(place), also) == snapshot(("the module billing", ()))
    assert (place.cpu_ns, place.waiting_ns, place.file) == (10 * MS, 10 * MS, "billing.py")
    assert place.imported == (("stripe.api", 400 * MS),)


def test_nothing_to_see_in_either() -> None:
    place, also = find_drill_place(profile_of(ready_ms=1, module_ms=2), "billing")
    assert (place.kind, also) == ("ready", ())


def test_a_kind_in_front_of_the_name() -> None:
    assert find_drill_place(profile_of(ready_ms=30, module_ms=20), "module:billing")[0].kind == "module"
    assert find_drill_place(profile_of(ready_ms=30, module_ms=20), "app:billing")[0].kind == "ready"


@pytest.mark.parametrize("name", ["stripe", "Stripe", "package:stripe"])
def test_a_package_as_a_whole(name: str) -> None:
    rows = (
        (IMPORT, 0, -1, 0, 0, 0, 6_000, 0),
        (IMPORT, 1, 0, 0, 0, 0, 30_000, 20_000),
        (IMPORT, 2, 1, 0, 0, 0, 90_000, 0),
        (IMPORT, 3, 2, 0, 0, 0, 5_000, 0),
    )
    names = ("stripe", "stripe.api", "billing", "stripe.late")
    owner = Owner(OwnerKind.PACKAGE, "stripe")
    modules = [replace(make_module(module), owner=owner, file=f"/site/{module}.py") for module in names]
    modules[2] = make_module("billing", self_ms=95)
    timeline = TimelineInfo(KINDS, names, ("MainThread",), rows)
    place, also = find_drill_place(replace(make_profile(), modules=tuple(modules), timeline=timeline), name)
    assert (title(place), place.boot_place, also) == (
        "the package stripe",
        "package:stripe",
        () if ":" in name or name != "stripe" else ("module",),
    )
    assert (place.cpu_ns, place.waiting_ns, place.file) == (41 * MS, 20 * MS, "/site/stripe.py")
    assert [module for module, _ in place.imported] == ["billing"]


def test_of_a_namespace_only_the_parts_of_the_package() -> None:
    parts = outermost(["google.cloud.asset", "google.cloud.asset.v1", "google.cloud.asset_v1"])
    assert parts == ("google.cloud.asset", "google.cloud.asset_v1")
    assert DrillPlace("package", "google-cloud-asset", "", 0, 0, parts=parts).boot_place == (
        "package:google.cloud.asset,google.cloud.asset_v1"
    )


PLACE = DrillPlace("module", "flags.base", "flags/base.py", 200 * MS, 100 * MS, (("re", 7 * MS),))
PIECES = (Piece(("<module>\0/shop/flags/base.py\0001\1l3", "sleep\0<built-in>\0000"), 300 * MS),)
FINDINGS = (
    Finding("sleep", 290 * MS, 12, (Line("flags/base.py", 3), Line("flags/base.py", 4), Line("flags/base.py", 5))),
    Finding("parse JSON", 5 * MS, 1, (Line("/venv/lib/python3.13/site-packages/lark/lexer.py", 0),)),
    Finding("find the module and read its bytecode", 4 * MS, 0, ()),
    Finding("parse CSV", 1 * MS, 0, (Line("flags/base.py", 9), Line("flags/base.py", 10))),
)


def show(drilled: Drilled, *, top: int = 10) -> list[str]:
    """The lines; releases of pyinstrument differ in the decimals of their tree."""
    text = as_text(render_drill(drilled, top=top), 100)
    return re.sub(r"(\d\.\d{3})0\b", r"\1", text).splitlines()


def test_the_whole_of_it() -> None:
    drilled = Drilled(
        PLACE,
        ("app",),
        sampled_ns=900 * MS,
        samples=4210,
        runs=1,
        pieces=PIECES,
        findings=FINDINGS,
        entry="manage.py",
        directory=Path("/shop"),
    )
    assert show(drilled) == snapshot(
        [
            "The module flags.base (flags/base.py): 0.300 s of its own.",
            "There is also an app of that name: --drill app:flags.base",
            "It also imports a module, left out here: re 0.007 s.",
            "Based on 4,210 samples.",
            "The profiler slowed it down to 0.900 s; the times here are scaled to what it takes without the",
            "profiler.",
            "",
            "0.290 s  sleep (12 calls), flags/base.py:3 and 2 more lines",
            "0.005 s  parse JSON (1 call), lark/lexer.py",
            "0.004 s  find the module and read its bytecode",
            "0.001 s  everything else",
            "",
            "0.300 flags.base  flags/base.py:1",
            "└─ 0.300 sleep  <built-in>",
        ]
    )
    assert show(drilled, top=1)[6:8] == snapshot(["", "0.290 s  sleep (12 calls), flags/base.py:3 and 2 more lines"])


def test_what_else_is_said() -> None:
    many = replace(PLACE, imported=tuple((name, 1 * MS) for name in "abcd"))
    assert show(Drilled(many, ("module",), runs=2))[1:] == snapshot(
        [
            "There is also a module of that name: --drill module:flags.base",
            "It also imports 4 modules, left out here: a 0.001 s, b 0.001 s, c 0.001 s, ….",
            "It ran 2 times.",
        ]
    )
    quick = replace(PLACE, imported=(("re", 100_000),))
    assert show(Drilled(quick)) == snapshot(["The module flags.base (flags/base.py): 0.300 s of its own."])
    assert show(Drilled(PLACE, runs=2, failures=("KeyError",)))[2:] == snapshot(
        ["It failed with KeyError in 1 of 2 runs."]
    )
    assert show(Drilled(PLACE, samples=1))[2:] == snapshot(["Based on 1 sample."])
    assert show(Drilled(PLACE, runs=1, failures=("KeyError",)))[2:] == snapshot(["It failed with KeyError."])


def test_the_session_is_safe_to_print() -> None:
    bad = Piece(("<module>\0/shop/a.py\0001\1l3", "\x1b[31mred\0/shop/a.py\0001"), 300 * MS)
    shown = show(Drilled(PLACE, pieces=(bad,), findings=FINDINGS, runs=1, directory=Path("/shop")))
    assert "└─ 0.300 \\x1b[31mred  a.py:1" in shown
