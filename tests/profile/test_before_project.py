from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from django_startup.measure.clocks import Clocks
from django_startup.measure.recording import Recording
from django_startup.measure.spans import ImportSite, Span
from django_startup.profile.before_project import with_site
from django_startup.profile.owners import PROJECT, STDLIB, Owner, OwnerKind
from django_startup.profile.parts import Package
from django_startup.profile.profile import Note, OwnerTime, StartupProfile
from tests.support.profiles import make_module, make_profile

ZERO = Clocks(0, 0, 0)
MS = 1_000_000
CUSTOM = ImportSite("sitecustomize", "/p/agent/sitecustomize.py", 1)
PTH = ImportSite("site", "<string>", 1)


def span(number: int, parent: int | None, name: str, ms: int, site: ImportSite | None = None) -> Span:
    made = Span(number, parent, "import", name, 0, True, 0, importer=site)
    made.self_cpu_ns = ms * MS
    return made


SITE = Recording(
    0,
    ZERO,
    ZERO,
    ZERO,
    spans=(
        Span(9, None, "phase", "entry", 0, True, 0),
        span(1, 9, "sitecustomize", 2),
        span(2, 1, "heavylib", 30, CUSTOM),
        span(3, 2, "heavylib.core", 40, ImportSite("heavylib", "/v/heavylib/__init__.py", 3)),
        span(4, 9, "hook", 5, PTH),
        span(5, 9, "os", 6),
        span(6, 9, "only.here", 7),
        span(8, 9, "tiny", 0),
        replace(span(7, 9, "heavylib", 100), failed=True),
    ),
)


def profile() -> StartupProfile:
    heavylib = Owner(OwnerKind.PACKAGE, "heavylib")
    owners = {
        "sitecustomize": PROJECT,
        "heavylib": heavylib,
        "heavylib.core": heavylib,
        "hook": Owner(OwnerKind.PACKAGE, "hooks"),
        "os": STDLIB,
        "unseen": STDLIB,
        "tiny": Owner(OwnerKind.PACKAGE, "tiny-hook"),
    }
    early = [
        replace(make_module(name, self_ms=0, cumulative_ms=0), owner=owner, phase="interpreter", app=None)
        for name, owner in owners.items()
    ]
    return replace(
        make_profile(),
        modules=(*early, make_module("only.here")),
        packages=(Package("heavylib", "1.0", 1 * MS, 1 * MS, 2), Package("other", "1", 3 * MS, 4 * MS, 1)),
        owners=(OwnerTime("package", 4 * MS, 3), OwnerTime("app", 20 * MS, 1)),
        notes=(Note("bytecode", "…"), Note("site", "…")),
    )


def test_times_and_lines_of_what_was_imported_before_the_project() -> None:
    before, after = profile(), with_site(profile(), SITE, Path("/p"))
    rows = {
        module.name: (module.self_ns // MS, module.cumulative_ns // MS, module.importer) for module in after.modules
    }
    assert rows == {
        "sitecustomize": (2, 72, None),
        "heavylib": (30, 70, ImportSite("sitecustomize", "agent/sitecustomize.py", 1)),
        "heavylib.core": (40, 40, ImportSite("heavylib", "/v/heavylib/__init__.py", 3)),
        "hook": (5, 5, None),
        "os": (6, 6, None),
        "unseen": (0, 0, None),
        "tiny": (0, 0, None),
        "only.here": (20, 420, None),
    }
    assert [(row.name, row.self_ns // MS, row.cumulative_ns // MS) for row in after.packages] == [
        ("heavylib", 71, 71),
        ("other", 3, 4),
    ]
    assert [(row.kind, row.self_ns // MS) for row in after.owners] == [("package", 79), ("app", 20)]
    assert [note.text for note in after.notes] == [
        "…",
        "Imported before the project, by site and .pth files (in interpreter): heavylib 0.070 s, hooks 0.005 s, "
        "sitecustomize 0.002 s, tiny-hook.",
    ]
    assert after.phases == before.phases


def test_a_boot_of_the_interpreter_that_recorded_nothing() -> None:
    assert with_site(profile(), Recording(0, ZERO, ZERO, ZERO), Path("/p")) == profile()
