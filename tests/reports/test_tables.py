from __future__ import annotations

from dataclasses import replace

import pytest
from inline_snapshot import snapshot
from rich.console import RenderableType

from django_startup.measure.spans import ImportSite
from django_startup.profile.effects import SideEffect
from django_startup.profile.parts import App, Door, Package
from django_startup.profile.profile import CheckTime, StartupProfile
from django_startup.reports.console.plain_text import as_text
from django_startup.reports.console.sort import Sort
from django_startup.reports.console.tables import (
    app_table,
    check_table,
    legend,
    module_table,
    package_table,
    side_effect_table,
)
from tests.support.profiles import CLASS_DOOR, DOOR, MS, make_module, make_profile

SITE = "/venv/lib/python3.13/site-packages"
SETTINGS = Door("shop.settings", "", 0, "", False, "'tagger' in INSTALLED_APPS")


def text(table: RenderableType | None) -> str:
    assert table is not None
    return as_text(table, 80)


def test_what_a_door_is_is_said_where_one_is_shown() -> None:
    assert text(legend(make_profile(), 1, None)) == "door: a line of your project that brings the package in\n"
    assert legend(replace(make_profile(), packages=()), 1, None) is None


def with_packages(*packages: Package) -> StartupProfile:
    return replace(make_profile(), packages=packages)


# Packages


def test_packages() -> None:
    packages = (
        Package("boto3", "1.44", 620 * MS, 700 * MS, 188, 0, None, (DOOR,) * 7, ("django-storages",)),
        Package("langchain", "1.0", 410 * MS, 2200 * MS, 1204, 2100 * MS, None, (DOOR,)),
        Package("google-cloud-asset", "4.3.0", 2310 * MS, 2400 * MS, 311, 2050 * MS, None, (CLASS_DOOR, DOOR)),
        Package("sqlparse", "0.6", 9 * MS, 9 * MS, 20, 0, None, (), ("Django",)),
        Package("six", "", 3 * MS, 3 * MS, 1, 0, None, (), ("a", "b", "c", "d")),
        Package("tagger", "6.1", 2 * MS, 2 * MS, 5, 2 * MS, None, (SETTINGS, CLASS_DOOR)),
        Package("unknown", "1", 400_000, MS, 1),
        Package("rest", "1", 30 * MS, 30 * MS, 2, 0),
    )
    assert text(package_table(with_packages(*packages), 7, None)) == snapshot("""\
PACKAGES                  saves     self  cumulative  door
langchain 1.0           2.100 s  0.410 s     2.200 s  billing/models.py:3
google-cloud-asset      2.050 s  2.310 s     2.400 s  shop/urls.py:9 and 1 more
4.3.0
tagger 6.1              0.002 s  0.002 s     0.002 s  INSTALLED_APPS and 1 more
boto3 1.44                    -  0.620 s     0.700 s  shared: also needed by
                                                      django-storages
rest 1                        -  0.030 s     0.030 s
sqlparse 0.6                  -  0.009 s     0.009 s  needed by Django
six                           -  0.003 s     0.003 s  needed by a, b and 2 more
and 1 more                             -
""")


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        (None, ["pandas", "stripe", "numpy"]),
        (Sort.SAVING, ["pandas", "stripe", "numpy"]),
        (Sort.SELF, ["stripe", "pandas", "numpy"]),
        (Sort.CUMULATIVE, ["numpy", "pandas", "stripe"]),
    ],
)
def test_order_of_packages(sort: Sort | None, names: list[str]) -> None:
    profile = with_packages(
        Package("numpy", "", 10 * MS, 90 * MS, 1, None),
        Package("stripe", "", 30 * MS, 30 * MS, 1, 5 * MS),
        Package("pandas", "", 20 * MS, 80 * MS, 1, 20 * MS),
    )
    lines = text(package_table(profile, 9, sort)).splitlines()
    assert [line.split()[0] for line in lines[1:]] == names


def test_order_of_equal_packages() -> None:
    packages = [Package(name, "", 10 * MS, 10 * MS, 1, 10 * MS) for name in ("b", "c", "a")]
    lines = text(package_table(with_packages(*packages), 9, None)).splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["a", "b", "c"]


# Apps


