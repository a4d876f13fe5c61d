"""Makes imports of a file lazy where they stand (Python 3.15): by the keyword, or by __lazy_modules__."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator
from importlib.util import resolve_name

from django_startup.imports.source import Import, SyntaxIndex, find_imports
from django_startup.lab.comments import Statement
from django_startup.lab.insertion import UNIT, at_line
from django_startup.lab.source_text import Change, SourceText, Uneditable, parse

LAZY_MODULES = "__lazy_modules__"
DIFFERENT = "the changed file would not be the same but for what is lazy"
ABOUT_FILE = re.compile(r"#!|#.*coding[:=]")
WIDTH = 88  # of a line that formatters leave as it is


def make_lazy(data: bytes, lines: Collection[int]) -> bytes:
    """A file with the keyword lazy before the import statements on some of its lines. Raises Uneditable."""
    source = SourceText(data)
    statements = find_statements(source, lines)
    for statement in statements:
        if getattr(statement, "is_lazy", False):
            raise Uneditable("it is lazy already")
    places = [source.start(statement) for statement in statements]
    text = source.changed(Change(place, place, "lazy ") for place in places)
    check(source.tree, text, {statement.lineno for statement in statements})
    return source.encode(text)


def name_lazy_modules(data: bytes, lines: Collection[int], module: str, *, is_package: bool) -> bytes:
    """
    A file whose __lazy_modules__ names what the import statements on some of its lines import.

    module is the name of the module that it is, for relative imports. Raises Uneditable.
    """
    source = SourceText(data)
    statements = find_statements(source, lines)
    package = module if is_package else module.rpartition(".")[0]
    names = dict.fromkeys(name for statement in statements for name in modules_of(statement, package))
    known = assignment(source.tree)
    change = lengthened(source, known, list(names)) if known else put_above(source, list(names))
    text = source.changed([change])
    check(source.tree, text, set())
    return source.encode(text)


def find_statements(source: SourceText, lines: Collection[int]) -> list[Statement]:
    index = SyntaxIndex(source.tree)
    statements = list(dict.fromkeys(found for line in sorted(lines) for found in find_imports(index, line)))
    if not statements:
        raise Uneditable("there is no import statement")
    return statements


def modules_of(statement: Statement, package: str) -> Iterator[str]:
    """The names by which the interpreter looks for the modules of an import in __lazy_modules__."""
    if isinstance(statement, ast.Import):
        yield from (alias.name for alias in statement.names)
        return
    try:
        yield resolve_name("." * statement.level + (statement.module or ""), package)
    except ImportError as error:
        raise Uneditable(f"a relative import in {package or 'a module outside of a package'}") from error


def assignment(tree: ast.Module) -> ast.Assign | ast.AnnAssign | None:
    """The statement that binds __lazy_modules__."""
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(isinstance(target, ast.Name) and target.id == LAZY_MODULES for target in targets):
            return node  # type: ignore[return-value]
    return None


def lengthened(source: SourceText, known: ast.Assign | ast.AnnAssign, names: Iterable[str]) -> Change:
    """The list that is there with some names more."""
    listed = known.value
    if not isinstance(listed, (ast.List, ast.Tuple, ast.Set)) or not listed.elts:
        raise Uneditable(f"{LAZY_MODULES} is no list of names, line {known.lineno}")
    there = [element.value for element in listed.elts if isinstance(element, ast.Constant)]
    new = [name for name in names if name not in there]
    if not new:
        raise Uneditable("it is lazy already")
    last = listed.elts[-1]
    end = source.end(last)
    indent = source.before(source.start(last))
    between = f",{source.newline}{indent}" if not indent.strip() else ", "
    return Change(end, end, "".join(f"{between}{quoted(name)}" for name in new))


def put_above(source: SourceText, names: Iterable[str]) -> Change:
    """A new list above the imports, behind the docstring and what is imported from __future__."""
    listed = [quoted(name) for name in names]
    written = [f"{LAZY_MODULES} = [{', '.join(listed)}]"]
    if len(written[0]) > WIDTH:
        written = [f"{LAZY_MODULES} = [", *(f"{UNIT}{name}," for name in listed), "]"]
    body = source.tree.body
    above = [node for number, node in enumerate(body) if is_header(node, is_first=not number)]
    behind = above[-1].end_lineno or 0 if above else behind_comments(source)
    if behind == body[len(above)].lineno:
        raise Uneditable(f"another statement stands on line {behind}")
    is_spaced = not source.line(behind + 1).strip()
    return at_line(source, behind + 1, [*([""] if behind else []), *written, *([] if is_spaced else [""])])


def is_header(node: ast.stmt, *, is_first: bool) -> bool:
    if isinstance(node, ast.Expr):
        return is_first and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def behind_comments(source: SourceText) -> int:
    """The last line of the comments at the top that are about the file: of all of them, or of #! and the encoding."""
    count = 0
    while source.line(count + 1).startswith("#"):
        count += 1
    if not source.line(count + 1).strip():
        return count
    return sum(1 for number in (1, 2) if number <= count and ABOUT_FILE.match(source.line(number)))


def quoted(name: str) -> str:
    return f'"{name}"'


def check(before: ast.Module, text: str, lazy: set[int]) -> None:
    """That a text differs in the statements on some lines that are lazy now, and in the list. Raises Uneditable."""
    try:
        after = parse(text)
    except SyntaxError as error:
        raise Uneditable(DIFFERENT) from error
    imports = [[node for node in ast.walk(tree) if isinstance(node, Import)] for tree in (before, after)]
    was, is_ = ([bool(getattr(node, "is_lazy", False)) for node in nodes] for nodes in imports)
    expected = [known or node.lineno in lazy for known, node in zip(was, imports[0], strict=True)]
    if is_ != expected or outline(before) != outline(after):
        raise Uneditable(DIFFERENT)


def outline(tree: ast.Module) -> list[str]:
    """A syntax tree without what is lazy, as text; the tree is changed."""
    for node in ast.walk(tree):
        if isinstance(node, Import):
            node.is_lazy = 0  # type: ignore[union-attr]
    bound = assignment(tree)
    return [ast.dump(statement) for statement in tree.body if statement is not bound]
