"""What is charged to which node of the import graph."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from django_startup.imports.inquiry import Inquiry
from django_startup.measure.spans import ImportSite
from django_startup.profile.profile import GraphInfo
from tests.support.profiles import make_module, make_profile

MS = 1_000_000


def test_failed_imports_are_of_who_tries_and_waits_of_what_is_waited_for() -> None:
    site = ImportSite("shop", "shop.py", 1)
    modules = (
        make_module("shop", self_ms=10),
        replace(make_module("absent", self_ms=3), importer=site, loaded=False),
        replace(make_module("nowhere", self_ms=5), loaded=False),
        replace(make_module("heavylib", self_ms=100, thread="warmer"), waited_ns=40 * MS),
    )
    graph = GraphInfo(("", "shop", "heavylib"), (), (), ((0, 1, -1), (1, 2, -1)))
    savings = Inquiry(replace(make_profile(), modules=modules, graph=graph), Path()).savings
    assert [savings.costs[node] for node in (1, 2)] == [13 * MS, 40 * MS]
