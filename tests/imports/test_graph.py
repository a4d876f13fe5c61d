"""Dominators, savings, cuts and cycles, each against its definition on small random graphs."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain, combinations, pairwise
from pathlib import Path
from typing import Any

import pytest

from django_startup.exceptions import UsageError
from django_startup.imports.cut import UNCUTTABLE, smallest_cut
from django_startup.imports.cycles import Cycles, components
from django_startup.imports.dominators import dominated_sums, immediate_dominators, reverse_postorder
from django_startup.imports.graph import ROOT, Edge, ImportGraph, Statement, graph_info, graph_of
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.savings import Savings
from django_startup.profile.owners import Owner, OwnerKind
from django_startup.profile.profile import GraphInfo
from tests.support.profiles import make_module, make_profile

SEEDS = range(120)


def rooted_graph(seed: int) -> ImportGraph:
    """A random graph in which, as in that of a boot, everything can be reached."""
    graph = random_graph(seed)
    for node in sorted(set(range(len(graph.names))) - reached(graph)):
        graph.connect(ROOT, node)
    return graph


def random_graph(seed: int, *, most: int = 7) -> ImportGraph:
    """A graph of a few modules in which each edge is unwritten, or made by one or two statements, some by both."""
    rng = random.Random(seed)
    graph = ImportGraph()
    names = [f"m{number}" for number in range(1, rng.randint(2, most))]
    for name in names:
        graph.node(name)
    for number in range(rng.randint(0, 2)):
        graph.app(f"app{number}")
    nodes = range(len(graph.names))
    for _ in range(rng.randint(1, 2 * len(nodes))):
        one, other = rng.choice(nodes), rng.choice(nodes[1:])
        if graph.names[one] not in names or rng.random() < 0.2:
            graph.connect(one, other)
        for line in rng.choices([1, 2, 3], k=rng.randint(0, 2)) if graph.names[one] in names else ():
            graph.connect(one, other, Statement(graph.names[one], f"{graph.names[one]}.py", line, rng.random() < 0.2))
    return graph


def reached(graph: ImportGraph, *, without: Iterable[int] = (), closed: Iterable[Edge] = ()) -> set[int]:
    """What can be reached from the root: the plainest way to say it."""
    without, closed = set(without), set(closed)
    found = {ROOT}
    while True:
        new = {
            after
            for node in found
            for after in graph.successors[node]
            if after not in without and (node, after) not in closed
        }
        if new <= found:
            return found
        found |= new


# Dominators


@pytest.mark.parametrize("seed", SEEDS)
def test_dominators(seed: int) -> None:
    graph = random_graph(seed)
    found = immediate_dominators(graph.successors, graph.predecessors, ROOT)
    everything = reached(graph)
    dominated = {node: everything - reached(graph, without=[node]) for node in everything - {ROOT}}
    for node in range(len(graph.names)):
        above = [other for other in dominated if node in dominated[other] and other != node]
        if node not in dominated:
            assert found[node] == -1
        else:  # of all that dominate a node the nearest: the one that the others dominate too
            assert found[node] == max(above, key=lambda other: sum(other in dominated[one] for one in above), default=0)
    order = reverse_postorder(graph.successors, ROOT)
    assert order[0] == ROOT
    assert set(order) == everything
    assert len(order) == len(everything)
    costs = [2**node for node in range(len(graph.names))]
    sums = dominated_sums(found, costs, order)
    for node in range(1, len(graph.names)):
        assert sums[node] == sum(costs[other] for other in dominated.get(node, {node}))


def test_order_of_a_graph_without_cycles() -> None:
    for seed in SEEDS:
        graph = random_graph(seed)
        later = [{after for after in following if after > node} for node, following in enumerate(graph.successors)]
        order = reverse_postorder(later, ROOT)
        place = {node: number for number, node in enumerate(order)}
        assert all(place[node] < place[after] for node in order for after in later[node])


def test_a_chain_deeper_than_the_recursion_limit() -> None:
    graph = ImportGraph()
    for number in range(20_000):
        graph.connect(number, graph.node(f"m{number + 1}"))
    dominators = immediate_dominators(graph.successors, graph.predecessors, ROOT)
    assert dominators == [-1, *range(20_000)]
    assert graph.leading_to({20_000}) == graph.reached_from({ROOT}) == set(range(20_001))


# Savings


@pytest.mark.parametrize("seed", SEEDS)
def test_lost(seed: int) -> None:
    rng = random.Random(seed)
    graph = rooted_graph(seed)
    savings = Savings(graph, {}, {})
    edges = sorted({(one, other) for one, following in enumerate(graph.successors) for other in following})
    for _ in range(5):
        removed = rng.sample(range(1, len(graph.names)), k=min(rng.randint(0, 2), len(graph.names) - 1))
        closed = rng.sample(edges, k=min(rng.randint(0, 3), len(edges)))
        left = reached(graph, without=removed, closed=closed)
        assert savings.lost(removed=removed, closed=closed) == sorted(set(range(len(graph.names))) - left)


@pytest.mark.parametrize("seed", SEEDS)
def test_savings_of_modules(seed: int) -> None:
    graph = rooted_graph(seed)
    costs = {name: 2**number for name, number in graph.numbers.items()}
    savings = Savings(graph, costs, {label: 2**number for label, number in graph.apps.items()})
    everything = reached(graph)
    of_modules = savings.of_modules()
    assert of_modules.keys() == graph.numbers.keys()
    for name, number in graph.numbers.items():
        gone = everything - reached(graph, without=[number]) | {number}
        assert of_modules[name] == sum(2**node for node in gone)


def test_a_package_goes_with_all_that_is_in_it() -> None:
    graph = ImportGraph()
    for one, other in [("", "shop"), ("", "shop.models"), ("shop.models", "shop"), ("shop.models", "stripe")]:
        graph.connect(graph.node(one) if one else ROOT, graph.node(other))
    savings = Savings(graph, {"shop": 1, "shop.models": 2, "stripe": 4, "not in the graph": 8}, {"none": 16})
    assert savings.of_modules() == {"shop": 7, "shop.models": 6, "stripe": 4}
    assert savings.total([graph.numbers["shop"], graph.numbers["stripe"]]) == 5


def test_a_module_whose_package_is_not_in_the_graph() -> None:
    graph = ImportGraph()
    graph.connect(ROOT, graph.node("google.cloud.storage"))
    assert Savings(graph, {"google.cloud.storage": 3}, {}).of_modules() == {"google.cloud.storage": 3}


def test_of_many_packages_only_the_largest_with_all_that_is_in_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django_startup.imports.savings.EXACT", 1)
    graph = ImportGraph()
    for name in ("large", "large.api", "small", "small.api"):
        graph.connect(ROOT, graph.node(name))
    costs = {"large": 1, "large.api": 9, "small": 2, "small.api": 3}
    assert Savings(graph, costs, {}).of_modules() == {"large": 10, "large.api": 9, "small": 2, "small.api": 3}


# The smallest cut


def broken(graph: ImportGraph, gone: Iterable[Statement]) -> set[Edge]:
    """The edges that are not there without some statements."""
    gone = set(gone)
    return {edge for edge, made_by in graph.statements.items() if edge not in graph.unwritten and made_by <= gone}


def subsets(statements: list[Statement]) -> Iterable[tuple[Statement, ...]]:
    return chain.from_iterable(combinations(statements, size) for size in range(len(statements) + 1))


@pytest.mark.parametrize("seed", range(400))
def test_smallest_cut(seed: int) -> None:
    rng = random.Random(seed)
    graph = random_graph(seed, most=6)
    statements = sorted(set(chain.from_iterable(graph.statements.values())))
    weights = {statement: rng.choice([1, 1, 2, 5, UNCUTTABLE]) for statement in statements}
    ends = set(rng.sample(range(1, len(graph.names)), k=min(rng.randint(1, 2), len(graph.names) - 1)))
    found = smallest_cut(graph, ends, weights.__getitem__, lambda statement: weights[statement] < UNCUTTABLE)
    cuttable = [statement for statement in statements if weights[statement] < UNCUTTABLE]
    enough = [
        sum(weights[statement] for statement in gone)
        for gone in subsets(cuttable[:9])
        if not reached(graph, closed=broken(graph, gone)) & ends
    ]
    if len(cuttable) > 9:  # too many to try them all
        enough += [] if found is None else [sum(weights[statement] for statement in found)]
    assert (found is None) == (not enough)
    if found is not None:
        assert not reached(graph, closed=broken(graph, found)) & ends
        assert sum(weights[statement] for statement in found) <= min(enough)


def test_one_statement_that_makes_two_edges_is_cut_once() -> None:
    graph = ImportGraph()
    models, pay = graph.node("models"), graph.node("pay")
    graph.connect(ROOT, models)
    both, one = Statement("models", "models.py", 1, False), Statement("models", "models.py", 2, False)
    for name in ("stripe", "stripe.api"):
        graph.connect(models, graph.node(name), both)
    graph.connect(models, pay, one)
    graph.connect(pay, graph.node("stripe"), Statement("pay", "pay.py", 1, False))
    assert smallest_cut(graph, graph.inside("stripe"), lambda statement: 1) in (
        {both, one},
        {both, Statement("pay", "pay.py", 1, False)},
    )


def test_of_cuts_that_are_as_small_the_nearest() -> None:
    graph = ImportGraph()
    graph.connect(ROOT, graph.node("urls"))
    for one, other in pairwise(["urls", "views", "exports", "stripe"]):
        graph.connect(graph.node(one), graph.node(other), Statement(one, f"{one}.py", 1, False))
    found = smallest_cut(graph, graph.inside("stripe"), lambda statement: 1)
    assert found == {Statement("exports", "exports.py", 1, False)}


def test_what_is_in_no_cut_is_not_weighed() -> None:
    graph = ImportGraph()
    graph.connect(ROOT, graph.node("urls"))
    for one, other in (("urls", "views"), ("views", "stripe"), ("urls", "exports"), ("exports", "views")):
        graph.connect(graph.node(one), graph.node(other), Statement(one, f"{one}.py", 1, False))
    weighed = []

    def weigh(statement: Statement) -> int:
        weighed.append(statement.module)
        return 1

    smallest_cut(graph, graph.inside("stripe"), weigh)
    assert weighed == ["views"]


def test_a_heavy_statement_gives_way_to_lighter_ones_further_up() -> None:
    graph = ImportGraph()
    for one, other in (("", "urls"), ("", "admin"), ("urls", "views"), ("admin", "views"), ("views", "stripe")):
        statement = Statement(one, f"{one}.py", 1, False) if one else None
        graph.connect(graph.node(one) if one else ROOT, graph.node(other), statement)
    weights = {"views": 3, "urls": 1, "admin": 1}
    found = smallest_cut(graph, graph.inside("stripe"), lambda statement: weights[statement.module])
    assert {statement.module for statement in found or ()} == {"urls", "admin"}


def test_nothing_to_cut() -> None:
    graph = ImportGraph()
    graph.node("stripe")
    assert smallest_cut(graph, graph.inside("stripe"), lambda statement: 1) == set()


# Cycles


def make_inquiry(graph: ImportGraph, *, foreign: Iterable[str] = ()) -> Inquiry:
    """An inquiry into a graph whose modules are the project's, except the foreign ones."""
    modules = tuple(
        replace(make_module(name), owner=Owner(OwnerKind.PACKAGE, name) if name in foreign else Owner(kind, "x"))
        for name, kind in zip(graph.numbers, [OwnerKind.APP, OwnerKind.PROJECT] * len(graph.numbers), strict=False)
    )
    return Inquiry(replace(make_profile(), modules=modules, graph=graph_info(graph, Path("/shop"))), Path("/shop"))


