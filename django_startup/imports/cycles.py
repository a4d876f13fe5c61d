"""Modules of the project that import each other: strongly connected components, by Tarjan's algorithm (1972)."""

from __future__ import annotations

from collections.abc import Iterator

from django_startup.imports.subjects import Subject, Subjects


def cycle_through(subjects: Subjects, subject: Subject) -> tuple[str, ...]:
    """The project's modules in one cycle with a module of the subject; () where there is none."""
    if subject.kind == "package":
        return ()
    for component in components(subjects):
        if component & subject.nodes:
            return tuple(sorted(subjects.graph.names[node] for node in component))
    return ()


def components(subjects: Subjects) -> Iterator[frozenset[int]]:
    """The cycles among the project's own modules, made by import statements alone."""
    own = {node for node in subjects.graph.numbers.values() if subjects.is_own(node)}
    graph = subjects.graph
    following = {
        node: [after for after in sorted(graph.successors[node] & own) if (node, after) in graph.statements]
        for node in own
    }
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    for start in sorted(own):
        if start in index:
            continue
        work = [(start, iter(following[start]))]
        index[start] = low[start] = len(index)
        stack.append(start)
        on_stack.add(start)
        while work:
            node, rest = work[-1]
            for after in rest:
                if after not in index:
                    index[after] = low[after] = len(index)
                    stack.append(after)
                    on_stack.add(after)
                    work.append((after, iter(following[after])))
                    break
                if after in on_stack:
                    low[node] = min(low[node], index[after])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component = set()
                    while node not in component:
                        component.add(stack.pop())
                    on_stack -= component
                    if len(component) > 1:
                        yield frozenset(component)
