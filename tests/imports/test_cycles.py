"""Imports that are the way into modules which import each other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from django_startup.imports.cycles import Cycles
from django_startup.imports.graph import ROOT, ImportGraph, Statement, graph_info
from django_startup.imports.subjects import Subjects
from django_startup.measure.spans import ImportSite
from tests.support.profiles import make_module, make_profile

# urls imports eager (line 1), which imports slack, which imports mention, which imports slack.
BEFORE = "chat.slack and chat.mention import each other, and without this chat.mention would be imported first"


def turned(edges: list[tuple[str, str, int]], closed: tuple[str, int], gone: tuple[str, ...] = ()) -> str:
    """What is said of a line that is closed, of imports as importer, imported and line, in the order of the boot."""
    graph = ImportGraph()
    sites: dict[str, ImportSite | None] = {"urls": None}
    graph.connect(ROOT, graph.node("urls"))
    for importer, name, line in edges:
        statement = Statement(importer, f"{importer}.py", line, False)
        graph.connect(graph.node(importer), graph.node(name), statement if line else None)
        sites.setdefault(name, ImportSite(importer, f"{importer}.py", line))
    modules = [replace(make_module(name), importer=site) for name, site in sites.items()]
    profile = replace(make_profile(), modules=tuple(modules), packages=(), apps=(), graph=graph_info(graph, Path()))
    subjects = Subjects(profile)
    statement = Statement(closed[0], f"{closed[0]}.py", closed[1], False)
    return Cycles(subjects).turned_by(statement, {subjects.graph.numbers[name] for name in gone})


CYCLE = [("chat.slack", "chat.mention", 9), ("chat.mention", "chat.slack", 1)]
EAGER = [("urls", "eager", 1), ("eager", "chat.slack", 2), *CYCLE]


@pytest.mark.parametrize(
    ("edges", "gone", "sentence"),
    [
        ([*EAGER, ("urls", "chat.mention", 2)], ("eager",), BEFORE),
        ([*EAGER, ("urls", "chat.slack", 2)], ("eager",), ""),
        (EAGER, ("eager", "chat.slack", "chat.mention"), ""),
        ([*EAGER, ("urls", "chat.mention", 2)], (), ""),
        ([("urls", "chat.slack", 1), *CYCLE, ("urls", "chat.mention", 2)], (), BEFORE),
        ([("urls", "chat.slack", 1), *CYCLE, ("urls", "chat.mention", 1)], (), ""),
        ([("urls", "chat.slack", 2), *CYCLE, ("urls", "chat.mention", 1)], (), ""),
    ],
    ids=["by another", "by the same", "all gone", "another way", "itself", "one line", "before"],
)
def test_a_cycle_that_would_be_entered_by_another_module(
    edges: list[tuple[str, str, int]], gone: tuple[str, ...], sentence: str
) -> None:
    assert turned(edges, ("urls", 1), gone) == sentence


def test_a_package_is_entered_before_what_is_in_it() -> None:
    package = [("urls", "chat", 1), ("chat", "chat.slack", 1), ("chat.slack", "chat", 2), ("urls", "chat.slack", 2)]
    assert turned(package, ("urls", 1)) == ""


def test_a_cycle_that_nobody_has_been_seen_to_enter() -> None:
    edges = [("urls", "chat.slack", 1), *CYCLE, ("urls", "chat.mention", 2)]
    assert turned([("chat.slack", "urls", 3), *edges], ("urls", 1)) == ""


@pytest.mark.parametrize(("is_dynamic", "count"), [(False, 1), (True, 0)], ids=["by a statement", "by name"])
def test_a_registry_that_finds_its_modules_by_name_is_in_no_cycle_with_them(is_dynamic: bool, count: int) -> None:
    graph = ImportGraph()
    for importer, name, by_name in (("registry", "handlers", is_dynamic), ("handlers", "registry", False)):
        statement = Statement(importer, f"{importer}.py", 1, by_name)
        graph.connect(graph.node(importer), graph.node(name), statement)
    modules = tuple(make_module(name) for name in ("registry", "handlers"))
    profile = replace(make_profile(), modules=modules, packages=(), apps=(), graph=graph_info(graph, Path()))
    assert len(Cycles(Subjects(profile)).components) == count
