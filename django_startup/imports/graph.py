"""
The import graph that a boot has shown: which statement made which module import which.

Nodes are numbers: the root, the installed apps, the modules. An edge has the statements that make it, and may be there
without any, where nobody has written one: a package that its submodules need, an entry of INSTALLED_APPS that makes
Django import an app, a setting that names a middleware.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from django_startup.exceptions import UsageError
from django_startup.profile.profile import GraphInfo
from django_startup.text import relative_file

ROOT = 0
Edge = tuple[int, int]


class Statement(NamedTuple):
    """A line that imports. is_dynamic: by name (import_module), or from C code."""

    module: str
    file: str
    line: int
    is_dynamic: bool


class ImportGraph:
    """
    numbers has the nodes of modules by name, apps those of installed apps by label. statements has those of an edge,
    unwritten the edges that would be there without them.
    """

    def __init__(self) -> None:
        self.names = [""]
        self.numbers: dict[str, int] = {}
        self.apps: dict[str, int] = {}
        self.successors: list[set[int]] = [set()]
        self.predecessors: list[set[int]] = [set()]
        self.statements: dict[Edge, set[Statement]] = defaultdict(set)
        self.unwritten: set[Edge] = set()

    def node(self, name: str) -> int:
        """The node of a module."""
        if name not in self.numbers:
            self.numbers[name] = self.add(name)
        return self.numbers[name]

    def app(self, label: str) -> int:
        """The node of an installed app, which the root leads to."""
        if label not in self.apps:
            self.apps[label] = self.add(label)
            self.connect(ROOT, self.apps[label])
        return self.apps[label]

    def add(self, name: str) -> int:
        self.names.append(name)
        self.successors.append(set())
        self.predecessors.append(set())
        return len(self.names) - 1

    def connect(self, one: int, other: int, statement: Statement | None = None) -> None:
        """Add an edge, or another reason for it."""
        if one != other:
            self.successors[one].add(other)
            self.predecessors[other].add(one)
            if statement is None:
                self.unwritten.add((one, other))
            else:
                self.statements[one, other].add(statement)

    def reached_from(self, starts: Iterable[int]) -> set[int]:
        """All nodes that can be reached from any of starts, themselves included."""
        return closure(self.successors, starts)

    def leading_to(self, ends: Iterable[int]) -> set[int]:
        """All nodes from which any of ends can be reached, themselves included."""
        return closure(self.predecessors, ends)

    def inside(self, name: str) -> set[int]:
        """The nodes of a module and of all modules in it."""
        start = f"{name}."
        return {number for module, number in self.numbers.items() if module == name or module.startswith(start)}


def graph_info(graph: ImportGraph, directory: Path) -> GraphInfo:
    """The graph as plain values, with the project's files relative to its directory."""
    names = [f"@{name}" if name.startswith("@") else name for name in graph.names]
    for label, number in graph.apps.items():
        names[number] = f"@{label}"
    files: dict[str, int] = {}
    statements: dict[Statement, int] = {}
    edges = [(one, other, -1) for one, other in graph.unwritten]
    for (one, other), made_by in graph.statements.items():
        edges += [(one, other, statements.setdefault(statement, len(statements))) for statement in made_by]
    rows = []
    for module, file, line, is_dynamic in statements:
        number = files.setdefault(relative_file(file, directory), len(files))
        rows.append((graph.numbers[module], number, line, int(is_dynamic)))
    return GraphInfo(tuple(names), tuple(files), tuple(rows), tuple(sorted(edges)))


def graph_of(info: GraphInfo) -> ImportGraph:
    """The graph of plain values. Raises UsageError where they contradict each other."""
    graph = ImportGraph()
    try:
        for name in info.nodes[1:]:
            if name.startswith("@") and not name.startswith("@@"):
                graph.apps[name[1:]] = graph.add(name[1:])
            else:
                name = name.removeprefix("@")
                graph.numbers[name] = graph.add(name)
        if {ROOT, *graph.numbers.values(), *graph.apps.values()} != set(range(len(graph.names))):
            raise ValueError
        if any(module < 0 or file < 0 for module, file, _, _ in info.statements):
            raise ValueError
        statements = [
            Statement(graph.names[module], info.files[file], line, bool(is_dynamic))
            for module, file, line, is_dynamic in info.statements
        ]
        for one, other, number in info.edges:
            if one < 0 or other <= ROOT or number < -1:
                raise ValueError
            statement = None if number == -1 else statements[number]
            if statement and graph.numbers[statement.module] != one:
                raise ValueError
            graph.connect(one, other, statement)
    except (LookupError, ValueError) as error:
        raise UsageError("The import graph of the profile is damaged. Record the profile again.") from error
    return graph


def closure(following: list[set[int]], starts: Iterable[int]) -> set[int]:
    reached = set(starts)
    waiting = list(reached)
    while waiting:
        new = following[waiting.pop()] - reached
        reached |= new
        waiting.extend(new)
    return reached
