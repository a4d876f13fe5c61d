"""On which line of the settings something is named."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django_startup.imports.source import SyntaxIndex, read_source


def naming_lines(path: Path, text: str, setting: str) -> Iterator[tuple[int, int]]:
    """
    (rank, line) of each string in a file that is text. The rank is 0 in what is assigned to a setting or added to it, 1
    where that has another name that ends alike (LOCAL_APPS of INSTALLED_APPS), 2 elsewhere.
    """
    index = read_source(path).index
    if index is not None:
        for node in index.strings:
            if node.value == text:
                yield rank(index, node, setting), node.lineno


def rank(index: SyntaxIndex, node: ast.AST, setting: str) -> int:
    names = assigned_around(index, node)
    if setting in names:
        return 0
    last = setting.rpartition("_")[2]
    return 1 if any(name.rpartition("_")[2].upper() == last for name in names) else 2


def assigned_around(index: SyntaxIndex, node: ast.AST) -> set[str]:
    """The names that the statement around a node assigns to, or whose methods it calls."""
    while not isinstance(node, ast.stmt):
        node = index.parents[node]
    match node:
        case ast.Assign(targets=parts):
            pass
        case ast.AugAssign(target=part) | ast.AnnAssign(target=part) | ast.Expr(value=ast.Call(func=part)):
            parts = [part]
        case _:
            parts = []
    return {part.id for whole in parts for part in ast.walk(whole) if isinstance(part, ast.Name)}
