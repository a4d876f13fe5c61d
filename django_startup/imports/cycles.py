"""Modules of the project that import each other: strongly connected components, by Tarjan's algorithm (1972)."""

from __future__ import annotations

from collections.abc import Iterator, Set

from django_startup.imports.graph import ImportGraph, Statement
from django_startup.imports.subjects import Subject, Subjects
from django_startup.measure.spans import ImportSite
from django_startup.profile.owners import ancestors


class Cycles:
    """The cycles of a profile, and by which of its modules each is entered."""

    def __init__(self, subjects: Subjects) -> None:
        self.subjects = subjects
        self.components = tuple(components(subjects))
        self.order = {name: number for number, name in enumerate(subjects.modules)}

    def through(self, subject: Subject) -> tuple[str, ...]:
        """The project's modules in one cycle with a module of the subject; () where there is none."""
        for component in self.components if subject.kind != "package" else ():
            if component & subject.nodes:
                return tuple(sorted(self.subjects.graph.names[node] for node in component))
        return ()

    def turned_by(self, statement: Statement, gone: Set[int]) -> str:
        """
        Which cycle would be entered by another of its modules without a statement and what is gone with it, as a
        sentence without a full stop; "" for none. What works from one side may fail from the other.
        """
        names = self.subjects.graph.names
        for component in self.components:
            known = [names[node] for node in component if names[node] in self.order]
            if component & gone or not known:
                continue
            first = min(known, key=self.order.__getitem__)
            site = self.subjects.modules[first].importer
            if site is None or not self.is_closed(site, statement, gone):
                continue
            others = sorted(self.entered(component, statement, gone) - {first})
            if others:
                other = others[0]
                return f"{first} and {other} import each other, and without this {other} would be imported first"
        return ""

    def is_closed(self, site: ImportSite, statement: Statement, gone: Set[int]) -> bool:
        """Whether an import is the statement, or stands in what is gone."""
        number = self.subjects.graph.numbers.get(site.module)
        return number in gone or (site.module, site.line) == (statement.module, statement.line)

    def entered(self, component: Set[int], statement: Statement, gone: Set[int]) -> set[str]:
        """The modules of a cycle by which what is left enters it: of a package in it the package, which comes first."""
        graph = self.subjects.graph
        inside = {graph.names[node] for node in component}
        found = set()
        for node in component:
            for before in graph.predecessors[node] - component - gone:
                statements = graph.statements.get((before, node), set())
                if not statements or statements - {statement}:
                    name = graph.names[node]
                    found.add(next((above for above in reversed([*ancestors(name)]) if above in inside), name))
        return found


def is_written(graph: ImportGraph, node: int, after: int) -> bool:
    """
    Whether an import statement makes an edge: a registry that finds its modules by name does not import them for
    whoever imports the registry.
    """
    return any(not statement.is_dynamic for statement in graph.statements.get((node, after), ()))


def components(subjects: Subjects) -> Iterator[frozenset[int]]:
    """The cycles among the project's own modules, made by import statements alone."""
    own = {node for node in subjects.graph.numbers.values() if subjects.is_own(node)}
    graph = subjects.graph
    following = {
        node: [after for after in sorted(graph.successors[node] & own) if is_written(graph, node, after)]
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
