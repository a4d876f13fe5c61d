"""
The smallest set of statements without which something would not be imported: a minimum cut of the import graph, by the
augmenting paths of Edmonds and Karp (1972).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

from django_startup.imports.graph import ROOT, ImportGraph, Statement

UNCUTTABLE = 1 << 40
END = "end"


def smallest_cut(
    graph: ImportGraph,
    ends: Iterable[int],
    weigh: Callable[[Statement], int],
    is_cuttable: Callable[[Statement], bool] = lambda statement: True,
) -> set[Statement] | None:
    """
    The statements of the least total weight that keep all of ends out; None where no statements can.

    weigh says what cutting a statement costs, 1 at least. Only statements that may be in the cut are weighed: until
    then each counts as 1, so that a cut of weighed statements is the smallest of all. is_cuttable says which can be
    cut at all.
    """
    ends = uncuttable_before(graph, set(ends), is_cuttable)
    if ROOT in ends:
        return None
    relevant = graph.leading_to(ends)
    flow = Flow()
    for node in relevant - ends:
        for after in graph.successors[node] & relevant:
            edge = (node, after)
            head: Hashable = END if after in ends else after
            if edge in graph.unwritten or not all(map(is_cuttable, graph.statements[edge])):
                flow.add(node, head, UNCUTTABLE)
                continue
            for statement in graph.statements[edge]:
                flow.add_cuttable(node, statement)
                flow.add(statement, head, UNCUTTABLE)
    weighed: set[Statement] = set()
    while True:
        cut = flow.cut(ROOT, END)
        if cut <= weighed:
            return cut
        for statement in cut - weighed:
            flow.capacities[flow.cuttable[statement]] += weigh(statement) - 1
        weighed |= cut


def uncuttable_before(graph: ImportGraph, ends: set[int], is_cuttable: Callable[[Statement], bool]) -> set[int]:
    """The ends, and whatever leads to them by something that cannot be cut: it has to be kept out as well."""
    found = set(ends)
    waiting = list(ends)
    while waiting:
        node = waiting.pop()
        for before in graph.predecessors[node] - found:
            edge = (before, node)
            if edge in graph.unwritten or not all(map(is_cuttable, graph.statements[edge])):
                found.add(before)
                waiting.append(before)
    return found


class Flow:
    """
    A network with capacities.

    Attributes:
        numbers: Of what it is between: nodes of the graph, statements, and END.
        leaving: The arcs that leave each of them; arc ^ 1 is the same one in the other direction.
        heads: Where each arc leads to.
        capacities: How much more can flow through it.
        cuttable: The arc that leads to each statement.
    """

    def __init__(self) -> None:
        self.numbers: dict[Hashable, int] = {}
        self.leaving: list[list[int]] = []
        self.heads: list[int] = []
        self.capacities: list[int] = []
        self.cuttable: dict[Statement, int] = {}

    def number(self, item: Hashable) -> int:
        found = self.numbers.setdefault(item, len(self.leaving))
        if found == len(self.leaving):
            self.leaving.append([])
        return found

    def add(self, one: Hashable, other: Hashable, capacity: int) -> int:
        """Add capacity between two of them; returns the arc."""
        arc, tail, head = len(self.heads), self.number(one), self.number(other)
        self.heads += (head, tail)
        self.capacities += (capacity, 0)
        self.leaving[tail].append(arc)
        self.leaving[head].append(arc + 1)
        return arc

    def add_cuttable(self, node: int, statement: Statement) -> None:
        """A statement that stands behind a node, once."""
        if statement not in self.cuttable:
            self.cuttable[statement] = self.add(node, statement, 1)

    def cut(self, source: Hashable, sink: Hashable) -> set[Statement]:
        """Saturate the network; of the cuts that are as small the one that is nearest to the sink."""
        start, end = self.number(source), self.number(sink)
        heads, capacities = self.heads, self.capacities
        while True:
            arcs = self.search(start, end)
            if arcs[start] < 0:
                return {
                    item for item, arc in self.cuttable.items() if arcs[heads[arc]] >= 0 and arcs[heads[arc ^ 1]] < 0
                }
            path = []
            at = start
            while at != end:
                path.append(arcs[at])
                at = heads[arcs[at]]
            least = min(capacities[arc] for arc in path)
            for arc in path:
                capacities[arc] -= least
                capacities[arc ^ 1] += least

    def search(self, start: int, end: int) -> list[int]:
        """
        For each number from which the end can still be reached the first arc of a shortest way there, until that is
        the start; -1 for the others, and something else for the end itself.
        """
        heads, capacities, leaving = self.heads, self.capacities, self.leaving
        arcs = [-1] * len(leaving)
        arcs[end] = 0
        waiting = [end]
        for at in waiting:  # grows while it is walked
            for arc in leaving[at]:
                before = heads[arc]
                if arcs[before] < 0 and capacities[arc ^ 1]:
                    arcs[before] = arc ^ 1
                    if before == start:
                        return arcs
                    waiting.append(before)
        return arcs
