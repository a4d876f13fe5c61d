"""
Can an import move into the functions that use it?

Read from the syntax tree of the importing file, for the names that the statement binds. The verdict is careful: where
the names are needed while the file is being imported, or might be, the statement has to stay.
"""

from __future__ import annotations

import ast
import functools
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

Function = (ast.FunctionDef, ast.AsyncFunctionDef)
Parents = dict[ast.AST, ast.AST]


@dataclass(frozen=True, slots=True)
class Deferral:
    """
    Whether an import can move, and why in a sentence without a full stop. functions are those that it would move into,
    statement the import as it is written, line where it begins, names those that it binds.
    """

    deferrable: bool
    reason: str
    functions: tuple[str, ...] = ()
    statement: str = ""
    line: int = 0
    names: tuple[str, ...] = ()

    def but(self, reason: str) -> Deferral:
        """The same import, which has to stay for a reason that lies outside of its file."""
        return replace(self, deferrable=False, reason=reason)


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed file; tree is None where that is not possible, and problem says why."""

    tree: ast.Module | None
    problem: str = ""
    parents: Parents | None = None


@functools.lru_cache(maxsize=4096)
def read_source(path: Path) -> Source:
    """Parse a Python file."""
    if path.suffix not in (".py", ".pyw"):
        return Source(None, "it is not a Python source file")
    try:
        with tokenize.open(path) as file:
            tree = ast.parse(file.read())
    except OSError:
        return Source(None, "its source is not here")
    except SyntaxError as error:
        return Source(None, f"its source cannot be parsed ({error.msg})")
    except (ValueError, RecursionError, MemoryError) as error:
        return Source(None, f"its source cannot be read ({type(error).__name__})")
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    return Source(tree, parents=parents)


def judge(path: Path, line: int) -> Deferral:
    """The verdict on the import that stands at a line of a file."""
    source = read_source(path)
    if source.tree is None or source.parents is None:
        return Deferral(False, f"not known: {source.problem}")
    statement = find_import(source.tree, line)
    if statement is None:
        return Deferral(False, f"imported by name (include, import_module), line {line}")
    return Judge(path, source.tree, source.parents).judge(statement)


def find_import(tree: ast.Module, line: int) -> ast.Import | ast.ImportFrom | None:
    """The innermost import statement over a line."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)) and node.lineno <= line <= (node.end_lineno or 0):
            return node
    return None


