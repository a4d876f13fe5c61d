"""
What a boot would lose if something were not imported: the self times that are reached through it alone.

This is the "retained size" of heap profilers, on the import graph. Three questions are asked: what if nothing imported
a module; what if an app were not installed, nor anything in it imported; what if some statements were gone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cached_property

from django_startup.imports.dominators import dominated_sums, immediate_dominators, reverse_postorder
from django_startup.imports.graph import ROOT, Edge, ImportGraph, Statement
from django_startup.profile.owners import ancestors

EXACT = 300
BEHIND, GONE, KEPT = 1, 2, 3


class Savings:
    """
    Answers for one graph. costs are the self times of modules by name, app_costs by label what Django's work on an app
    takes beside importing; all in nanoseconds.
    """

    def __init__(self, graph: ImportGraph, costs: dict[str, int], app_costs: dict[str, int]) -> None:
        self.graph = graph
        self.following = [list(nodes) for nodes in graph.successors]
        self.costs = [0] * len(graph.names)
        for name, number in graph.numbers.items():
            self.costs[number] = costs.get(name, 0)
        for label, number in graph.apps.items():
            self.costs[number] = app_costs.get(label, 0)

    def total(self, nodes: Iterable[int]) -> int:
        """The self times of nodes, in nanoseconds."""
        return sum(self.costs[node] for node in nodes)

    @cached_property
    def dominated(self) -> list[int]:
        """For each node the self times of all that it dominates, its own included."""
        graph = self.graph
        dominators = immediate_dominators(graph.successors, graph.predecessors, ROOT)
        return dominated_sums(dominators, self.costs, reverse_postorder(graph.successors, ROOT))

    def of_modules(self) -> dict[str, int]:
        """
        What each module would save if nothing imported it, nor anything in it where it is a package.

        Of packages only the EXACT largest are worked out in this way; a small one counts as its own module and what
        that dominates.
        """
        graph = self.graph
        savings = {name: self.dominated[number] for name, number in graph.numbers.items()}
        inside: dict[str, list[int]] = defaultdict(list)
        for name, number in graph.numbers.items():
            for above in ancestors(name):
                inside[above].append(number)
        packages = {name: [graph.numbers[name], *numbers] for name, numbers in inside.items() if name in graph.numbers}
        for name in sorted(packages, key=lambda name: -self.total(packages[name]))[:EXACT]:
            savings[name] = self.total(self.lost(removed=packages[name]))
        return savings

    def lost(self, *, removed: Collection[int] = (), closed: Collection[Edge] = ()) -> list[int]:
        """
        The nodes that are gone without the removed nodes and the closed edges, the removed ones included.

        Only what the spanning tree reaches through these is looked at: everything else keeps its way in the tree.
        """
        closed = frozenset(closed)
        order, place, after_last, parents = self.spanning_tree
        marks = bytearray(len(self.following))
        behind: list[int] = []
        for start in {*removed, *(head for one, head in closed if parents[head] == one)}:
            if not marks[start]:
                subtree = order[place[start] : after_last[start]]
                behind += [node for node in subtree if not marks[node]]
                for node in subtree:
                    marks[node] = BEHIND
        for node in removed:
            marks[node] = GONE
        waiting = []
        for node in behind:
            if marks[node] == BEHIND:
                for before in self.graph.predecessors[node]:
                    if not marks[before] and (before, node) not in closed:
                        waiting.append(node)
                        break
        for node in waiting:
            marks[node] = KEPT
        for node in waiting:
            for after in self.following[node]:
                if marks[after] == BEHIND and (node, after) not in closed:
                    marks[after] = KEPT
                    waiting.append(after)
        return sorted(node for node in behind if marks[node] != KEPT)

    @cached_property
    def spanning_tree(self) -> tuple[list[int], list[int], list[int], list[int]]:
        """
        A tree of shortest ways from the root: its nodes so that each subtree is in one piece, the place of each node
        there, the place after the last of its subtree, the node before it.

        What cannot be reached from the root hangs on nothing: it is a tree of its own.
        """
        count = len(self.following)
        parents = [-1] * count
        seen = bytearray(count)
        below: list[list[int]] = [[] for _ in range(count)]
        for start in range(count):
            if seen[start]:
                continue
            seen[start] = True
            waiting = [start]
            for node in waiting:  # grows while it is walked
                for after in self.following[node]:
                    if not seen[after]:
                        seen[after] = True
                        parents[after] = node
                        below[node].append(after)
                        waiting.append(after)
        order: list[int] = []
        stack = [node for node in range(count) if parents[node] < 0]
        while stack:
            node = stack.pop()
            order.append(node)
            stack += below[node]
        place = [0] * count
        after_last = [0] * count
        for number, node in enumerate(order):
            place[node] = number
        for node in reversed(order):
            after_last[node] = max([place[node] + 1, *(after_last[child] for child in below[node])])
        return order, place, after_last, parents

    def lost_without(self, statements: Iterable[Statement]) -> list[int]:
        """The nodes that are gone without some statements."""
        gone = set(statements)
        edges = (edge for statement in gone for edge in self.edges_by[statement])
        return self.lost(closed=[edge for edge in edges if self.graph.statements[edge] <= gone])

    @cached_property
    def edges_by(self) -> dict[Statement, list[Edge]]:
        """The edges that each statement makes, without those that would be there anyway."""
        edges: dict[Statement, list[Edge]] = defaultdict(list)
        for edge, statements in self.graph.statements.items():
            if edge not in self.graph.unwritten:
                for statement in statements:
                    edges[statement].append(edge)
        return edges
