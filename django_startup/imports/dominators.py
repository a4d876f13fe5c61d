"""
Immediate dominators of a graph, by the algorithm of Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm"
(2001): a node dominates another if every way from the root to that other leads through it.
"""

from __future__ import annotations

from collections.abc import Sequence


def immediate_dominators(successors: Sequence[set[int]], predecessors: Sequence[set[int]], root: int) -> list[int]:
    """The immediate dominator of each node, by its number; -1 for the root and for what cannot be reached from it."""
    order = reverse_postorder(successors, root)
    position = [-1] * len(successors)
    for place, node in enumerate(order):
        position[node] = place
    # From here on nodes are named by their position, so that a dominator is always the smaller number.
    before = [[position[node] for node in predecessors[node] if position[node] >= 0] for node in order]
    dominator = [-1] * len(order)
    dominator[0] = 0
    changed = True
    while changed:
        changed = False
        for place in range(1, len(order)):
            new = -1
            for other in before[place]:
                if dominator[other] < 0:
                    continue
                if new < 0:
                    new = other
                    continue
                while new != other:
                    if other > new:
                        other = dominator[other]
                    else:
                        new = dominator[new]
            if dominator[place] != new:
                dominator[place] = new
                changed = True
    found = [-1] * len(successors)
    for place in range(1, len(order)):
        found[order[place]] = order[dominator[place]]
    return found


def reverse_postorder(successors: Sequence[set[int]], root: int) -> list[int]:
    """The nodes that can be reached from root, each before those that it leads to, cycles apart."""
    seen = {root}
    order: list[int] = []
    stack = [(root, iter(successors[root]))]
    while stack:
        node, rest = stack[-1]
        for following in rest:
            if following not in seen:
                seen.add(following)
                stack.append((following, iter(successors[following])))
                break
        else:
            stack.pop()
            order.append(node)
    order.reverse()
    return order


def dominated_sums(dominators: Sequence[int], costs: Sequence[int], order: Sequence[int]) -> list[int]:
    """For each node the sum of costs over itself and all that it dominates; order as reverse_postorder() gives it."""
    sums = list(costs)
    for node in reversed(order):
        if dominators[node] >= 0:
            sums[dominators[node]] += sums[node]
    return sums