def is_read(statements: Iterable[Statement]) -> bool:
    return not all(statement.is_dynamic for statement in statements)


@pytest.mark.parametrize("seed", SEEDS)
def test_cycles(seed: int) -> None:
    graph = random_graph(seed)
    foreign = {"m2"} if seed % 3 == 0 else set()
    own = {number for name, number in graph.numbers.items() if name not in foreign}
    written: dict[int, set[int]] = {
        node: {other for (one, other), by in graph.statements.items() if one == node and other in own and is_read(by)}
        for node in own
    }

    def leads_to(node: int) -> set[int]:
        found: set[int] = set()
        waiting = [node]
        while waiting:
            new = written[waiting.pop()] - found
            found |= new
            waiting.extend(new)
        return found

    ways = {node: leads_to(node) for node in own}
    expected = {frozenset(b for b in ways[a] if a in ways[b]) for a in own if a in ways[a]}
    inquiry = make_inquiry(graph, foreign=foreign)
    found = list(components(inquiry.subjects))
    assert len(found) == len(set(found))
    assert set(found) == expected
    cycles = Cycles(inquiry.subjects)
    for name in sorted(graph.numbers):
        number = graph.numbers[name]
        names = next((sorted(graph.names[node] for node in cycle) for cycle in expected if number in cycle), [])
        assert cycles.through(inquiry.subjects.module(name)) == tuple(names)