class Judge:
    """Judges the imports of one file."""

    def __init__(self, path: Path, tree: ast.Module, parents: Parents) -> None:
        self.path = path
        self.tree = tree
        self.parents = parents
        self.lazy_annotations = sys.version_info >= (3, 14) or any(
            isinstance(node, ast.ImportFrom)
            and node.module == "__future__"
            and any(alias.name == "annotations" for alias in node.names)
            for node in tree.body
        )

    def judge(self, statement: ast.Import | ast.ImportFrom) -> Deferral:
        line = statement.lineno
        names = {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
        import_ = Deferral(True, "", (), ast.unparse(statement), line, tuple(sorted(names)))
        for above in self.above(statement):
            if isinstance(above, Function):
                return import_.but(f"stands in {self.qualified(above)} already, which runs at start")
            if isinstance(above, ast.Try):
                return import_.but(f"stands inside try, line {above.lineno}: what is done without it decides")
            if isinstance(above, ast.ClassDef):
                return import_.but(f"stands in the body of class {above.name}, line {above.lineno}")
        if names == {"*"}:
            return import_.but(f"a star import, line {line}: what it binds cannot be told")
        exported = names & self.exported()
        if exported:
            return import_.but(f"re-exported: {min(exported)} is in __all__")
        return self.by_uses(import_)

    def by_uses(self, import_: Deferral) -> Deferral:
        functions: dict[str, None] = {}
        in_annotations = False
        for node in self.uses(set(import_.names)):
            at_import, function = self.place(node)
            if at_import:
                return import_.but(f"used at import: {at_import}")
            if function:
                functions[function] = None
            else:
                in_annotations = True
        for function in functions:
            if self.runs_at_start(function):
                return import_.but(f"used in {function}, which runs at start")
        if functions:
            reason = f"used {'in annotations and ' if in_annotations else ''}only in {', '.join(functions)}"
            return replace(import_, reason=reason, functions=tuple(functions))
        if in_annotations:
            return replace(import_, reason="used only in annotations: it can stand under TYPE_CHECKING")
        purpose = "re-exported, or" if self.path.name == "__init__.py" else "not needed, or"
        return import_.but(f"not used in this file, line {import_.line}: {purpose} imported for what it does")

    def uses(self, names: set[str]) -> Iterator[ast.Name]:
        """Every place that reads or rebinds one of the names, where no function has made it a local of its own."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name) and node.id in names and not self.is_local(node):
                yield node

    def is_local(self, node: ast.Name) -> bool:
        return any(isinstance(above, Function) and node.id in local_names(above) for above in self.above(node))

    def place(self, node: ast.Name) -> tuple[str, str]:
        """("what needs it", "") where a use is evaluated at import, ("", function) inside one, ("", "") in vain."""
        child: ast.AST = node
        for above in self.above(node):
            if isinstance(above, Function):
                if child in above.body:
                    return "", self.qualified(above)
                if child in above.decorator_list:
                    return f"decorator of {self.qualified(above)}, line {node.lineno}", ""
                if child is above.args and not self.in_annotation(node, above):
                    return f"default in {self.qualified(above)}, line {node.lineno}", ""
                return self.annotation(node, f"{self.qualified(above)}", bool(above.decorator_list))
            if isinstance(above, ast.Lambda) and child is above.body:
                return "", f"a lambda, line {above.lineno}"
            if isinstance(above, ast.AnnAssign) and child is above.annotation:
                owner = self.parents.get(above)
                if isinstance(owner, ast.ClassDef):
                    return self.annotation(node, f"class {owner.name}", bool(owner.bases or owner.decorator_list))
                if isinstance(owner, ast.Module):
                    return self.annotation(node, "a variable", False)
            if isinstance(above, ast.ClassDef):
                return self.class_use(node, above, child), ""
            child = above
        return self.statement_use(node), ""

    def runs_at_start(self, function: str) -> bool:
        """Whether Django or this file itself calls a function while the project starts, as far as can be seen here."""
        name = function.removesuffix("()")
        if name.endswith(".ready"):
            return True
        return any(
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == name
            and self.place(node.func)[0] != ""
            for node in ast.walk(self.tree)
        )

    def class_use(self, node: ast.Name, owner: ast.ClassDef, child: ast.AST) -> str:
        if child in owner.bases or any(child is keyword for keyword in owner.keywords):
            return f"base of class {owner.name}, line {node.lineno}"
        if child in owner.decorator_list:
            return f"decorator of class {owner.name}, line {node.lineno}"
        return f"body of class {owner.name}, line {node.lineno}"

    def statement_use(self, node: ast.Name) -> str:
        if not isinstance(node.ctx, ast.Load):
            return f"bound again, line {node.lineno}"
        for above in self.above(node):
            if isinstance(above, ast.Call):
                return f"a call, line {node.lineno}"
        return f"module level, line {node.lineno}"

    def annotation(self, node: ast.Name, where: str, may_evaluate: bool) -> tuple[str, str]:
        """A use in an annotation: pydantic, ninja, typer and their like evaluate those of what they are applied to."""
        if may_evaluate:
            return f"annotation of {where}, line {node.lineno}, which a base class or decorator may evaluate", ""
        if not self.lazy_annotations:
            return f"annotation of {where}, line {node.lineno}", ""
        return "", ""

    def in_annotation(self, node: ast.Name, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        arguments = function.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        above = {node, *self.above(node)}
        return any(argument is not None and argument.annotation in above for argument in every)

    def exported(self) -> set[str]:
        """The names in __all__."""
        names: set[str] = set()
        for node in self.tree.body:
            if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets) and node.value:
                    names |= {
                        part.value
                        for part in ast.walk(node.value)
                        if isinstance(part, ast.Constant) and isinstance(part.value, str)
                    }
        return names

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        above = self.parents.get(node)
        while above is not None:
            yield above
            above = self.parents.get(above)

    def qualified(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
        """The outermost function around, with its class: Refund.charge()."""
        parts = [function.name]
        for above in self.above(function):
            if isinstance(above, Function):
                parts = [above.name]
            elif isinstance(above, ast.ClassDef):
                parts.append(above.name)
        return f"{'.'.join(reversed(parts))}()"


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
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ExceptHandler) and node.name:
            names.add(node.name)
        if not isinstance(node, (*Function, ast.ClassDef, ast.Lambda)):
            waiting.extend(ast.iter_child_nodes(node))
    return frozenset(names - outside)
