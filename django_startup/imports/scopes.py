"""The names that functions, classes and other blocks of a file bind themselves."""

from __future__ import annotations

import ast
import functools
from collections.abc import Collection, Iterable, Iterator

from django_startup.imports.source import Function, bound_by, children

SCOPES = frozenset((*Function, ast.ClassDef, ast.Lambda))
BINDING = frozenset(
    (
        *(ast.Name, ast.Import, ast.ImportFrom, *Function, ast.ClassDef, ast.ExceptHandler),
        *(ast.MatchAs, ast.MatchStar, ast.MatchMapping),
    )
)


def nodes_in_scope(body: Iterable[ast.AST], expressions: bool = True) -> Iterator[ast.AST]:
    """
    The nodes of a block, without those in its functions, classes and lambdas and the targets of comprehensions.

    expressions: false leaves out expressions but for what is assigned to; they bind names by := alone.
    """
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        if type(node) not in SCOPES:
            found = children(node)
            if not expressions:
                found = [
                    child
                    for child in found
                    if not isinstance(child, ast.expr) or isinstance(getattr(child, "ctx", None), ast.Store)
                ]
            waiting += found
            if type(node) is ast.comprehension:
                waiting.remove(node.target)


def bound_at(node: ast.AST) -> Collection[str]:
    """The names that a node by itself binds in its scope."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            return (name,)
        case ast.Import() | ast.ImportFrom():
            return bound_by(node)
        case ast.FunctionDef(name=str(name)) | ast.AsyncFunctionDef(name=str(name)) | ast.ClassDef(name=str(name)):
            return (name,)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return (name,)
        case ast.MatchMapping(rest=str(name)):
            return (name,)
    return ()


def arguments_of(arguments: ast.arguments) -> list[ast.arg]:
    """The arguments of a function or lambda, *args and **kwargs included."""
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return [argument for argument in every if argument is not None]


def argument_names(arguments: ast.arguments) -> set[str]:
    return {argument.arg for argument in arguments_of(arguments)}


def own_names(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that the nodes of a function bind, without what it declares global."""
    names: set[str] = set()
    outside: set[str] = set()
    for node in nodes:
        if type(node) in BINDING:
            names.update(bound_at(node))
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            outside |= set(node.names)
    return names - outside


@functools.lru_cache(maxsize=65536)
def local_names(function: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[str]:
    """Names that a function binds itself: its arguments and what it assigns, without what it declares global."""
    return frozenset(argument_names(function.args) | own_names(nodes_in_scope(function.body)))
