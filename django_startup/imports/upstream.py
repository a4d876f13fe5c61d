"""Imports in the code of packages that cost most: nothing to edit here, but something to report there."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from django_startup.files import read_file
from django_startup.imports.blockers import made_for_functions, only_use
from django_startup.imports.deferral import judge
from django_startup.imports.doors import make_door
from django_startup.imports.graph import Statement
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.moves import Moves
from django_startup.profile.owners import Owner, OwnerKind
from django_startup.profile.parts import Fix
from django_startup.profile.reasons import Reason

MOST = 3
LOOKED_AT = 40
OPTIONAL = (Reason.INSIDE_TRY, Reason.INSIDE_WITH)  # what a package does without where it is absent, it may load later


def find_upstream(inquiry: Inquiry, moves: Moves, least_ns: int) -> Iterator[Fix]:
    """The packages' lines that bring in something else that their file may not need at once, on top of all fixes."""
    graph, savings = inquiry.subjects.graph, inquiry.savings
    sums: dict[Statement, int] = {}
    heads: dict[Statement, set[int]] = {}
    for statement, edges in savings.edges_by.items():
        owner = inquiry.subjects.owner(graph.numbers[statement.module])
        if owner is not None and owner.kind is OwnerKind.PACKAGE and not statement.is_dynamic:
            reached = {head for _, head in edges} - moves.lost
            others = foreign(inquiry, reached, owner)
            if not others and dominated_ns(inquiry, reached) >= least_ns and stands_in_block(inquiry, statement):
                # A part of the package that it can do without, for which several lines bring in other packages.
                others = foreign(inquiry, moves.adds(frozenset({statement})), owner)
                sums[statement] = dominated_ns(inquiry, reached) if savings.total(others) >= least_ns else 0
            else:
                sums[statement] = dominated_ns(inquiry, others)
            heads[statement] = others
    found = 0
    for statement in sorted(sums, key=lambda statement: (-sums[statement], statement))[:LOOKED_AT]:
        new = moves.adds(frozenset({statement}))
        if found == MOST or sums[statement] < least_ns:
            return
        if moves.gain_ns(new) < least_ns or moves.loses(new):
            continue
        reason = why_report(inquiry.doors.directory / statement.file, statement.line)
        if reason is not None:
            found += 1
            largest = max(heads[statement], key=lambda head: (savings.dominated[head], head))
            text = f"imported by {name_of(inquiry, graph.numbers[statement.module])}"
            door = make_door(statement, reason[0], Reason.CODE_OF_OTHERS, reason[1])
            yield moves.take("upstream", name_of(inquiry, largest), text, (door,), frozenset({statement}), new)


def why_report(file: Path, line: int) -> tuple[str, str] | None:
    """An import as it is written, and why its file may not need it at once; None where it does."""
    written = judge(file, line)
    if written.deferrable or written.kind in OPTIONAL:
        return written.statement, written.reason
    only = only_use(file, written)
    if only is None or not isinstance(only.node, (ast.Assign, ast.AnnAssign)):
        return None
    if not made_for_functions(only.file, only.node)[0]:
        return None
    return written.statement, f"used at import only for what functions use: {only.text}, line {only.line}"


def foreign(inquiry: Inquiry, nodes: Iterable[int], owner: Owner) -> set[int]:
    """Those of some nodes that somebody else owns."""
    return {node for node in nodes if inquiry.subjects.owner(node) not in (owner, None)}


def dominated_ns(inquiry: Inquiry, nodes: Iterable[int]) -> int:
    return sum(inquiry.savings.dominated[node] for node in nodes)


def stands_in_block(inquiry: Inquiry, statement: Statement) -> bool:
    """Whether a line is indented, as far as its file can be read: to parse it takes long, and most are not."""
    try:
        lines = read_file(inquiry.doors.directory / statement.file).splitlines()
    except (OSError, ValueError):
        return False
    return any(line[:1].isspace() for line in lines[statement.line - 1 : statement.line])


def name_of(inquiry: Inquiry, node: int) -> str:
    """The package that a module belongs to; for the standard library and the project the module itself."""
    owner = inquiry.subjects.owner(node)
    is_package = owner is not None and owner.kind in (OwnerKind.PACKAGE, OwnerKind.DJANGO)
    return owner.name if owner is not None and is_package else inquiry.subjects.graph.names[node]
