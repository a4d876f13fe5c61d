"""Which names annotations were evaluated for."""

from __future__ import annotations

import sys
from types import CodeType, MappingProxyType, ModuleType, SimpleNamespace
from typing import Any

import pytest

from django_startup.probe.attributes import attributes
from django_startup.probe.evaluations import Evaluations


@pytest.fixture
def evaluations() -> Any:
    """Of a project whose only files are this one and the annotated one."""
    own = SimpleNamespace(has=lambda file: file in (__file__, "/annotated.py"))
    return Evaluations(own, attributes)


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Any:
    module = ModuleType("annotated")
    vars(module).update(__file__="/annotated.py", money=3)
    monkeypatch.setitem(sys.modules, "annotated", module)
    return module


def code(text: str, file: str = "<string>") -> CodeType:
    return compile(text, file, "eval")


def test_code_in_the_namespace_of_a_module(evaluations: Any, module: Any) -> None:
    def evaluate(globals: object) -> None:
        evaluations.audit("exec", (code("money.Amount"),), sys._getframe())

    evaluate(vars(module))
    evaluate(vars(module))
    assert [row[:3] for row in evaluations.rows] == [("/annotated.py", "money", __file__)]


def test_what_is_no_annotation_of_the_project(evaluations: Any, module: Any) -> None:
    def evaluate(globals: object, run: object) -> None:
        evaluations.audit("exec", (run,), sys._getframe())

    evaluate(vars(module), code("money", "/annotated.py"))
    evaluate(vars(module), "money")
    evaluate(vars(module), code("price"))
    evaluate(vars(sys), code("money"))
    evaluate(vars(module) | {"__file__": "/elsewhere.py"}, code("money"))
    assert evaluations.rows == []


def test_a_package_that_has_them_evaluated(evaluations: Any, module: Any) -> None:
    evaluations.note(vars(module), ["money"], None)
    assert evaluations.rows == [("/annotated.py", "money", "", 0)]


def test_the_line_of_the_project_further_up(evaluations: Any, module: Any) -> None:
    namespace: dict[str, Any] = {"note": evaluations.note, "scope": vars(module)}
    exec(compile("import sys\ndef ask(): note(scope, ['money'], sys._getframe())", "/a/package.py", "exec"), namespace)
    namespace["ask"]()
    assert [row[:3] for row in evaluations.rows] == [("/annotated.py", "money", __file__)]


@pytest.mark.parametrize("by", ["globals", "kept", "module", "owner", "nothing", "a proxy"])
def test_single_names_as_python_looks_them_up_from_3_14_on(evaluations: Any, module: Any, by: str) -> None:
    class ForwardRef:
        __forward_arg__ = "money"
        __globals__ = vars(module) if by == "kept" else None
        __forward_module__ = "annotated" if by == "module" else None
        __owner__ = SimpleNamespace(__module__="annotated") if by == "owner" else None

        def evaluate(self, **how: object) -> str:
            return "Money"

    evaluations.wrap_annotations(SimpleNamespace(ForwardRef=ForwardRef))
    ways: dict[str, Any] = {"globals": vars(module), "a proxy": MappingProxyType(vars(module))}
    how = {"globals": ways[by]} if by in ways else {}
    assert ForwardRef().evaluate(**how) == "Money"
    assert [row[1] for row in evaluations.rows] == ([] if by in ("nothing", "a proxy") else ["money"])
