"""Annotations that something may evaluate: those that are strings, and those of what is handed on."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from itertools import takewhile

from django_startup.imports.source import Function, SyntaxIndex

GENERICS = {"list", "dict", "set", "frozenset", "tuple", "type", "deque", "defaultdict"}
# Calls that ask what something is, and do nothing with its annotations.
QUESTIONS = {"isinstance", "issubclass", "super", "len", "repr", "str", "print"}


def above(node: ast.AST, index: SyntaxIndex) -> Iterator[tuple[ast.AST, ast.AST]]:
    """The nodes around a node, from the innermost to the statement, each with the one inside of it."""
    return takewhile(lambda pair: not isinstance(pair[1], ast.stmt), index.around(node))


def type_strings(index: SyntaxIndex, names: set[str]) -> Iterator[ast.Constant]:
    """The strings that stand for a type and have one of the names in them."""
    names = {name for name in names if name in index.text_of_strings}
    for node in index.strings if names else ():
        text = str(node.value)
        if any(name in text for name in names) and names & names_in(text) and is_type(node, index):
            yield node


def is_type(node: ast.Constant, index: SyntaxIndex) -> bool:
    """Whether a string stands for a type: in an annotation, or between the brackets of a generic type."""
    in_generic = False
    for around, child in above(node, index):
        if isinstance(around, ast.Subscript):
            if not is_generic(around.value):
                return False
            in_generic = True
        elif isinstance(around, ast.arg):
            return True
        elif isinstance(around, Function):
            return in_generic or child is around.returns
        elif isinstance(around, ast.AnnAssign):
            return in_generic or child is around.annotation
        elif isinstance(around, ast.Call):
            break
    return in_generic


def is_generic(node: ast.expr) -> bool:
    """Whether what stands before brackets is a type that has others in them: list, Optional, typing.List."""
    name = last_name(node)
    return name in GENERICS or (name[:1].isupper() and not name.isupper() and name != "Literal")


def last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


@functools.lru_cache(maxsize=4096)
def names_in(text: str) -> frozenset[str]:
    """The names that a string uses, if it is an expression."""
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


@functools.lru_cache(maxsize=256)
def handed_on(index: SyntaxIndex) -> dict[str, int]:
    """The names of functions, methods and classes that are handed to something or kept, each with the first line."""
    found: dict[str, int] = {}
    for node in index.parents:
        if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load) and is_handed_on(node, index):
            name = last_name(node)
            found[name] = min(node.lineno, found.get(name, node.lineno))
    return found


def is_handed_on(node: ast.Name | ast.Attribute, index: SyntaxIndex) -> bool:
    """Whether a name is neither called nor asked for something, nor an annotation, a decorator or an exception."""
    for around, child in above(node, index):
        if isinstance(around, ast.Call):
            return child is not around.func and last_name(around.func) not in QUESTIONS
        if isinstance(around, (ast.arg, ast.ExceptHandler, ast.Raise)):
            return False
        if isinstance(around, ast.Attribute):
            return False
        if isinstance(around, (*Function, ast.ClassDef)):
            return isinstance(around, ast.ClassDef) and child in around.bases
        if isinstance(around, ast.AnnAssign):
            return child is around.value
    return True
