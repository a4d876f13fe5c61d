"""Whose time it is, of spans that lie in each other."""

from __future__ import annotations

from pathlib import Path

from django_startup.measure.clocks import Clocks
from django_startup.measure.observations import LoadedApp, LoadedModule
from django_startup.measure.recording import Recording
from django_startup.measure.spans import ImportSite, Span
from django_startup.profile.attribution import make_apps, make_failed_imports, make_modules, make_owners
from django_startup.profile.boot_minimums import BootMinimums
from django_startup.profile.owners import OwnerKind, Owners
from django_startup.profile.places import place_spans

ZERO = Clocks(0, 0, 0)
MS = 1_000_000
LOOP = ImportSite("shop.apps", "/p/shop/apps.py", 3)


def span(number: int, parent: int | None, kind: str, name: str, *, ms: int = 1, failed: bool = False) -> Span:
    on_main = kind != "import" or name != "heavylib"
    site = LOOP if failed else None
    made = Span(number, parent, kind, name, 0 if on_main else 1, on_main, 0, importer=site, failed=failed)
    made.self_waiting_ns = ms * MS
    return made


# ready() asks for the URLconf, and waits for a module that another thread imports.
SPANS = (
    span(1, None, "phase", "ready"),
    span(2, 1, "ready", "shop", ms=10),
    span(3, 2, "import", "shop.signals", ms=20),
    span(4, 3, "phase", "urls", ms=40),
    span(5, 4, "import", "shop.urls", ms=80),
    span(6, 3, "lock", "heavylib", ms=160),
    span(7, None, "import", "heavylib", ms=300),
    span(8, 2, "import", "absent", ms=2, failed=True),
    span(9, 2, "import", "absent.too", ms=3, failed=True),
    span(10, 2, "import", "shop.late", ms=4, failed=True),
    span(11, 2, "import", "shop.late"),
    span(12, 1, "ready", "shop", ms=500),  # once more, by the project itself
)
RECORDING = Recording(
    0,
    ZERO,
    ZERO,
    ZERO,
    spans=SPANS,
    apps=(LoadedApp("shop", "shop", "shop", "/p/shop"),),
    modules=tuple(LoadedModule(name, "", f"/p/{name}.py") for name in ("shop.signals", "shop.urls", "shop.late")),
)


def test_an_app_does_not_pay_for_a_phase_that_begins_in_its_ready() -> None:
    minimums = BootMinimums()
    minimums.add(RECORDING)
    places = place_spans(RECORDING, minimums)
    owners = Owners.from_recording(RECORDING)
    modules = {module.name: module for module in make_modules(RECORDING, places, owners, Path("/p"))}
    (app,) = make_apps(RECORDING, places, owners, modules.values())
    assert (app.ready_ns, app.ready_own_ns) == ((10 + 20 + 160 + 2 + 3 + 4 + 1) * MS, 10 * MS)
    assert app.waiting_ns == app.ready_ns
    assert (app.apps_ns, app.models_ns) == (0, 0)
    assert (modules["shop.urls"].phase, modules["shop.urls"].app) == ("urls", None)
    assert (modules["shop.signals"].self_ns, modules["shop.signals"].app) == (20 * MS, "shop")
    assert modules["heavylib"].waited_ns == 160 * MS
    assert modules["absent"].owner.kind is OwnerKind.NOBODY
    assert {row.kind: row.modules for row in make_owners(modules.values())}["nobody"] == 2


def test_lines_on_which_imports_failed() -> None:
    minimums = BootMinimums()
    minimums.add(RECORDING)
    (row,) = make_failed_imports(RECORDING, place_spans(RECORDING, minimums), Path("/p"))
    assert (row.file, row.line, row.imports, row.names, row.time_ns) == (
        "shop/apps.py",
        3,
        2,
        ("absent", "absent.too"),
        5 * MS,
    )
