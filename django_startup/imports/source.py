"""A Python file as a syntax tree, and its imports."""

from __future__ import annotations

import ast
import functools
import warnings
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.util import decode_source
from pathlib import Path

from django_startup.files import read_file

Function = (ast.FunctionDef, ast.AsyncFunctionDef)
Import = (ast.Import, ast.ImportFrom)


class SyntaxIndex:
    """
    What is asked of a syntax tree again and again, found in one walk over it.

    Attributes:
        tree: The tree.
        parents: The node around each node; contexts and operators have none.
        imports: Its import statements.
        names: Its names, by what they are called.
        strings: Its strings.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.parents: dict[ast.AST, ast.AST] = {}
        self.imports: list[ast.Import | ast.ImportFrom] = []
        self.names: dict[str, list[ast.Name]] = defaultdict(list)
        self.strings: list[ast.Constant] = []
        parents, names = self.parents, self.names
        waiting: list[ast.AST] = [tree]
        for node in waiting:  # grows while it is walked
            found = children(node)
            for child in found:
                parents[child] = node
                if isinstance(child, ast.Name):
                    names[child.id].append(child)
                elif isinstance(child, ast.Constant):
                    if isinstance(child.value, str):
                        self.strings.append(child)
                elif isinstance(child, Import):
                    self.imports.append(child)
            waiting += found

    def around(self, node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
        """The nodes around a node, the innermost first, each with the one in it that the node is in, or is."""
        while (outer := self.parents.get(node)) is not None:
            yield outer, node
            node = outer

    @cached_property
    def at_import(self) -> tuple[ast.stmt, ...]:
        """The statements of the file itself, those in blocks included."""
        found: list[ast.stmt] = []
        waiting: list[ast.AST] = list(self.tree.body)
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.stmt):
                found.append(node)
            if not isinstance(node, (*Function, ast.ClassDef, ast.expr)):
                waiting.extend(children(node))
        return tuple(found)

    @cached_property
    def bound_anew(self) -> dict[str, list[tuple[int, ast.stmt]]]:
        """The statements of at_import that bind a name as binds_anew() says, by the name, each with its place there."""
        found: dict[str, list[tuple[int, ast.stmt]]] = defaultdict(list)
        for number, node in enumerate(self.at_import):
            for name in binds_anew(node):
                found[name].append((number, node))
        return found

    @cached_property
    def imports_at(self) -> dict[int, list[ast.Import | ast.ImportFrom]]:
        """Its import statements, by each of their lines."""
        found: dict[int, list[ast.Import | ast.ImportFrom]] = defaultdict(list)
        for node in self.imports:
            for line in range(node.lineno, (node.end_lineno or 0) + 1):
                found[line].append(node)
        return found

    @cached_property
    def postpones_annotations(self) -> bool:
        """Whether the file says from __future__ import annotations."""
        return any(
            isinstance(node, ast.ImportFrom)
            and node.module == "__future__"
            and any(alias.name == "annotations" for alias in node.names)
            for node in self.tree.body
        )

    @cached_property
    def text_of_strings(self) -> str:
        """All strings in one, to see at once that something is in none of them."""
        return "\0".join(str(node.value) for node in self.strings)

    def calls_of(self, function: str) -> list[int]:
        """The lines that call a function of some name, whatever module it is taken from."""
        calls = [node for node in self.parents if isinstance(node, ast.Call)]
        names = [(getattr(call.func, "attr", getattr(call.func, "id", "")), call.lineno) for call in calls]
        return sorted(line for name, line in names if name == function)

    def names_at(self, line: int) -> set[str]:
        """The names that a line uses."""
        return {name for name, nodes in self.names.items() if any(node.lineno == line for node in nodes)}


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed file; index is None where that is not possible, and problem says why."""

    index: SyntaxIndex | None
    problem: str = ""


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
        archive = archive_of(path)
        return Source(
            None, f"its source is in the archive {archive.name}" if archive else "its source file was not found"
        )
    except SyntaxError as error:
        return Source(None, f"its source cannot be parsed ({error.msg})")
    except (ValueError, RecursionError, MemoryError) as error:
        return Source(None, f"its source cannot be read ({type(error).__name__})")
    return Source(SyntaxIndex(tree))


def archive_of(file: Path) -> Path | None:
    """The archive that a file lies in, which is a file itself: plugins.zip of plugins.zip/shop/views.py."""
    return next((above for above in file.parents if above.is_file()), None)


def is_script(path: Path) -> bool:
    """Whether a file begins like a Python script, as console scripts do, whose names have no suffix."""
    try:
        first, second, *_ = [*read_file(path).split(b"\n", 2), b""]
    except (OSError, ValueError):
        return False
    return first.startswith(b"#!") and (b"python" in first or (b"sh" in first and b"python" in second))


def find_imports(index: SyntaxIndex, line: int) -> list[ast.Import | ast.ImportFrom]:
    """The import statements over a line."""
    return index.imports_at.get(line, [])


def top_level_imports(path: Path) -> Iterator[str]:
    """What the absolute imports of a file that stand in no block import, by dotted names."""
    index = read_source(path).index
    for node in index.tree.body if index else ():
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def find_lazy_imports(index: SyntaxIndex, line: int) -> list[ast.Import | ast.ImportFrom]:
    """The lazy imports (Python 3.15) that bind a name which a line uses."""
    used = index.names_at(line)
    lazy_modules = assigned_texts(index.tree, "__lazy_modules__")
    found = []
    for node in index.tree.body:
        if isinstance(node, Import) and used & bound_by(node):
            modules = {node.module} if isinstance(node, ast.ImportFrom) else {alias.name for alias in node.names}
            if getattr(node, "is_lazy", False) or modules & lazy_modules:
                found.append(node)
    return found


@functools.lru_cache(maxsize=256)
def assigned_texts(tree: ast.Module, name: str) -> frozenset[str]:
    """The texts in the top-level statements that assign to a name, or call a method of its."""
    texts: set[str] = set()
    for node in tree.body:
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr)):
            parts = list(ast.walk(node))
            if any(isinstance(part, ast.Name) and part.id == name for part in parts):
                texts |= {
                    part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
    return frozenset(texts)


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


class NodeFields(dict[type[ast.AST], tuple[str, ...]]):
    """The fields of each type of node that hold nodes, contexts and operators aside."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        leaves = LEAVES - {"name"} if kind.__name__ == "TypeAlias" else LEAVES
        fields = () if kind is ast.Constant else tuple(name for name in kind._fields if name not in leaves)
        return self.setdefault(kind, fields)


# What these fields hold is text, numbers, contexts and operators; of TypeAlias (Python 3.12) the name is a node.
LEAVES = frozenset(
    ("arg", "asname", "attr", "conversion", "ctx", "id", "kind", "level", "module", "name", "op", "ops", "rest", "tag")
)
NODE_FIELDS = NodeFields()


def children(node: ast.AST) -> list[ast.AST]:
    """What ast.iter_child_nodes() gives but for contexts and operators, in a fourth of its time."""
    found: list[ast.AST] = []
    for name in NODE_FIELDS[type(node)]:
        value = getattr(node, name, None)
        if type(value) is list:
            if value:
                are_nodes = isinstance(value[0], ast.AST) and None not in value
                found += value if are_nodes else [part for part in value if isinstance(part, ast.AST)]
        elif value is not None and isinstance(value, ast.AST):
            found.append(value)
    return found
