"""From what a boot has shown to its import graph: who made which module come in, themselves or on behalf of others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cached_property

from django_startup.imports.graph import ROOT, ImportGraph, Statement
from django_startup.measure.recording import Recording
from django_startup.measure.spans import ImportSite, Span
from django_startup.profile.owners import OWN, THIRD_PARTY, OwnerKind, Owners, ancestors


def make_graph(recording: Recording, owners: Owners) -> ImportGraph:
    """The graph of an evidence boot."""
    return GraphMaker(recording, owners).make()


class GraphMaker:
    """
    Makes the graph of one boot.

    Attributes:
        graph: The graph, as far as it is made.
        loaded: The modules that are there in the end.
        named: The modules that a setting names.
        written: File, line and module of what import statements import, the packages around it included.
        found: Statements with what they import.
        missing: Modules whose import failed in the end, with the statements that tried it.
    """

    def __init__(self, recording: Recording, owners: Owners) -> None:
        self.recording = recording
        self.owners = owners
        self.graph = ImportGraph()
        self.loaded = {module.name for module in recording.modules}
        self.named = {row.module for row in recording.named}
        self.written: set[tuple[str, int, str]] = set()
        self.found: list[tuple[Statement, str]] = []
        self.missing: dict[str, set[Statement | None]] = defaultdict(set)

    def make(self) -> ImportGraph:
        graph = self.graph
        for name in (*self.recording.preloaded, "__main__"):
            self.connect_root(name)
        self.take_edges()
        for span in self.recording.spans:
            if span.kind == "import":
                self.take_import(span)
        on_behalf = list(self.connect_found())
        for name, number in graph.numbers.items():
            above = name.rpartition(".")[0]
            if above and above in graph.numbers:
                graph.connect(number, graph.numbers[above])
        for name in self.loaded:
            graph.node(name)
        reached = graph.reached_from({ROOT})
        for statement, node in on_behalf:
            if node not in reached:
                self.connect(statement._replace(is_dynamic=True), graph.names[node])
                reached |= graph.reached_from({node})
        for number in set(range(len(graph.names))) - graph.reached_from({ROOT}):
            graph.connect(ROOT, number)  # imported in a way that was not seen
        return graph

    def take_edges(self) -> None:
        """Take what imports were seen, those of modules included that were there already."""
        for edge in self.recording.edges:
            if edge.target in self.loaded and not edge.file:
                self.connect_root(edge.target)
            elif edge.target in self.loaded:
                self.found.append((Statement(edge.importer, edge.file, edge.line, edge.is_dynamic), edge.target))
                if not edge.is_dynamic:
                    names = (edge.target, *ancestors(edge.target))
                    self.written.update((edge.file, edge.line, name) for name in names)

    def take_import(self, span: Span) -> None:
        """Take the first import of a module."""
        asking = self.asking_for_urlconf(span)
        if asking is not None:
            statement = Statement(asking.module, asking.file, asking.line, True)
            self.graph.connect(self.graph.node(asking.module), self.graph.node(span.name), statement)
            if not self.is_urlconf_needed:
                return
        made_by = self.statement_of(span)
        if span.failed and span.name not in self.loaded:
            self.missing[span.name].add(made_by)
        elif made_by is None:
            self.connect_root(span.name)
        else:
            self.found.append((made_by, span.name))

    def asking_for_urlconf(self, span: Span) -> ImportSite | None:
        """The line that made Django load the URLconf by an import, before its turn; None for other imports."""
        around = self.recording.spans_by_number.get(span.parent or 0)
        return around.importer if around is not None and around.kind == "phase" else None

    @cached_property
    def is_urlconf_needed(self) -> bool:
        """Whether the boot loads the URLconf even if nobody asks for it early: to walk it, or to check it."""
        return any(
            span.kind == "phase" and (span.name == "checks" or (span.name == "urls" and span.importer is None))
            for span in self.recording.spans
        )

    def statement_of(self, span: Span) -> Statement | None:
        """The statement of an import; None where nobody has written one."""
        site = span.importer
        if site is None:
            return None
        return Statement(site.module, site.file, site.line, (site.file, site.line, span.name) not in self.written)

    def connect_found(self) -> Iterator[tuple[Statement, int]]:
        """Add the edges of the statements. Those on behalf of others, which have to wait, with what they import."""
        for statement, target in through_missing(self.found, self.missing):
            if statement is None:
                self.connect_root(target)
            elif is_on_behalf(self.owners, statement, target):
                yield statement, self.graph.node(target)
            else:
                self.connect(statement, target)

    def connect_root(self, name: str) -> None:
        """Add the edge to a module that nobody has written a statement for."""
        self.graph.connect(ROOT, self.graph.node(name))

    def connect(self, statement: Statement, target: str) -> None:
        """
        Add the edge of a statement. An app's modules that others import by name are there because it is installed;
        those of named, because a setting names them, whether the app is installed or not.
        """
        if is_requested(self.owners, statement, target, self.named):
            app = None if target in self.named else self.owners.app_of(target)
            self.graph.connect(self.graph.app(app.label) if app else ROOT, self.graph.node(target))
        else:
            self.graph.connect(self.graph.node(statement.module), self.graph.node(target), statement)


def through_missing(
    found: list[tuple[Statement, str]], missing: dict[str, set[Statement | None]]
) -> Iterator[tuple[Statement | None, str]]:
    """
    Statements with what they import. A module whose import failed in the end is not there, but what it had imported by
    then is: because of the statements that tried to import it. None is one that nobody has written.
    """
    for statement, target in found:
        seen: set[str] = set()
        waiting: list[Statement | None] = [statement]
        while waiting:
            made_by = waiting.pop()
            if made_by is None or made_by.module not in missing:
                yield made_by, target
            elif made_by.module not in seen:
                seen.add(made_by.module)
                waiting.extend(missing[made_by.module])


def is_on_behalf(owners: Owners, statement: Statement, target: str) -> bool:
    """
    Whether the standard library imports somebody's module, which it does only for others (importlib.resources, pickle).

    That keeps a module in only if nobody else imports it.
    """
    if owners.of(statement.module).kind is not OwnerKind.STDLIB:
        return False
    return owners.of(target, statement.module).kind is not OwnerKind.STDLIB


def is_requested(owners: Owners, statement: Statement, target: str, named: Collection[str]) -> bool:
    """
    Whether an import by name is one that the project asked for, by INSTALLED_APPS or another setting.

    So it is where somebody else's code imports the project's by name (admin.autodiscover(), the URLconf), Django
    anybody's (a middleware), and any package the modules of an app that is not its own (search_indexes of each app).
    """
    importer, imported = owners.of(statement.module), owners.of(target, statement.module)
    if not statement.is_dynamic or importer.kind not in THIRD_PARTY or importer == imported:
        return False
    if imported.kind in OWN or target in named:
        return True
    if importer.kind is OwnerKind.DJANGO:
        return imported.kind is OwnerKind.PACKAGE
    app = owners.app_of(target)
    return app is not None and app != owners.app_of(statement.module)
