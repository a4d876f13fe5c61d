"""The chains of imports that happened."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from django_startup.imports.chains import Chains
from django_startup.imports.doors import make_door
from django_startup.imports.graph import Statement
from django_startup.imports.inquiry import Inquiry
from django_startup.measure.spans import ImportSite
from django_startup.profile.owners import Owner, OwnerKind
from django_startup.profile.parts import Door, Module, NamedInSettings
from django_startup.profile.profile import GraphInfo, StartupProfile
from django_startup.profile.reasons import Reason
from tests.support.profiles import make_module, make_profile
from tests.support.timelines import make_timeline

LOADER = ImportSite("common.loader", "common/loader.py", 2)
NAMES = ("aaa.apps", "common.loader", "lib", "lib.core", "heavylib", "bbb.apps", "shop.urls", "thready", "seen")


def module(name: str, importer: ImportSite | None = None, **changes: object) -> Module:
    changed: Module = replace(make_module(name), importer=importer, phase="ready", **changes)  # type: ignore[arg-type]
    return changed


def make() -> StartupProfile:
    """aaa.apps imports a loader, the ready() of bbb uses it, and asks for the URLconf."""
    package = Owner(OwnerKind.PACKAGE, "lib")
    modules = (
        module("aaa.apps", ImportSite("django.apps.config", "django/apps/config.py", 1)),
        module("common.loader", ImportSite("aaa.apps", "aaa/apps.py", 1)),
        module("lib", LOADER, owner=package),
        module("lib.core", ImportSite("lib", "lib/__init__.py", 1), owner=package),
        module("heavylib", LOADER),
        module("bbb.apps"),
        module("shop.urls", ImportSite("bbb.apps", "bbb/apps.py", 9)),
        module("thready", LOADER, thread="warmer"),
        replace(module("seen"), phase="interpreter"),
        module("shop.tools.text", ImportSite("shop.urls", "shop/urls.py", 1)),
        module("shop.tools", ImportSite("shop.urls", "shop/urls.py", 1)),
        module("jsonlib", ImportSite("shop.tools", "shop/tools/__init__.py", 1)),
    )
    main = ("MainThread", 0, 10, 0, 0)
    spans = (
        ("phase", "apps", -1, *main),
        ("app", "aaa", 0, *main),
        ("import", "aaa.apps", 1, *main),
        ("import", "common.loader", 2, *main),
        ("phase", "ready", -1, *main),
        ("ready", "bbb", 4, *main),
        ("import", "lib", 5, *main),
        ("import", "lib.core", 6, *main),
        ("import", "heavylib", 7, *main),
        ("phase", "urls", 5, *main),
        ("import", "shop.urls", 9, *main),
        ("import", "thready", -1, "warmer", *main[1:]),
        ("import", "lone", -1, *main),
        ("import", "shop.tools.text", 10, *main),
        ("import", "shop.tools", 13, *main),
        ("import", "jsonlib", 14, *main),
    )
    edges = tuple((0, number, -1) for number in range(1, len(NAMES) + 1))
    return replace(
        make_profile(),
        modules=modules,
        timeline=make_timeline(spans),
        graph=GraphInfo(("", *NAMES), ("bbb/apps.py",), ((6, 0, 9, 1),), (*edges, (6, 7, 0))),
        named=(
            NamedInSettings("ROOT_URLCONF", "shop.urls", "shop.urls"),
            NamedInSettings("BACKEND", "not.in.the.graph", "not.in.the.graph"),
        ),
    )


def chain(door: Door, name: str) -> str:
    subjects = Inquiry(make(), Path()).subjects
    phase, names = Chains(subjects).to(door, subjects.module(name))
    return " > ".join((phase, *names))


def door(name: str, file: str, line: int) -> Door:
    return make_door(Statement(name, file, line, False), "", Reason.INSIDE_FUNCTION, "")


def test_the_chain_of_the_import_that_the_door_made() -> None:
    loading = door("common.loader", "common/loader.py", 2)
    assert chain(loading, "lib") == "ready > ready() of bbb > common.loader"
    assert chain(loading, "heavylib") == "ready > ready() of bbb > common.loader > (lib) > common.loader"
    assert chain(door("bbb.apps", "bbb/apps.py", 9), "shop.urls") == "urls > ready() of bbb > bbb.apps"


def test_a_package_that_is_loaded_for_a_module_in_it_stands_in_its_place() -> None:
    patching = door("shop.tools", "shop/tools/__init__.py", 1)
    assert chain(patching, "jsonlib") == "urls > ready() of bbb > bbb.apps > shop.urls > shop.tools"


def test_a_door_that_brought_nothing_in_has_the_chain_of_its_module() -> None:
    assert chain(door("common.loader", "common/loader.py", 7), "lib") == "apps > aaa.apps > common.loader"
    assert chain(door("lone", "lone.py", 7), "lib") == "entry > lone"


def test_modules_whose_import_was_not_seen() -> None:
    assert chain(door("__main__", "manage.py", 7), "lib") == "entry > __main__"
    assert chain(door("thready", "thready.py", 7), "lib") == "thread warmer > thready"
    assert chain(door("seen", "seen.py", 7), "lib") == "interpreter > seen"


def test_a_door_that_another_thread_took() -> None:
    assert chain(door("common.loader", "common/loader.py", 2), "thready") == "thread warmer > common.loader"
    assert chain(door("common.loader", "common/loader.py", 7), "thready") == "apps > aaa.apps > common.loader"


def test_a_line_that_makes_django_load_the_urlconf(tmp_path: Path) -> None:
    text = "import django.urls\n" * 8 + "home = django.urls.reverse('home')\n"
    (tmp_path / "bbb").mkdir()
    (tmp_path / "bbb/apps.py").write_text(text)
    inquiry = Inquiry(make(), tmp_path)
    (asking,) = inquiry.doors.into(inquiry.subjects.module("shop.urls"))
    assert asking.kind is Reason.ASKS_FOR_URLCONF
    assert asking.reason == "makes Django load the URLconf, line 9: resolve URLs later, or use reverse_lazy()"
    nobody = tuple(replace(row, importer=None) for row in make().modules)
    assert Inquiry(replace(make(), modules=nobody), Path()).doors.asking == set()
