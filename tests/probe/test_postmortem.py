"""What is said of an exception that lets nothing be asked of it."""

from __future__ import annotations

import sys
import traceback
from dataclasses import dataclass
from typing import Any

import pytest

from django_startup.probe import postmortem

ENDINGS = (ValueError, KeyboardInterrupt, SystemExit, GeneratorExit)


def hostile(base: type, name: str, ending: type[BaseException]) -> type:
    """A class of exceptions of which one attribute or method raises whatever it likes."""

    def fail(*arguments: object, **options: object) -> Any:
        raise ending("no")

    return type("Hostile", (base,), {name: fail if name in METHODS else property(fail)})


METHODS = (
    "__str__",
    "__repr__",
    "__eq__",
    "__hash__",
    "__bool__",
    "__len__",
    "__setattr__",
    "__getattribute__",
    "__getattr__",
    "__format__",
)
PROPERTIES = (
    "__class__",
    "__cause__",
    "__context__",
    "__suppress_context__",
    "__traceback__",
    "__notes__",
    "__dict__",
    "args",
    "code",
    "name",
    "msg",
    "filename",
    "lineno",
    "text",
    "exceptions",
)


def described(error: BaseException) -> dict[str, Any]:
    try:
        raise error
    except BaseException as caught:
        return postmortem.describe(caught, "/nowhere/")


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("base", [Exception, ImportError, SyntaxError, SystemExit, OSError, UnicodeDecodeError])
def test_whatever_is_asked_raises(base: type, ending: type[BaseException]) -> None:
    for name in (*METHODS, *PROPERTIES):
        kind = hostile(base, name, ending)
        error: Any = kind("utf-8", b"x", 0, 1, "y") if issubclass(kind, UnicodeDecodeError) else kind()
        found = described(error)
        assert found["type"] == "Hostile", name
        assert isinstance(found["text"], str), name
        assert found["file"] == __file__, name


def test_a_class_of_classes_that_lets_nothing_be_asked() -> None:
    class Closed(type):
        def __getattribute__(cls, name: str) -> Any:
            raise SystemExit(name)

    class Error(Exception, metaclass=Closed):
        pass

    assert described(Error("text"))["type"] == "Error"


def test_a_frozen_one() -> None:
    @dataclass(frozen=True)
    class Frozen(Exception):
        reason: str

    assert described(Frozen("x"))["type"] == "Frozen"


def test_one_that_is_its_own_cause() -> None:
    error = ValueError("x")
    error.__cause__ = error
    assert described(error)["text"] == "x"


def test_standard_error_of_the_project(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*arguments: object) -> None:
        raise SystemExit(5)

    monkeypatch.setattr(traceback, "print_exception", fail)
    assert described(ValueError("x"))["text"] == "x"
    assert capsys.readouterr().err.endswith("ValueError: x\n")
    monkeypatch.setattr(sys.stderr, "write", fail)
    assert described(ValueError("x"))["text"] == "x"


def test_a_project_without_a_module_of_tracebacks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "traceback", None)
    assert described(ValueError("x"))["text"] == "x"
    told = capsys.readouterr().err
    assert told.startswith("Traceback (most recent call last):\n  File ")
    assert told.endswith(", in described\nValueError: x\n")
    assert postmortem.fault(ValueError("x"))["text"] == "Traceback (most recent call last):\nValueError: x\n"


def test_a_fault_that_comes_from_an_exception_that_lets_nothing_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> Any:
        raise TypeError

    monkeypatch.setattr(traceback, "format_exception", fail)
    try:
        raise ValueError("odd")
    except ValueError as error:
        told = postmortem.fault(error)
    assert told["type"] == "ValueError"
    assert told["text"].endswith("ValueError: odd\n")
    assert "test_a_fault_that_comes_from" in told["text"]
