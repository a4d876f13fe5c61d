"""
Can an import move into the functions that use it?

Read from the syntax tree of the importing file, for the names that the statement binds. The verdict is careful: where
the names are needed while the file is being imported, or might be, the statement has to stay.
"""

from __future__ import annotations

import ast
import functools
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django_startup.analysis.source import (
    Function,
    Parents,
    assigned_texts,
    binds_anew,
    bound_by,
    find_imports,
    find_lazy_imports,
    local_names,
    read_source,
)

AT_IMPORT = "at import"


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


def judge(path: Path, line: int) -> Deferral:
    """The verdict on the import that stands at a line of a file; on several of them together."""
    source = read_source(path)
    if source.tree is None or source.parents is None:
        return Deferral(False, f"not known: {source.problem}")
    statements = find_imports(source.tree, line)
    lazy = [] if statements else find_lazy_imports(source.tree, line)
    if lazy:
        lines = ", ".join(str(node.lineno) for node in lazy)
        reason = f"imported lazily, line{'s' if len(lazy) > 1 else ''} {lines}, and needed on this line"
        return Deferral(False, reason, statement="; ".join(map(ast.unparse, lazy)))
    if not statements:
        return Deferral(False, f"imported by name (include, import_module), line {line}")
    return Judge(path, source.tree, source.parents).judge(statements)


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

    def judge(self, statements: Sequence[ast.Import | ast.ImportFrom]) -> Deferral:
        line = statements[0].lineno
        names = {name for statement in statements for name in bound_by(statement)}
        import_ = Deferral(True, "", (), "; ".join(map(ast.unparse, statements)), line, tuple(sorted(names)))
        for above in self.above(statements[0]):
            if isinstance(above, Function):
                return import_.but(f"stands in {self.qualified(above)} already, which runs at start")
            if isinstance(above, (ast.Try, ast.TryStar, ast.With)):
                word = "with" if isinstance(above, ast.With) else "try"
                return import_.but(f"stands inside {word}, line {above.lineno}: what is done without it decides")
            if isinstance(above, ast.ClassDef):
                return import_.but(f"stands in the body of class {above.name}, line {above.lineno}")
        if "*" in names:
            return import_.but(f"a star import, line {line}: what it binds cannot be told")
        exported = names & assigned_texts(self.tree, "__all__")
        if exported:
            return import_.but(f"re-exported: {min(exported)} is in __all__")
        for node in self.tree_at_import():
            if node not in statements and names & binds_anew(node):
                return import_.but(f"used at import: bound again, line {node.lineno}")
        return self.by_uses(import_)

    def by_uses(self, import_: Deferral) -> Deferral:
        functions: dict[str, None] = {}
        in_annotations = False
        for node in sorted(self.uses(set(import_.names)), key=lambda node: (node.lineno, node.col_offset)):
            at_import, function = self.place(node)
            if at_import:
                return import_.but(f"used at import: {at_import}")
            if function:
                functions[function] = None
            else:
                in_annotations = True
        for function in functions:
            if function.endswith(".ready()") or function in self.starting:
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
        child: ast.AST = node
        for above in self.above(node):
            if isinstance(above, Function) and child in above.body and node.id in local_names(above):
                return True
            if isinstance(above, ast.comprehension) and child is above.target:
                return True
            child = above
        return False

    def function_around(self, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """A function in whose body a node stands."""
        child = node
        for above in self.above(node):
            if isinstance(above, Function) and child in above.body:
                return above
            child = above
        return None

    def place(self, node: ast.Name | ast.Attribute) -> tuple[str, str]:
        """("what needs it", "") where a use is evaluated at import, ("", function) inside one, ("", "") in vain."""
        if not isinstance(node.ctx, ast.Load):
            return f"bound again, line {node.lineno}", ""
        function = self.function_around(node)
        if function is not None:
            return "", self.qualified(function)
        child: ast.AST = node
        for above in self.above(node):
            if isinstance(above, Function):
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
                    return self.annotation(
                        node, f"class {owner.name}", bool(owner.bases or owner.keywords or owner.decorator_list)
                    )
                if isinstance(owner, ast.Module):
                    return self.annotation(node, "a variable", False)
            if isinstance(above, ast.ClassDef):
                return self.class_use(node, above, child), ""
            child = above
        return self.statement_use(node), ""

    @functools.cached_property
    def starting(self) -> frozenset[str]:
        """The functions that Django or this file itself calls while the project starts, as far as can be seen here."""
        called: dict[str, set[str]] = defaultdict(set)
        for node in ast.walk(self.tree):
            for name in [node.func] if isinstance(node, ast.Call) else getattr(node, "decorator_list", ()):
                if isinstance(name, ast.Name) or (isinstance(name, ast.Attribute) and isinstance(name.value, ast.Name)):
                    at_import, caller = self.place(name)
                    called[AT_IMPORT if at_import else caller].add(ast.unparse(name))
        found: set[str] = set()
        waiting = [AT_IMPORT, *(caller for caller in called if caller.endswith(".ready()"))]
        while waiting:
            caller = waiting.pop()
            for name in called[caller]:
                if name.startswith("self."):
                    name = caller.rpartition(".")[0] + name.removeprefix("self")
                new = {f"{name}()", f"{name}.__init__()"} - found
                found |= new
                waiting.extend(new)
        return frozenset(found)

    def class_use(self, node: ast.Name | ast.Attribute, owner: ast.ClassDef, child: ast.AST) -> str:
        if child in owner.bases or any(child is keyword for keyword in owner.keywords):
            return f"base of class {owner.name}, line {node.lineno}"
        if child in owner.decorator_list:
            return f"decorator of class {owner.name}, line {node.lineno}"
        return f"body of class {owner.name}, line {node.lineno}"

    def statement_use(self, node: ast.Name | ast.Attribute) -> str:
        for above in self.above(node):
            if isinstance(above, ast.Call):
                return f"a call, line {node.lineno}"
        return f"module level, line {node.lineno}"

    def annotation(self, node: ast.Name | ast.Attribute, where: str, may_evaluate: bool) -> tuple[str, str]:
        """A use in an annotation: pydantic, ninja, typer and their like evaluate those of what they are applied to."""
        if may_evaluate:
            return f"annotation of {where}, line {node.lineno}, which a base class or decorator may evaluate", ""
        if not self.lazy_annotations:
            return f"annotation of {where}, line {node.lineno}", ""
        return "", ""

    def in_annotation(self, node: ast.AST, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        arguments = function.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        above = {node, *self.above(node)}
        return any(argument is not None and argument.annotation in above for argument in every)

    def tree_at_import(self) -> Iterator[ast.stmt]:
        """The statements of the file itself, those in blocks included."""
        waiting: list[ast.AST] = list(self.tree.body)
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.stmt):
                yield node
            if not isinstance(node, (*Function, ast.ClassDef, ast.expr)):
                waiting.extend(ast.iter_child_nodes(node))

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
