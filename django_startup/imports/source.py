"""A Python file as a syntax tree: its imports, and the names that its functions bind themselves."""

from __future__ import annotations

import ast
import functools
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import decode_source
from pathlib import Path

from django_startup.files import read_file

Function = (ast.FunctionDef, ast.AsyncFunctionDef)
Import = (ast.Import, ast.ImportFrom)
Parents = dict[ast.AST, ast.AST]


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed file; tree is None where that is not possible, and problem says why."""

    tree: ast.Module | None
    problem: str = ""
    parents: Parents | None = None


@functools.lru_cache(maxsize=4096)
def read_source(path: Path) -> Source:
    """Parse a Python file: a module, or a script by any name."""
    if path.suffix not in (".py", ".pyw") and not is_script(path):
        return Source(None, "not a Python source file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # those about the project's text are not ours to give
            tree = ast.parse(decode_source(read_file(path)))
    except OSError:
        return Source(None, "its source file was not found")
    except SyntaxError as error:
        return Source(None, f"its source cannot be parsed ({error.msg})")
    except (ValueError, RecursionError, MemoryError) as error:
        return Source(None, f"its source cannot be read ({type(error).__name__})")
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    return Source(tree, parents=parents)


def is_script(path: Path) -> bool:
    """Whether a file begins like a Python script, as console scripts do, whose names have no suffix."""
    try:
        first, second, *_ = [*read_file(path).split(b"\n", 2), b""]
    except (OSError, ValueError):
        return False
    return first.startswith(b"#!") and (b"python" in first or (b"sh" in first and b"python" in second))


def find_imports(tree: ast.Module, line: int) -> list[ast.Import | ast.ImportFrom]:
    """The import statements over a line."""
    imports = [node for node in ast.walk(tree) if isinstance(node, Import)]
    return [node for node in imports if node.lineno <= line <= (node.end_lineno or 0)]


def find_lazy_imports(tree: ast.Module, line: int) -> list[ast.Import | ast.ImportFrom]:
    """The lazy imports (Python 3.15) that bind a name which a line uses."""
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.lineno == line}
    lazy_modules = assigned_texts(tree, "__lazy_modules__")
    found = []
    for node in tree.body:
        if isinstance(node, Import) and used & bound_by(node):
            modules = {node.module} if isinstance(node, ast.ImportFrom) else {alias.name for alias in node.names}
            if getattr(node, "is_lazy", False) or modules & lazy_modules:
                found.append(node)
    return found


def assigned_texts(tree: ast.Module, name: str) -> set[str]:
    """The texts in the top-level statements that assign to a name, or call a method of its."""
    texts: set[str] = set()
    for node in tree.body:
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr)):
            parts = list(ast.walk(node))
            if any(isinstance(part, ast.Name) and part.id == name for part in parts):
                texts |= {
                    part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
    return texts


def bound_by(statement: ast.Import | ast.ImportFrom) -> set[str]:
    """The names that an import binds."""
    return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}


def binds_anew(node: ast.stmt) -> set[str]:
    """The names that a statement binds to something else, beside assignments; import a.b and import a.c go together."""
    if isinstance(node, (*Function, ast.ClassDef)):
        return {node.name}
    if isinstance(node, ast.ImportFrom):
        return bound_by(node)
    return {alias.asname for alias in node.names if alias.asname} if isinstance(node, ast.Import) else set()


@functools.lru_cache(maxsize=65536)
def local_names(function: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[str]:
    """Names that a function binds itself: its arguments and what it assigns, without what it declares global."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    names = {argument.arg for argument in every if argument is not None}
    outside: set[str] = set()
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            outside |= set(node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, Import):
            names |= bound_by(node)
        elif isinstance(node, (*Function, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names.add(node.rest)
        inside = () if isinstance(node, (*Function, ast.ClassDef, ast.Lambda)) else ast.iter_child_nodes(node)
        waiting.extend(child for child in inside if not (isinstance(node, ast.comprehension) and child is node.target))
    return frozenset(names - outside)


def imported_names(path: Path, line: int) -> set[str]:
    """The names that the import at a line of a file takes from its module; with a star, all that the file uses."""
    tree = read_source(path).tree
    names: set[str] = set()
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.ImportFrom) and node.lineno <= line <= (node.end_lineno or 0):
            names |= {alias.name for alias in node.names}
    if tree and "*" in names:
        names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names


def strings_in(path: Path, text: str) -> Iterable[int]:
    """The lines of a file where a string stands that is text, or a dotted name that goes on from it."""
    tree = read_source(path).tree
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and f"{node.value}.".startswith(f"{text}."):
            yield node.lineno
