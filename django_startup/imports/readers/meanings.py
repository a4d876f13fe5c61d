"""What the expressions of a file stand for: modules and what is in them, as dotted names; strings."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django_startup.imports.readers.mentions import DOTTED, join
from django_startup.imports.scopes import bound_at, nodes_in_scope, own_names
from django_startup.imports.source import Import

UNKNOWN = "\0"  # stands for the part of a string that cannot be told
PLACEHOLDER = re.compile(r"%[sr]|\{\w*\}")


class Scope(NamedTuple):
    """The names that a module, class, function or comprehension binds, with the dotted names that they stand for."""

    kind: str
    names: dict[str, list[str]]


class Meanings:
    """
    Answers at one place of a file, by the scopes around it; file is its path. has_walrus: it may have := somewhere.

    A dotted name has leading dots where it is relative to the file.
    """

    def __init__(self, file: str, has_walrus: bool = True) -> None:
        directory, name = os.path.split(file)
        is_package = name == "__init__.py"
        self.own_name = f"..{os.path.basename(directory)}" if is_package else f".{os.path.splitext(name)[0]}"
        self.own_package = self.own_name if is_package else ""
        self.has_walrus = has_walrus
        self.scopes: list[Scope] = []
        self.strings: dict[str, str] = {}

    @contextmanager
    def scope(self, kind: str, body: Iterable[ast.AST], names: Iterable[str] = ()) -> Iterator[None]:
        """Go into a block. names are those that it has beside those that are bound in it."""
        nodes = list(nodes_in_scope(body, expressions=self.has_walrus))
        bound = own_names(nodes) if kind == "function" else {name for node in nodes for name in bound_at(node)}
        found: dict[str, list[str]] = {name: [] for name in bound.union(names)}
        self.scopes.append(Scope(kind, found))
        for node in nodes:
            if isinstance(node, Import):
                for name, target in import_targets(node):
                    found.setdefault(name, []).append(target)
        for node in nodes:
            if isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
                for name, value in assignments(node):
                    found.setdefault(name, []).extend(self.targets(value))
                    self.strings.setdefault(name, self.text(value))
        yield
        self.scopes.pop()

    def lookup(self, name: str) -> Scope | None:
        """The scope that a name is of; None where the file does not bind it."""
        for number, scope in enumerate(reversed(self.scopes)):
            if name in scope.names and (scope.kind != "class" or number == 0):
                return scope
        return None

    def targets(self, node: ast.expr) -> list[str]:
        """The dotted names that an expression may stand for, if it is a module or something in one."""
        if isinstance(node, ast.Name):
            scope = self.lookup(node.id)
            return scope.names[node.id] if scope else []
        if isinstance(node, ast.Attribute):
            return [join(target, node.attr) for target in self.targets(node.value)]
        match node:
            case ast.NamedExpr(value=value):
                return self.targets(value)
            case ast.Subscript(value=ast.Attribute(value=ast.Name(id="sys"), attr="modules"), slice=key):
                return module_names(self.text(key))
            case ast.Subscript(value=value, slice=key):
                return [join(module, name) for name in identifiers(self.text(key)) for module in self.spaces(value)]
            case ast.Call(func=function, args=[module, *others]):
                match last_name(function), others:
                    case "reload", _:
                        return self.targets(module)
                    case "import_module", [package, *_]:
                        return [absolute(name, self.text(package)) for name in module_names(self.text(module))]
                    case "import_module" | "__import__", _:
                        return module_names(self.text(module))
        return []

    def spaces(self, node: ast.expr) -> list[str]:
        """The modules whose names an expression has for its keys: globals(), vars(services), services.__dict__."""
        if isinstance(node, ast.Attribute) and node.attr == "__dict__":
            return self.targets(node.value)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.args and node.func.id in ("vars", "dir"):
                return self.targets(node.args[0])
            if node.func.id == "globals" or (node.func.id in ("vars", "dir", "locals") and self.is_outermost()):
                return [self.own_name]
        return []

    def is_outermost(self) -> bool:
        """Whether the place is outside of all functions and classes."""
        return all(scope.kind in ("module", "comprehension") for scope in self.scopes)

    def text(self, node: ast.expr) -> str:
        """A string as far as it can be told, with UNKNOWN for the rest."""
        match node:
            case ast.Constant(value=str(value)):
                return value
            case ast.Name(id="__name__"):
                return self.own_name
            case ast.Name(id="__package__"):
                return self.own_package
            case ast.Name(id=name):
                return self.strings.get(name, UNKNOWN)
            case ast.Attribute(value=value, attr="__name__"):
                return next(iter(self.targets(value)), UNKNOWN)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self.text(left) + self.text(right)
            case ast.BinOp(left=ast.Constant(value=str(value)), op=ast.Mod(), right=right):
                return self.filled(value, getattr(right, "elts", [right]))
            case ast.JoinedStr(values=values):
                return "".join(map(self.text, values))
            case ast.FormattedValue(value=value):
                return self.text(value)
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(value)), attr="format"), args=arguments):
                return self.filled(value, arguments)
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(value)), attr="join"), args=[parts]):
                return value.join(map(self.text, getattr(parts, "elts", [parts])))
        return UNKNOWN

    def filled(self, template: str, arguments: Iterable[ast.expr]) -> str:
        parts = iter([self.text(argument) for argument in arguments])
        return PLACEHOLDER.sub(lambda _: next(parts, UNKNOWN), template)


def import_targets(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """The names that an import binds, each with the dotted name that it stands for."""
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            yield alias.asname or alias.name, join("." * node.level + (node.module or ""), alias.name)
        elif alias.asname:
            yield alias.asname, alias.name
        else:
            yield alias.name.partition(".")[0], alias.name.partition(".")[0]


def assignments(node: ast.Assign | ast.AnnAssign | ast.NamedExpr) -> Iterator[tuple[str, ast.expr]]:
    """The names that are bound to one value."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        if isinstance(target, ast.Name) and node.value is not None:
            yield target.id, node.value


def last_name(node: ast.expr) -> str:
    """The name of what is called: patch of mock.patch."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def identifiers(text: str) -> list[str]:
    """The name that a string is."""
    return [text] if text.isidentifier() else []


def module_names(text: str) -> list[str]:
    """The name of a module that a string is."""
    return [text] if text.replace(".", "_").isidentifier() else []


def dotted_names(text: str) -> list[str]:
    """The dotted name that a string is. Entry points have a colon in theirs."""
    name = text.replace(":", ".")
    return [name] if DOTTED.fullmatch(name) and not text.startswith(":") else []


def absolute(name: str, package: str) -> str:
    """The name of a module that is relative to a package; as it is where that cannot be told."""
    bare = name.lstrip(".")
    above = package.split(".")
    level = len(name) - len(bare)
    if not level or not all(map(str.isidentifier, above)):
        return name
    return ".".join([*above[: len(above) - level + 1], bare])