def test_no_cycle_is_sought_for_a_package() -> None:
    graph = ImportGraph()
    for one, other in [("a", "b"), ("b", "a")]:
        graph.connect(graph.node(one), graph.node(other), Statement(one, f"{one}.py", 1, False))
    inquiry = make_inquiry(graph)
    cycles = Cycles(inquiry.subjects)
    assert cycles.through(inquiry.subjects.module("a")) == ("a", "b")
    assert cycles.through(replace(inquiry.subjects.module("a"), kind="package")) == ()


# Saving it


@pytest.mark.parametrize("seed", SEEDS)
def test_saved_and_read_again(seed: int) -> None:
    graph = random_graph(seed)
    info = graph_info(graph, Path("/shop"))
    again = graph_of(info)
    assert (again.names, again.numbers, again.apps) == (graph.names, graph.numbers, graph.apps)
    assert (again.successors, again.predecessors) == (graph.successors, graph.predecessors)
    assert (again.statements, again.unwritten) == (dict(graph.statements), graph.unwritten)
    assert graph_of(graph_info(again, Path("/shop"))).statements == again.statements


def test_files_of_the_project_are_relative() -> None:
    graph = ImportGraph()
    one = graph.node("shop.models")
    for file in ("/shop/shop/models.py", "/venv/x.py"):
        graph.connect(one, graph.node("stripe"), Statement("shop.models", file, 3, True))
    info = graph_info(graph, Path("/shop"))
    assert sorted(info.files) == ["/venv/x.py", "shop/models.py"]
    assert info.nodes == ("", "shop.models", "stripe")
    assert {statement[2:] for statement in info.statements} == {(3, 1)}


