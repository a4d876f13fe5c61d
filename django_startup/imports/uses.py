"""Where a file uses names: while it is being imported, or only inside functions."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from typing import NamedTuple

from django_startup.imports.annotations import handed_on, type_strings
from django_startup.imports.finding import Finding
from django_startup.imports.scopes import arguments_of, local_names
from django_startup.imports.source import Function, SyntaxIndex
from django_startup.profile.reasons import Reason

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef
Node = ast.Name | ast.Attribute | ast.Constant  # a string that stands for a type

SCOPE_NAMES: dict[type[ast.AST], str] = {ast.Lambda: "<lambda>", ast.GeneratorExp: "<genexpr>"}


class Scope(NamedTuple):
    """
    What has a code object of its own: a function, a lambda, a generator expression.

    Attributes:
        name: Its qualified name, such as Refund.charge or charge.<locals>.<lambda>.
        first_line: The line on which it begins, that of its first decorator.
    """

    name: str
    first_line: int


class Use(NamedTuple):
    """
    One use of a name.

    Attributes:
        needed: What needs the name while the file is imported; None where nothing does.
        function: The function that uses it later, "Refund.charge()". Empty in an annotation that nobody evaluates.
        line: Where it stands.
        annotates: What has the annotation that it is in, if nobody evaluates that: a function, a class, a variable.
        scopes: The code in which it is evaluated: the innermost function, and generators within that.
        around: The functions around it, the outermost first.
        owners: The names of the function and the classes that have the annotation, the innermost first.
        has_room: Whether that function can hold an import; a lambda outside of functions cannot.
    """

    needed: Finding | None = None
    function: str = ""
    line: int = 0
    scopes: tuple[Scope, ...] = ()
    has_room: bool = True
    annotates: str = ""
    around: tuple[Scope, ...] = ()
    owners: tuple[str, ...] = ()


class NameUses:
    """The uses of names in one file, by its syntax tree."""

    def __init__(self, index: SyntaxIndex) -> None:
        self.index = index
        self.lazy_annotations = sys.version_info >= (3, 14) or index.postpones_annotations

    def uses(self, names: set[str]) -> Iterator[ast.Name]:
        """Every place that reads or rebinds one of the names, where no function has made it a local of its own."""
        for name in sorted(names):
            for node in self.index.names.get(name, ()):
                if not self.is_local(node):
                    yield node

    def in_strings(self, names: set[str]) -> Iterator[ast.Constant]:
        """The strings in annotations that have one of the names in them; those in functions are never evaluated."""
        for node in type_strings(self.index, names):
            if self.function_around(node) is None:
                yield node

    def is_local(self, node: ast.Name) -> bool:
        for above, child in self.index.around(node):
            if isinstance(above, Function) and child in above.body and node.id in local_names(above):
                return True
            if isinstance(above, ast.comprehension) and child is above.target:
                return True
        return False

    def function_around(self, node: ast.AST) -> AnyFunction | None:
        """The innermost function in whose body a node stands."""
        return next(self.functions_around(node), None)

    def functions_around(self, node: ast.AST) -> Iterator[AnyFunction]:
        """The functions in whose bodies a node stands, the innermost first."""
        for above, child in self.index.around(node):
            if isinstance(above, Function) and child in above.body:
                yield above

    def place(self, node: Node) -> Use:
        """Whether a use is evaluated while the file is imported, or in which function it stands."""
        if not isinstance(node, ast.Constant) and not isinstance(node.ctx, ast.Load):
            return at_import(Reason.BOUND_AGAIN, "bound again", node)
        function = self.function_around(node)
        if function is not None:
            return self.later(node, self.qualified(function))
        for above, child in self.index.around(node):
            if isinstance(above, Function):
                return self.signature_use(node, above, child)
            if isinstance(above, ast.Lambda) and child is above.body:
                return self.later(node, f"the lambda in line {above.lineno}")._replace(has_room=False)
            if isinstance(above, ast.AnnAssign) and child is above.annotation:
                owner = self.index.parents.get(above)
                if isinstance(owner, ast.ClassDef):
                    return self.annotation(node, f"class {owner.name}", self.who_evaluates(owner))
                if isinstance(owner, ast.Module):
                    return self.annotation(node, "a variable", "")
            if isinstance(above, ast.ClassDef):
                return self.class_use(node, above, child)
        return self.statement_use(node)

    def later(self, node: Node, function: str) -> Use:
        """A use in a function, which is evaluated when that runs."""
        around = [self.scope(above) for above in self.functions_around(node)]
        return Use(None, function, node.lineno, tuple(self.scopes(node)), around=tuple(reversed(around)))

    def scopes(self, node: ast.AST) -> Iterator[Scope]:
        """The code objects in which a node may be evaluated, from the innermost to that of the function around it."""
        around = self.scopes_around(node)
        scope = next(around)
        while isinstance(scope, ast.GeneratorExp):
            yield self.scope(scope)
            scope = next(around)
        yield self.scope(scope)

    def scopes_around(self, node: ast.AST) -> Iterator[ast.AST]:
        """The functions, lambdas and generators in whose code a node is, the innermost first."""
        for above, child in self.index.around(node):
            if isinstance(above, Function):
                is_inside = child in above.body
            elif isinstance(above, ast.GeneratorExp):
                is_inside = child is not above.generators[0]  # whose iterable is evaluated outside
            else:
                is_inside = isinstance(above, ast.Lambda) and child is above.body
            if is_inside:
                yield above

    def scope(self, node: ast.AST) -> Scope:
        """
        What Python calls the code object of a function, lambda or generator.

        From 3.12 on list, set and dictionary comprehensions are a part of the code around them, and are passed over.
        """
        parts = [name_of(node)]
        around = set(self.scopes_around(node))
        for above, child in self.index.around(node):
            if above in around:
                parts += ["<locals>", name_of(above)]
            elif isinstance(above, ast.ClassDef) and child in above.body:
                parts.append(above.name)
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        return Scope(".".join(reversed(parts)), min(part.lineno for part in (node, *decorators)))  # type: ignore[attr-defined]

    def signature_use(self, node: Node, function: ast.FunctionDef | ast.AsyncFunctionDef, child: ast.AST) -> Use:
        name = self.qualified(function)
        if child in function.decorator_list:
            return at_import(Reason.DECORATOR, f"decorator of {name}", node)
        if child is function.args and not self.in_annotation(node, function):
            return at_import(Reason.DEFAULT, f"default in {name}", node)
        return self.annotation(node, name, self.who_evaluates(function))

    def who_evaluates(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> str:
        """What may evaluate the annotations of a function or class, to go on in a sentence; "" for nothing."""
        handed = handed_on(self.index)
        for around in (node, *self.above(node)):
            if isinstance(around, (*Function, ast.ClassDef)):
                bases = [*around.bases, *around.keywords] if isinstance(around, ast.ClassDef) else []
                if around.decorator_list or bases:
                    return ", which a base class or decorator may evaluate"
                if around.name in handed:
                    return f", which may be evaluated: line {handed[around.name]} hands on {around.name}"
        return ""

    def class_use(self, node: Node, owner: ast.ClassDef, child: ast.AST) -> Use:
        if child in owner.bases or any(child is keyword for keyword in owner.keywords):
            return at_import(Reason.BASE_CLASS, f"base of class {owner.name}", node)
        if child in owner.decorator_list:
            return at_import(Reason.DECORATOR, f"decorator of class {owner.name}", node)
        return at_import(Reason.CLASS_BODY, f"body of class {owner.name}", node)

    def statement_use(self, node: Node) -> Use:
        if any(isinstance(above, ast.Call) for above in self.above(node)):
            return at_import(Reason.CALL, "a call", node)
        return at_import(Reason.MODULE_LEVEL, "module level", node)

    def annotation(self, node: Node, where: str, who: str) -> Use:
        """
        A use in an annotation: pydantic, ninja, typer and their like evaluate those of what they are applied to, also
        those that are strings. who: see who_evaluates().
        """
        if not who and (self.lazy_annotations or isinstance(node, ast.Constant)):
            around = (above for above in self.above(node) if isinstance(above, (*Function, ast.ClassDef)))
            return Use(line=node.lineno, annotates=where, owners=tuple(above.name for above in around))
        kind = Reason.EVALUATED_ANNOTATION if who else Reason.ANNOTATION
        return at_import(kind, f"annotation of {where}", node, who)

    def in_annotation(self, node: ast.AST, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        above = {node, *self.above(node)}
        return any(argument.annotation in above for argument in arguments_of(function.args))

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        return (above for above, _ in self.index.around(node))

    def qualified(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
        """The outermost function around, with its class: Refund.charge()."""
        parts = [function.name]
        for above in self.above(function):
            if isinstance(above, Function):
                parts = [above.name]
            elif isinstance(above, ast.ClassDef):
                parts.append(above.name)
        return f"{'.'.join(reversed(parts))}()"


def name_of(node: ast.AST) -> str:
    """The name of the code object of a function, lambda or generator, without what is around it."""
    return SCOPE_NAMES.get(type(node)) or str(getattr(node, "name", ""))


def at_import(kind: Reason, what: str, node: ast.expr | ast.stmt, more: str = "") -> Use:
    """The use at a node, which is evaluated while the file is imported."""
    return Use(Finding(kind, f"used at import: {what}, line {node.lineno}{more}"), line=node.lineno)
