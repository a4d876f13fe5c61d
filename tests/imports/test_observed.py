"""From what a boot has recorded to its import graph."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from django_startup.imports.graph import ROOT, Statement
from django_startup.imports.observed import make_graph, through_missing
from django_startup.measure.clocks import Clocks
from django_startup.measure.observations import Edge, LoadedModule
from django_startup.measure.recording import Recording
from django_startup.measure.spans import ImportSite, Span
from django_startup.profile.owners import Owners

ZERO = Clocks(0, 0, 0)
LIBRARY = Path(os.__file__).parent


def at(module: str, line: int = 1) -> Statement:
    return Statement(module, f"{module}.py", line, False)


def test_what_a_missing_module_has_imported_is_of_those_who_tried_it() -> None:
    found = [(at("shop"), "json"), (at("broken"), "csv"), (at("inner"), "re")]
    missing: dict[str, set[Statement | None]] = {"broken": {at("shop", 2), at("billing"), None}}
    missing["inner"] = {at("broken"), at("inner")}
    assert set(through_missing(found, missing)) == {
        (at("shop"), "json"),
        *((statement, target) for statement in missing["broken"] for target in ("csv", "re")),
    }


def asked(*more: Span) -> dict[tuple[str, str], set[tuple[str, int]]]:
    """The written edges of a boot in which shop/apps.py asked for the URLconf, and ROOT's edges."""
    asking = Span(2, 1, "phase", "urls", 0, True, 0, importer=ImportSite("shop.apps", "/p/shop/apps.py", 9))
    resolvers = ImportSite("django.urls.resolvers", "/v/django/urls/resolvers.py", 700)
    spans = (
        Span(5, None, "import", "shop.apps", 0, True, 0),
        Span(1, None, "ready", "shop", 0, True, 0),
        asking,
        Span(3, 2, "import", "shop.urls", 0, True, 0, importer=resolvers),
        *more,
    )
    names = {"shop.apps": "/p/shop/apps.py", "shop.urls": "/p/shop/urls.py", "django.urls.resolvers": resolvers.file}
    modules = tuple(LoadedModule(name, "", file) for name, file in names.items())
    recording = Recording(0, ZERO, ZERO, ZERO, spans=spans, modules=modules)
    graph = make_graph(recording, Owners.from_recording(recording))
    edges = {edge: {(made_by.file, made_by.line) for made_by in graph.statements[edge]} for edge in graph.statements}
    edges |= {(ROOT, after): set() for after in graph.successors[ROOT]}
    return {(graph.names[one], graph.names[other]): made_by for (one, other), made_by in edges.items()}


def test_who_asks_for_the_urlconf_has_imported_it() -> None:
    assert asked() == {
        ("shop.apps", "shop.urls"): {("/p/shop/apps.py", 9)},
        ("", "shop.apps"): set(),
        ("", "django.urls.resolvers"): set(),
        ("", "__main__"): set(),
    }


@pytest.mark.parametrize("name", ["urls", "checks"])
def test_a_boot_that_walks_the_urlconf_or_checks_it_needs_it_anyway(name: str) -> None:
    assert ("", "shop.urls") in asked(Span(4, None, "phase", name, 0, True, 0))


def test_what_nobody_has_written_is_there_by_itself() -> None:
    """A module that C code tried to import, and that was not there in the end, had imported another one."""
    by = ImportSite("broken", "/v/broken.py", 1)
    spans = (
        Span(1, None, "import", "broken", 0, True, 0, failed=True),
        Span(2, 1, "import", "csv", 0, True, 0, importer=by),
    )
    recording = Recording(0, ZERO, ZERO, ZERO, spans=spans, modules=(LoadedModule("csv", "", "/csv.py"),))
    graph = make_graph(recording, Owners.from_recording(recording))
    assert graph.node("csv") in graph.successors[ROOT]


def test_what_the_standard_library_imports_for_others_keeps_nothing_in_that_somebody_imports() -> None:
    """zoneinfo imports tzdata where it is there, and importlib.resources whatever it is asked for."""
    stdlib = ImportSite("zoneinfo._common", f"{LIBRARY}/zoneinfo/_common.py", 12)
    names = {"shop": "/p/shop/__init__.py", "zoneinfo._common": stdlib.file}
    names |= {name: f"/v/site-packages/{name}/__init__.py" for name in ("tzdata", "helper")}
    edges = [Edge(stdlib.module, stdlib.file, stdlib.line, name, False) for name in ("tzdata", "helper")]
    edges.append(Edge("shop", names["shop"], 1, "helper", False))
    spans = (Span(1, None, "import", "shop", 0, True, 0), Span(2, None, "import", stdlib.module, 0, True, 0))
    modules = tuple(LoadedModule(name, "", file) for name, file in names.items())
    recording = Recording(0, ZERO, ZERO, ZERO, spans=spans, modules=modules, edges=tuple(edges))
    graph = make_graph(recording, Owners.from_recording(recording))
    into = {name: {graph.names[one] for one, other in graph.statements if graph.names[other] == name} for name in names}
    assert (into["tzdata"], into["helper"]) == ({stdlib.module}, {"shop"})
