"""Imports whose names were used before the target, as far as the boot has shown it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from inline_snapshot import snapshot

from django_startup.imports.evidence import make_ran
from django_startup.imports.graph import ImportGraph, Statement, graph_info
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.source import read_source
from django_startup.imports.uses import NameUses, Scope
from django_startup.imports.verdicts import COMPREHENSION
from django_startup.measure.clocks import Clocks
from django_startup.measure.observations import LoadedModule, ObservedFunction
from django_startup.measure.recording import Recording
from django_startup.profile.effects import EvaluatedAnnotation, Ran, RanFunction, UnreadableRegistry
from django_startup.profile.owners import Owners
from tests.support.profiles import make_profile

SOURCE = """\
import stripe

class Site:
    class Inner:
        @property
        @stripe_hook
        def urls(self):
            return stripe.URLS

    def get(self):
        def closure():
            return lambda: stripe.get()
        return closure, [stripe.x for x in y if stripe.z], (stripe.g for _ in y)

key = lambda: [stripe.k for _ in (lambda: stripe.m)()]
every = {stripe.a: stripe.b for _ in y}
"""
LATER = ("stripe.URLS", "stripe.get", "stripe.x", "stripe.z", "stripe.g", "stripe.k", "stripe.m")
ZERO = Clocks(0, 0, 0)


def code_objects(code: CodeType) -> Iterator[CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from code_objects(inner)


def test_scopes_have_the_names_of_code_objects(tmp_path: Path) -> None:
    path = tmp_path / "site.py"
    path.write_text(SOURCE)
    source = read_source(path)
    assert source.index is not None
    uses = NameUses(source.index)
    real = {
        (COMPREHENSION.sub("", code.co_qualname), code.co_firstlineno)
        for code in code_objects(compile(SOURCE, "", "exec"))
    }
    for node in ast.walk(source.index.tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in LATER:
            name = node.value
            assert isinstance(name, ast.Name)
            scopes = uses.place(name).scopes
            assert scopes, ast.unparse(node)
            found = {(scope.name, scope.first_line) for scope in scopes}
            assert found <= real


@pytest.mark.parametrize(
    ("text", "scopes"),
    [
        ("stripe.URLS", [Scope("Site.Inner.urls", 5)]),
        ("stripe.get", [Scope("Site.get.<locals>.closure.<locals>.<lambda>", 12)]),
        ("stripe.g", [Scope("Site.get.<locals>.<genexpr>", 13), Scope("Site.get", 10)]),
    ],
)
def test_the_code_in_which_a_name_is_used(text: str, scopes: list[Scope], tmp_path: Path) -> None:
    path = tmp_path / "site.py"
    path.write_text(SOURCE)
    source = read_source(path)
    assert source.index is not None
    uses = NameUses(source.index)
    (name,) = [
        node.value
        for node in ast.walk(source.index.tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) == text and isinstance(node.value, ast.Name)
    ]
    assert list(uses.place(name).scopes) == scopes


REFUND = "import stripe\n\ndef refund():\n    stripe.pay()\n    return 1\n"


def verdict(directory: Path, ran: Ran, *unreadable: UnreadableRegistry, text: str = REFUND) -> str:
    """That on `import stripe` in shop.py, which uses it in refund() on line 4."""
    (directory / "shop.py").write_text(text)
    graph = ImportGraph()
    statement = Statement("shop", "shop.py", 1, False)
    graph.connect(0, graph.node("shop"))
    graph.connect(graph.node("shop"), graph.node("stripe"), statement)
    profile = replace(make_profile(), graph=graph_info(graph, directory), ran=ran, unreadable=unreadable)
    return Inquiry(profile, directory).verdicts.of(statement).reason


def test_a_lambda_inside_a_function_has_room_in_that(tmp_path: Path) -> None:
    text = "import stripe\ndef refund():\n    return lambda: stripe.pay()\n"
    assert verdict(tmp_path, Ran("", ()), text=text) == "used only in refund()"


RAN = RanFunction("shop.py", "<lambda>", 2, (2,), "shop/apps.py:3")


@pytest.mark.parametrize(
    ("ran", "reason"),
    [
        ((), "used in the lambda in line 2, which has no room for an import"),
        ((RAN,), "used at start, in the lambda in line 2, called by shop/apps.py:3"),
    ],
)
def test_a_lambda_has_no_room_for_an_import(tmp_path: Path, ran: tuple[RanFunction, ...], reason: str) -> None:
    assert verdict(tmp_path, Ran("", ran), text="import stripe\npay = lambda: stripe.pay()\n") == reason


def test_a_function_that_did_not_run(tmp_path: Path) -> None:
    assert verdict(tmp_path, Ran("", ())) == snapshot("used only in refund()")


def test_a_function_that_ran(tmp_path: Path) -> None:
    ran = RanFunction("shop.py", "refund", 3, (4, 5), "shop/urls.py:7")
    assert verdict(tmp_path, Ran("", (ran,))) == snapshot("used at start, in refund(), called by shop/urls.py:7")


def test_its_line_did_not_run(tmp_path: Path) -> None:
    ran = RanFunction("shop.py", "refund", 3, (5,))
    assert verdict(tmp_path, Ran("", (ran,))) == snapshot("used only in refund(), line 4")


SAFE = """\
import stripe

