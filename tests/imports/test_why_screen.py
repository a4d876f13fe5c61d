"""Of many doors a screen is judged and shown, those first that tell most."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from django_startup.imports.graph import ROOT, ImportGraph, Statement, graph_info
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.why import MOST_LISTED, Why, explain, most_telling
from django_startup.measure.spans import ImportSite
from django_startup.profile.owners import Owner, OwnerKind
from django_startup.profile.parts import Door
from django_startup.profile.reasons import Reason
from tests.support.profiles import make_module, make_profile

FILES = 14


def make_inquiry(*, owner: OwnerKind) -> Inquiry:
    """m00 to m13 import stripe, and the boot came to it through m12; the modules above it belong to somebody."""
    graph = ImportGraph()
    stripe = graph.node("stripe")
    for number in range(FILES):
        name = f"m{number:02}"
        graph.connect(ROOT, graph.node(name))
        graph.connect(graph.node(name), stripe, Statement(name, f"{name}.py", 1, False))
    modules = tuple(
        replace(make_module(name), owner=Owner(owner, "shop")) for name in graph.numbers if name != "stripe"
    )
    site = ImportSite("m12", "m12.py", 1)
    loaded = replace(make_module("stripe"), owner=Owner(OwnerKind.PACKAGE, "stripe"), importer=site)
    profile = replace(make_profile(), modules=(*modules, loaded), graph=graph_info(graph, Path("/shop")))
    return Inquiry(profile, Path("/shop"))


def asked(inquiry: Inquiry, *, every: bool = False) -> Why:
    answer = explain(inquiry, "module:stripe", every=every)
    assert isinstance(answer, Why)
    return answer


@pytest.mark.parametrize("owner", [OwnerKind.APP, OwnerKind.PACKAGE])
def test_the_door_that_brought_it_in_comes_first(owner: OwnerKind) -> None:
    answer = asked(make_inquiry(owner=owner))
    assert [way.door.module for way in answer.ways] == ["m12", *(f"m{number:02}" for number in range(MOST_LISTED - 1))]
    assert (answer.doors, answer.more) == (FILES, FILES - MOST_LISTED)


def test_all_doors() -> None:
    answer = asked(make_inquiry(owner=OwnerKind.APP), every=True)
    assert sorted(way.door.module for way in answer.ways) == [f"m{number:02}" for number in range(FILES)]
    assert answer.more == 0


def test_what_another_thread_has_imported_is_kept_out_by_its_lines() -> None:
    inquiry = make_inquiry(owner=OwnerKind.APP)
    modules = tuple(
        replace(module, phase="", thread="warmer") if module.name == "stripe" else module
        for module in inquiry.profile.modules
    )
    answer = asked(Inquiry(replace(inquiry.profile, modules=modules), Path("/shop")))
    assert {door.module for door in answer.fewest} == {f"m{number:02}" for number in range(FILES)}


def test_lines_of_the_settings_are_on_the_screen() -> None:
    statements = [Statement("m", "m.py", line, False) for line in range(1, 12)]
    named = Door("settings", "settings.py", 3, "", False, "'pay' in INSTALLED_APPS", Reason.INSTALLED_APP)
    assert most_telling([*statements, named]) == [named, *statements[: MOST_LISTED - 1]]


def test_how_much_of_the_project_goes_with_the_lines_to_close() -> None:
    graph = ImportGraph()
    written = (("urls", "views"), ("views", "pages"), ("views", "stripe"), ("pages", "stripe"))
    for line, (one, other) in enumerate(written, 1):
        graph.connect(graph.node(one), graph.node(other), Statement(one, f"{one}.py", line, False))
    graph.connect(ROOT, graph.node("urls"))
    modules = tuple(
        replace(make_module(name), owner=Owner(OwnerKind.PACKAGE if name == "stripe" else OwnerKind.APP, name))
        for name in graph.numbers
    )
    inquiry = Inquiry(replace(make_profile(), modules=modules, graph=graph_info(graph, Path("/shop"))), Path("/shop"))
    answer = asked(inquiry)
    assert [door.module for door in answer.fewest] == ["urls"]
    assert (answer.taken_along, answer.others) == (2, 3)  # views and pages, of those and urls