@pytest.mark.parametrize("name", ["@odd", "@", "@@odd", "odd@", "", " ", "ü.\udc80", "a..b"])
def test_modules_with_odd_names(name: str) -> None:
    graph = ImportGraph()
    graph.connect(graph.node("shop"), graph.node(name), Statement("shop", "shop.py", 1, False))
    graph.app("odd")
    again = graph_of(graph_info(graph, Path("/shop")))
    assert (again.numbers, again.apps) == (graph.numbers, graph.apps)
    assert again.names == graph.names


def test_no_graph() -> None:
    graph = graph_of(GraphInfo())
    assert (graph.names, graph.successors, graph.statements) == ([""], [set()], {})


GOOD = GraphInfo(("", "shop", "stripe", "@billing"), ("shop.py",), ((1, 0, 3, 0),), ((0, 1, -1), (1, 2, 0)))


@pytest.mark.parametrize(
    "change",
    [
        {"edges": ((0, 9, -1),)},
        {"edges": ((9, 1, -1),)},
        {"edges": ((-1, 1, -1),)},
        {"edges": ((0, -2, -1),)},
        {"edges": ((1, 0, -1),)},
        {"edges": ((1, 2, 5),)},
        {"edges": ((1, 2, -7),)},
        {"edges": ((1, 2),)},
        {"edges": ((1, 2, 0, 0),)},
        {"edges": ((),)},
        {"edges": ((2, 1, 0),)},
        {"statements": ((9, 0, 3, 0),)},
        {"statements": ((-2, 0, 3, 0),)},
        {"statements": ((0, 0, 3, 0),)},
        {"statements": ((3, 0, 3, 0),)},
        {"statements": ((1, 8, 3, 0),)},
        {"statements": ((1, -1, 3, 0),)},
        {"statements": ((1, 0, 3),)},
        {"statements": ()},
        {"files": ()},
        {"nodes": ()},
        {"nodes": ("", "shop", "shop", "@billing")},
        {"nodes": ("", "shop", "@billing", "@billing"), "edges": ()},
    ],
    ids=str,
)
def test_damaged_values(change: dict[str, Any]) -> None:
    assert graph_of(GOOD).names == ["", "shop", "stripe", "billing"]
    with pytest.raises(UsageError, match=r"^The import graph of the profile is damaged. Record the profile again\.$"):
        graph_of(replace(GOOD, **change))