def safe(f):
    def outer():
        def wrapper():
            return stripe.pay(f)
        return wrapper
    return outer
"""


@pytest.mark.parametrize(
    ("ran", "reason"),
    [
        ((), "used only in safe()"),
        (("safe",), "used only in outer() in safe()"),
        (("safe", "safe.<locals>.outer"), "used only in wrapper() in safe()"),
    ],
)
def test_functions_around_it_ran(tmp_path: Path, ran: tuple[str, ...], reason: str) -> None:
    """An import in one of those would run at start."""
    functions = tuple(RanFunction("shop.py", name, number, (8,)) for number, name in enumerate(ran, 3))
    assert verdict(tmp_path, Ran("", functions), text=SAFE) == reason


def test_neither_lines_nor_caller_are_known(tmp_path: Path) -> None:
    assert verdict(tmp_path, Ran("", (RanFunction("shop.py", "refund", 3),))) == snapshot("used at start, in refund()")


def test_a_comprehension_in_a_function_that_ran(tmp_path: Path) -> None:
    ran = RanFunction("shop.py", "refund.<locals>.<listcomp>", 4)
    assert verdict(tmp_path, Ran("", (ran,))) == snapshot("used at start, in refund()")


def test_nobody_watched(tmp_path: Path) -> None:
    assert verdict(tmp_path, Ran()) == snapshot("the profile does not say which functions ran: write it again")


def test_a_registry_that_could_not_be_read(tmp_path: Path) -> None:
    unreadable = UnreadableRegistry("celery_tasks", "KeyError: 'x'")
    assert verdict(tmp_path, Ran("", ()), unreadable) == snapshot(
        "it is not known what it registers: the registry celery tasks could not be read (KeyError: 'x')"
    )


ANNOTATED = """\
from __future__ import annotations
import stripe

def refund(order: stripe.Order) -> None:
    stripe.pay()
"""
EVALUATED = EvaluatedAnnotation("shop.py", "stripe", "shop/hints.py:7")


def annotation_verdict(
    directory: Path, evaluated: tuple[EvaluatedAnnotation, ...] = (), ran: tuple[RanFunction, ...] = ()
) -> str:
    """That on an import whose name is used in an annotation, and in a function."""
    (directory / "shop.py").write_text(ANNOTATED)
    graph = ImportGraph()
    statement = Statement("shop", "shop.py", 2, False)
    graph.connect(0, graph.node("shop"))
    graph.connect(graph.node("shop"), graph.node("stripe"), statement)
    info = graph_info(graph, directory)
    profile = replace(make_profile(), graph=info, ran=Ran("", ran), evaluated=evaluated)
    return Inquiry(profile, directory).verdicts.of(statement).reason


@pytest.mark.parametrize(
    ("evaluated", "sentence"),
    [
        (EVALUATED, "used at start: annotation of refund(), line 4, is evaluated, by shop/hints.py:7"),
        (replace(EVALUATED, caller=""), "used at start: annotation of refund(), line 4, is evaluated"),
        (replace(EVALUATED, name="other"), "used in annotations and only in refund()"),
        (replace(EVALUATED, file="other.py"), "used in annotations and only in refund()"),
    ],
)
def test_an_annotation_that_was_evaluated(tmp_path: Path, evaluated: EvaluatedAnnotation, sentence: str) -> None:
    assert annotation_verdict(tmp_path, (evaluated,)) == sentence


@pytest.mark.parametrize(
    ("ran", "sentence"),
    [
        (("__annotate__", 4, (4,), "shop/hints.py:7"), "is evaluated, by shop/hints.py:7"),
        (("Site.__annotate__", 4, (4,)), "is evaluated"),
        (("__annotate__", 4, (9,)), "used in annotations and only in refund()"),
    ],
)
def test_the_function_of_an_annotation_that_ran(tmp_path: Path, ran: tuple[Any, ...], sentence: str) -> None:
    """As Python 3.14 makes them of annotations that are no strings."""
    assert annotation_verdict(tmp_path, ran=(RanFunction("shop.py", *ran),)).endswith(sentence)


def test_what_is_kept_of_a_recording(tmp_path: Path) -> None:
    site = "/venv/lib/python3.13/site-packages"
    modules = (LoadedModule("acme", f"{site}/acme.py", f"{site}/acme.py"),)
    recording = Recording(
        *(0, ZERO, ZERO, ZERO),
        modules=modules,
        ran=(
            ObservedFunction(f"{tmp_path}/shop.py", "refund", 3, (4,), f"{site}/acme.py", 9, "call"),
            ObservedFunction(f"{tmp_path}/shop.py", "pay", 7, None, "", 0, ""),
            ObservedFunction(f"{site}/acme.py", "call", 8, None, "", 0, ""),
        ),
        ran_problem="",
    )
    owners = Owners.from_recording(recording)
    assert make_ran(recording, owners, tmp_path) == Ran(
        "", (RanFunction("shop.py", "refund", 3, (4,), "acme.py:9"), RanFunction("shop.py", "pay", 7))
    )
    assert make_ran(replace(recording, ran_problem=None), owners, tmp_path) == Ran()
    assert make_ran(replace(recording, ran_problem="it was busy"), owners, tmp_path).problem == snapshot(
        "it is not known which functions ran: it was busy"
    )