def test_apps() -> None:
    apps = (
        App("admin", "django.contrib.admin", False, 0, 499_999, 0, 0, 0, 0, 12, 0),
        App("billing", "billing", True, 2 * MS, 410 * MS, 520 * MS, 500 * MS, 480 * MS, 20 * MS, 14, 930 * MS),
        App("catalog", "catalog", True, MS, MS, MS, MS, 0, 0, 1, 2000 * MS),
        App("plain", "plain", True, MS, 2 * MS, 3 * MS, 0, 0, 0, 1),
    )
    assert text(app_table(replace(make_profile(), apps=apps), 3)) == snapshot("""\
APPS          saves   create   models    ready    (own)  waiting
catalog     2.000 s  0.001 s  0.001 s  0.001 s  0.001 s        -
billing     0.930 s  0.002 s  0.410 s  0.520 s  0.500 s  0.480 s
plain                0.001 s  0.002 s  0.003 s        -        -
and 1 more                 -        -        -
""")
    assert "more" not in text(app_table(replace(make_profile(), apps=apps), 4))


# Modules


def test_modules() -> None:
    modules = (
        replace(
            make_module("tagger.models"),
            importer=ImportSite("django.apps.config", f"{SITE}/django/apps/config.py", 269),
        ),
        replace(
            make_module("tagger.util", self_ms=30),
            importer=ImportSite("django.apps.config", f"{SITE}/django/apps/config.py", 1),
            app=None,
        ),
        replace(make_module("json", self_ms=40), importer=ImportSite("shop", "shop/a.py", 7), saving_ns=9 * MS),
        make_module("alone", self_ms=50),
        make_module("threaded", self_ms=900, thread="Thread-1"),
        make_module("last", self_ms=1),
    )
    profile = replace(make_profile(), modules=modules)
    assert text(module_table(profile, 4, None)) == snapshot("""\
MODULES          saves     self  cumulative  imported by
alone                   0.050 s     0.420 s
json           0.009 s  0.040 s     0.420 s  shop/a.py:7
tagger.util             0.030 s     0.420 s  django/apps/config.py:1
tagger.models           0.020 s     0.420 s  INSTALLED_APPS: billing
and 1 more              0.001 s
""")
    assert text(module_table(profile, 1, Sort.SAVING)).splitlines()[1].startswith("json ")


# Side effects


def effect(kind: str, detail: str, *, ms: int = 1, app: str | None = None, file: str = "shop/a.py") -> SideEffect:
    return SideEffect(kind, detail, "", "ready" if app else "settings", app, None, file, 12, "load", ms * MS)


def test_side_effects() -> None:
    effects = (
        effect("sql", "SELECT 1", app="billing"),
        effect("subprocess", "mjml --version", ms=310, file=f"{SITE}/mjml/apps.py", app="mjml"),
        effect("sql", "SELECT 1", app="billing", ms=2),
        effect("dns", "localhost:80", file=""),
        effect("thread", "poller\x1b[31m [bold]", ms=0),
        effect("fork", "os.fork()", ms=0),
    )
    profile = replace(make_profile(), side_effects=effects)
    assert text(side_effect_table(profile, 4)) == snapshot("""\
SIDE EFFECTS                      time  where
subprocess  mjml --version     0.310 s  mjml/apps.py:12 load(), ready: mjml
sql ×2  SELECT 1               0.003 s  shop/a.py:12 load(), ready: billing
dns  localhost:80              0.001 s  settings
thread  poller\\x1b[31m [bold]        -  shop/a.py:12 load(), settings
and 1 more                           -
""")


@pytest.mark.parametrize(("length", "shown"), [(120, "x" * 120), (121, f"{'x' * 119}…")])
def test_long_statements(length: int, shown: str) -> None:
    profile = replace(make_profile(), side_effects=(effect("sql", "x" * length),))
    table = as_text(side_effect_table(profile, 1) or "", 300)
    assert f"sql  {shown} " in table


# System checks


def test_system_checks() -> None:
    checks = [CheckTime(f"shop.check_{name}", 3 * MS, 2 * MS) for name in "abc"]
    profile = replace(make_profile(), checks=tuple(checks))
    assert text(check_table(profile, 1)) == snapshot("""\
SYSTEM CHECKS     time    (own)
shop.check_a   0.003 s  0.002 s
and 2 more     0.006 s  0.004 s
""")


def test_no_tables_without_rows() -> None:
    bare = replace(make_profile(), packages=(), apps=(), modules=(make_module("a", thread="x"),), checks=())
    bare = replace(bare, side_effects=())
    tables = package_table(bare, 1, None), app_table(bare, 1), module_table(bare, 1, None), check_table(bare, 1)
    assert (*tables, side_effect_table(bare, 1)) == (None,) * 5
