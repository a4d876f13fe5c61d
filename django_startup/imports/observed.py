"""From what a boot has shown to its import graph: who made which module come in, themselves or on behalf of others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from django_startup.imports.graph import ROOT, ImportGraph, Statement
from django_startup.measure.recording import Recording
from django_startup.profile.owners import OWN, THIRD_PARTY, OwnerKind, Owners, ancestors


def make_graph(recording: Recording, owners: Owners) -> ImportGraph:
    """The graph of an evidence boot."""
    graph = ImportGraph()
    named = {row.module for row in recording.named}
    loaded = {module.name for module in recording.modules}
    for name in (*recording.preloaded, "__main__"):
        graph.connect(ROOT, graph.node(name))
    written = set()
    found: list[tuple[Statement, str]] = []
    for edge in recording.edges:
        if edge.target in loaded and not edge.file:
            graph.connect(ROOT, graph.node(edge.target))
        elif edge.target in loaded:
            found.append((Statement(edge.importer, edge.file, edge.line, edge.is_dynamic), edge.target))
            if not edge.is_dynamic:
                written |= {(edge.file, edge.line, name) for name in (edge.target, *ancestors(edge.target))}
    missing: dict[str, set[Statement | None]] = defaultdict(set)
    for span in recording.spans:
        if span.kind == "import":
            site = span.importer
            around = recording.spans_by_number.get(span.parent or 0)
            if around is not None and around.kind == "phase" and around.importer is not None:
                asking = around.importer
                graph.connect(
                    graph.node(asking.module),
                    graph.node(span.name),
                    Statement(asking.module, asking.file, asking.line, True),
                )
                if not is_urlconf_needed(recording):
                    continue
            is_dynamic = site is not None and (site.file, site.line, span.name) not in written
            statement = Statement(site.module, site.file, site.line, is_dynamic) if site else None
            if span.failed and span.name not in loaded:
                missing[span.name].add(statement)
            elif statement is None:
                graph.connect(ROOT, graph.node(span.name))
            else:
                found.append((statement, span.name))
    on_behalf = []
    for statement, target in through_missing(found, missing):
        if statement is None:
            graph.connect(ROOT, graph.node(target))
        elif is_on_behalf(owners, statement, target):
            on_behalf.append((statement, graph.node(target)))
        else:
            connect(graph, owners, statement, target, named)
    for name, number in graph.numbers.items():
        above = name.rpartition(".")[0]
        if above and above in graph.numbers:
            graph.connect(number, graph.numbers[above])
    for name in loaded:
        graph.node(name)
    reached = graph.reached_from({ROOT})
    for statement, node in on_behalf:
        if node not in reached:
            connect(graph, owners, statement._replace(is_dynamic=True), graph.names[node], named)
            reached |= graph.reached_from({node})
    for number in set(range(len(graph.names))) - graph.reached_from({ROOT}):
        graph.connect(ROOT, number)  # imported in a way that was not seen
    return graph


def is_urlconf_needed(recording: Recording) -> bool:
    """Whether the boot loads the URLconf even if nobody asks for it early: to walk it, or to check it."""
    return any(
        span.kind == "phase" and (span.name == "checks" or (span.name == "urls" and span.importer is None))
        for span in recording.spans
    )


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


def connect(graph: ImportGraph, owners: Owners, statement: Statement, target: str, named: Collection[str]) -> None:
    """
    Add the edge of a statement. An app's modules that others import by name are there because it is installed; those of
    named, because a setting names them, whether the app is installed or not.
    """
    if is_requested(owners, statement, target, named):
        app = None if target in named else owners.app_of(target)
        graph.connect(graph.app(app.label) if app else ROOT, graph.node(target))
    else:
        graph.connect(graph.node(statement.module), graph.node(target), statement)


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
