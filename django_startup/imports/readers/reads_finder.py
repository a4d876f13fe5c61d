"""Finds what a file reads, by its syntax tree."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from django_startup.imports.annotations import names_in
from django_startup.imports.readers.meanings import (
    UNKNOWN,
    Meanings,
    dotted_names,
    identifiers,
    import_targets,
    last_name,
)
from django_startup.imports.readers.mentions import STAR, join
from django_startup.imports.readers.reads import How, Read, Reads
from django_startup.imports.scopes import argument_names, bound_at, nodes_in_scope
from django_startup.imports.source import Import, children

ENDING = re.compile(rf".*{UNKNOWN}\.(\w+)(?:\.\w+)*", re.DOTALL)
RUN_FILES = ("exec", "execfile", "include", "run_path")
# Calls that read what they say of a module, or nothing of what it imports.
ASKING = ("vars", "dir", "getmembers", "getattr", "hasattr", "multiple", "reload", "include", "print", "repr", "str")
EVALUATE = ("eval", "exec")
RUN_IN_NAMESPACE = (*RUN_FILES, "optional")


def find_reads(source: bytes, file: str) -> Reads:
    """What a file reads; file is its path. Raises what ast.parse() does where that cannot be told."""
    tree = ast.parse(source)
    has_walrus = b":=" in source
    nodes = list(nodes_in_scope(tree.body, expressions=has_walrus))
    finder = ReadsFinder(Meanings(file, has_walrus), first_lines(nodes))
    with finder.meanings.scope("module", tree.body):
        finder.visit_all(tree.body)
    defined = frozenset(name for node in nodes if not isinstance(node, Import) for name in bound_at(node))
    return Reads(tuple(dict.fromkeys(finder.reads)), finder.free, defined, find_exported(nodes), finder.runs_files)


def find_exported(nodes: Iterable[ast.AST]) -> frozenset[str] | None:
    """The names in __all__, with STAR where it is not made of strings alone; None where there is none."""
    found: set[str] | None = None
    for node in nodes:
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr)):
            parts = list(ast.walk(node))
            names = [part for part in parts if isinstance(part, (ast.Name, ast.Attribute))]
            if any(isinstance(name, ast.Name) and name.id == "__all__" for name in names):
                texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
                found = {*(found or ()), *texts, *([STAR] if len(names) > 1 else [])}
    return None if found is None else frozenset(found)


class ReadsFinder:
    """Walks through one file, as ast.NodeVisitor would in twice the time."""

    def __init__(self, meanings: Meanings, bound_until: dict[str, int]) -> None:
        self.meanings = meanings
        self.reads: list[Read] = []
        self.free: dict[str, int] = {}
        self.bound_until = bound_until
        self.for_types = False
        self.runs_files = False

    def add(self, names: Iterable[str], node: ast.expr | ast.stmt, how: How) -> None:
        for name in names:
            self.reads.append(Read(name, node.lineno, how))

    def add_text(self, node: ast.expr, how: How) -> bool:
        """Add the dotted name that a string is; where it patches something, at least the end of one."""
        text = self.meanings.text(node)
        names = dotted_names(text)
        ending = ENDING.fullmatch(text) if how is How.PATCH else None
        self.add(names, node, how)
        self.add([ending[1]] if ending else [], node, How.ENDING)
        return bool(names or ending)

    def use(self, node: ast.Name) -> None:
        """A name is used: the module itself may not have bound it by then."""
        scope = self.meanings.lookup(node.id)
        at_import = all(scope.kind != "function" for scope in self.meanings.scopes)
        if scope is None or (scope.kind == "module" and at_import and node.lineno <= self.bound_until[node.id]):
            self.free.setdefault(node.id, node.lineno)

    def visit(self, node: ast.AST) -> None:
        handler = HANDLERS.get(type(node))
        if handler is None:
            self.visit_all(children(node))
        else:
            handler(self, node)

    def visit_all(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            self.visit(node)

    def visit_import(self, node: ast.ImportFrom) -> None:
        names = [target for name, target in import_targets(node) if name != STAR]
        self.add(names, node, How.TYPING if self.for_types else How.IMPORT)

    def visit_if(self, node: ast.If) -> None:
        self.visit(node.test)
        around = self.for_types
        self.for_types = around or last_name(node.test) == "TYPE_CHECKING"
        self.visit_all(node.body)
        self.for_types = around
        self.visit_all(node.orelse)

    def visit_name(self, node: ast.Name) -> None:
        """A name on its own: a module that is handed on this way may have any of its names read somewhere else."""
        if isinstance(node.ctx, ast.Load):
            self.use(node)
            self.add(self.meanings.targets(node) if node.id[0].islower() else [], node, How.ANY)

    def visit_asked(self, node: ast.expr) -> None:
        """What is asked for something, and is not handed on."""
        if isinstance(node, ast.Name):
            self.use(node)
        else:
            self.visit(node)

    def visit_assignment(self, node: ast.Assign | ast.AnnAssign) -> None:
        """A module by another name of a function or a module is followed by that name."""
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        is_followed = self.meanings.scopes[-1].kind != "class" and all(isinstance(each, ast.Name) for each in targets)
        for child in children(node):
            if child is node.value and is_followed:
                self.visit_asked(node.value)
            else:
                self.visit(child)

    def visit_augmented(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.use(node.target)
        self.visit_all(children(node))

    def visit_attribute(self, node: ast.Attribute) -> None:
        names = self.meanings.targets(node)
        self.add(names, node, How.ATTRIBUTE if isinstance(node.ctx, ast.Load) else How.PATCH)
        self.add(self.meanings.spaces(node), node, How.ANY)
        inner = node.value
        while names and isinstance(inner, ast.Attribute):
            inner = inner.value
        self.visit_asked(inner)

    def visit_subscript(self, node: ast.Subscript) -> None:
        names, spaces = self.meanings.targets(node), self.meanings.spaces(node.value)
        is_read = isinstance(node.ctx, ast.Load)
        self.add(names, node, How.ATTRIBUTE if is_read else How.PATCH)
        self.add(spaces if is_read and not names else [], node, How.ANY)
        self.visit(node.slice)
        if not spaces:
            self.visit_asked(node.value)

    def visit_compare(self, node: ast.Compare) -> None:
        is_within = isinstance(node.ops[0], (ast.In, ast.NotIn))
        names = identifiers(self.meanings.text(node.left)) if is_within else []
        self.visit_asked(node.left)
        for value in node.comparators:
            spaces = self.meanings.spaces(value) if names else []
            self.add([join(space, name) for space in spaces for name in names], node, How.ATTRIBUTE)
            if not spaces:
                self.visit_asked(value)

    def visit_call(self, node: ast.Call) -> None:
        if last_name(node.func) in ("format", "join") and self.add_text(node, How.STRING):
            return
        self.runs_files |= last_name(node.func) in RUN_FILES
        how = How.PATCH if is_patching(node.func) else How.ATTRIBUTE
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        asked = arguments[:1] if last_name(node.func) in ASKING else []
        for before, after in pairwise(arguments):
            names = identifiers(self.meanings.text(after))
            for target in self.meanings.targets(before) if names else ():
                self.add([join(target, name) for name in names], node, how)
                asked.append(before)
        if arguments:
            self.visit_first(node, arguments)
        if isinstance(node.func, ast.Name) and node.func.id in EVALUATE and len(arguments) == 1:
            self.visit_evaluated(arguments[0])
        self.visit_called(node)
        for argument in arguments:
            in_namespace = last_name(node.func) in RUN_IN_NAMESPACE and self.meanings.spaces(argument)
            if argument in asked:
                self.visit_asked(argument)
            elif not in_namespace and not (how is How.PATCH and self.add_text(argument, how)):
                self.visit(argument)

    def visit_first(self, node: ast.Call, arguments: list[ast.expr]) -> None:
        """Functions that read the names of a module that is their first argument: getattr, vars, patch.multiple."""
        first = arguments[0]
        match last_name(node.func):
            case "vars" | "dir" | "getmembers":
                self.add(self.meanings.targets(first), node, How.ANY)
            case "getattr" | "hasattr" if not any(map(identifiers, map(self.meanings.text, arguments[1:2]))):
                self.add(self.meanings.targets(first), node, How.ANY)
            case "multiple":
                modules = self.meanings.targets(first) or dotted_names(self.meanings.text(first))
                patched = [keyword.arg for keyword in node.keywords if keyword.arg]
                self.add([join(module, name) for module in modules for name in patched], node, How.PATCH)

    def visit_evaluated(self, code: ast.expr) -> None:
        """What runs as code with the names of the module: those in a string, else any; but for files that are run."""
        text = self.meanings.text(code)
        if UNKNOWN not in text:
            own = self.meanings.own_name
            self.add([join(own, name) for name in sorted(names_in(text))], code, How.ATTRIBUTE)
        elif not any(isinstance(part, ast.Constant) and str(part.value).endswith(".py") for part in ast.walk(code)):
            self.add([self.meanings.own_name], code, How.ANY)

    def visit_called(self, node: ast.Call) -> None:
        """What is called: globals().get("x") reads a name, globals().update(...) reads none, globals() may read any."""
        spaces = self.meanings.spaces(node)
        self.add(spaces, node, How.ANY)
        match node.func:
            case ast.Attribute(value=value, attr=method) if self.meanings.spaces(value):
                spaces = self.meanings.spaces(value)
                names = [name for argument in node.args[:1] for name in identifiers(self.meanings.text(argument))]
                self.add([join(space, name) for space in spaces for name in names], node, How.ATTRIBUTE)
                self.add([] if names or method == "update" else spaces, node, How.ANY)
            case function:
                self.visit_asked(function)

    def visit_constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.add_text(node, How.STRING)

    def visit_string(self, node: ast.JoinedStr | ast.BinOp) -> None:
        if not self.add_text(node, How.STRING):
            self.visit_all(children(node))

    def visit_definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.visit_all([*node.decorator_list, node.args, *([node.returns] if node.returns else [])])
        with self.meanings.scope("function", node.body, argument_names(node.args)):
            self.visit_all(node.body)

    def visit_lambda(self, node: ast.Lambda) -> None:
        self.visit(node.args)
        with self.meanings.scope("function", [node.body], argument_names(node.args)):
            self.visit(node.body)

    def visit_class(self, node: ast.ClassDef) -> None:
        self.visit_all([*node.decorator_list, *node.bases, *node.keywords])
        with self.meanings.scope("class", node.body):
            self.visit_all(node.body)

    def visit_comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        targets = [part for generator in node.generators for part in ast.walk(generator.target)]
        with self.meanings.scope("comprehension", [], {part.id for part in targets if isinstance(part, ast.Name)}):
            self.visit_all(children(node))


HANDLERS: dict[type[ast.AST], Callable[[ReadsFinder, Any], None]] = {
    ast.AnnAssign: ReadsFinder.visit_assignment,
    ast.Assign: ReadsFinder.visit_assignment,
    ast.Attribute: ReadsFinder.visit_attribute,
    ast.AugAssign: ReadsFinder.visit_augmented,
    ast.BinOp: ReadsFinder.visit_string,
    ast.JoinedStr: ReadsFinder.visit_string,
    ast.Call: ReadsFinder.visit_call,
    ast.ClassDef: ReadsFinder.visit_class,
    ast.Compare: ReadsFinder.visit_compare,
    ast.Constant: ReadsFinder.visit_constant,
    ast.FunctionDef: ReadsFinder.visit_definition,
    ast.AsyncFunctionDef: ReadsFinder.visit_definition,
    ast.If: ReadsFinder.visit_if,
    ast.ImportFrom: ReadsFinder.visit_import,
    ast.Lambda: ReadsFinder.visit_lambda,
    ast.ListComp: ReadsFinder.visit_comprehension,
    ast.SetComp: ReadsFinder.visit_comprehension,
    ast.DictComp: ReadsFinder.visit_comprehension,
    ast.GeneratorExp: ReadsFinder.visit_comprehension,
    ast.Name: ReadsFinder.visit_name,
    ast.Subscript: ReadsFinder.visit_subscript,
}


def first_lines(nodes: Iterable[ast.AST]) -> dict[str, int]:
    """The last line of the statement that first binds each name of a module: what it uses there is not its own yet."""
    lines: dict[str, int] = {}
    ends: dict[ast.AST, int] = {}
    for node in nodes:
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            ends |= {part: node.end_lineno or 0 for target in targets for part in ast.walk(target)}
        for name in bound_at(node):
            line = ends.get(node, getattr(node, "lineno", 0))
            lines[name] = min(line, lines.get(name, line))
    return lines


def is_patching(node: ast.expr) -> bool:
    """Whether a function puts something else in place of what it is given: mock.patch.object, monkeypatch.setattr."""
    if last_name(node) in ("setattr", "delattr"):
        return True
    while isinstance(node, ast.Attribute) and "patch" not in node.attr:
        node = node.value
    return "patch" in last_name(node)
