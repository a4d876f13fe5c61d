"""
The smallest set of statements without which something would not be imported: a minimum cut of the import graph, by the
augmenting paths of Edmonds and Karp (1972).
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable

from django_startup.imports.graph import ROOT, ImportGraph, Statement

UNCUTTABLE = 1 << 40


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
            head: Hashable = "end" if after in ends else after
            if edge in graph.unwritten or not all(map(is_cuttable, graph.statements[edge])):
                flow.add(node, head, UNCUTTABLE)
                continue
            for statement in graph.statements[edge]:
                flow.cuttable[statement] = node
                flow.capacities[node][statement] = 1
                flow.capacities[statement].setdefault(node, 0)
                flow.add(statement, head, UNCUTTABLE)
    weighed: set[Statement] = set()
    while True:
        cut = flow.cut(ROOT, "end")
        if cut <= weighed:
            return cut
        for statement in cut - weighed:
            flow.capacities[flow.cuttable[statement]][statement] += weigh(statement) - 1
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
    """A network with capacities. cuttable has the node that each statement stands behind."""

    def __init__(self) -> None:
        self.cuttable: dict[Statement, int] = {}
        self.capacities: dict[Hashable, dict[Hashable, int]] = defaultdict(dict)

    def add(self, one: Hashable, other: Hashable, capacity: int) -> None:
        """Add capacity between two nodes."""
        self.capacities[one][other] = self.capacities[one].get(other, 0) + capacity
        self.capacities[other].setdefault(one, 0)

    def cut(self, source: Hashable, sink: Hashable) -> set[Statement]:
        """Saturate the network; of the cuts that are as small the one that is nearest to the sink."""
        while True:
            before = self.search(source, sink)
            if sink not in before:
                beyond = self.leading_to(sink)
                return {item for item, node in self.cuttable.items() if item in beyond and node not in beyond}
            path = [sink]
            while path[-1] != source:
                path.append(before[path[-1]])
            steps = list(zip(path[1:], path, strict=False))
            least = min(self.capacities[one][other] for one, other in steps)
            for one, other in steps:
                self.capacities[one][other] -= least
                self.capacities[other][one] += least

    def search(self, source: Hashable, sink: Hashable) -> dict[Hashable, Hashable]:
        """Each node that can be reached, with the one before it on a shortest way."""
        before: dict[Hashable, Hashable] = {source: source}
        waiting = deque([source])
        while waiting and sink not in before:
            node = waiting.popleft()
            for other, capacity in self.capacities[node].items():
                if capacity > 0 and other not in before:
                    before[other] = node
                    waiting.append(other)
        return before

    def leading_to(self, sink: Hashable) -> set[Hashable]:
        """Each node from which the sink can still be reached."""
        found = {sink}
        waiting = [sink]
        while waiting:
            node = waiting.pop()
            new = {other for other in self.capacities[node] if other not in found and self.capacities[other][node] > 0}
            found |= new
            waiting.extend(new)
        return found
