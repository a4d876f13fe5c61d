"""
Can an import move into the functions that use it?

Read from the syntax tree of the importing file, for the names that the statement binds. The verdict is careful: where
the names are needed while the file is being imported, or might be, the statement has to stay.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django_startup.imports.source import (
    Function,
    Parents,
    assigned_texts,
    binds_anew,
    bound_by,
    find_imports,
    find_lazy_imports,
    read_source,
)
from django_startup.imports.uses import Uses


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


class Judge(Uses):
    """Judges the imports of one file."""

    def __init__(self, path: Path, tree: ast.Module, parents: Parents) -> None:
        super().__init__(tree, parents)
        self.path = path

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
