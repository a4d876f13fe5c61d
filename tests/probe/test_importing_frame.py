"""Which frame an import is written in."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest

from django_startup.probe import importlib_bootstrap_frames as frames
from django_startup.probe.importlib_bootstrap_edges import MOST_WAITING, Edges
from django_startup.probe.importlib_bootstrap_frames import importing_frame, importing_place, place
from django_startup.probe.phases import asking_place

HELPER = "def helper(name):\n    return importing()\n"
# As in transformers: a module of a class that finds its attributes through helpers.
LAZY_CLASS = """\
class LazyModule(Module):
    def __getattr__(self, name):
        return self._get_module(name)
    def _get_module(self, name):
        return helper(name)
package = LazyModule("package")
"""
LAZY_FUNCTION = """\
def __getattr__(name):
    return helper(name)
package = Module("package")
package.__getattr__ = __getattr__
"""
# As in six.
DESCRIPTOR = """\
class Moved:
    def __get__(self, module, owner):
        return helper("urllib")
class Moves(Module):
    Model = Moved()
package = Moves("package.moves")
"""
# No module, but an object that imports something of its own.
OBJECT = """\
class Proxy:
    def __getattr__(self, name):
        return helper(name)
package = Proxy()
"""
COMPILED = """\
class ExtensionFileLoader:
    name, path = "shop.core", "/shop/core.so"
    def exec_module(self, module):
        return importing()
    def find_spec(self, name):
        return importing()
"""


TARGET = "django_startup.probe.target"


def run(name: str, text: str, **names: Any) -> dict[str, Any]:
    """Run the text of a module; returns its names."""
    namespace = {"__name__": name, "Module": ModuleType, "importing": importing, **names}
    file = f"{frames.OURS}target.py" if name == TARGET else f"{name}.py"
    exec(compile(text, file, "exec"), namespace)
    return namespace


def importing() -> tuple[Any, ...]:
    return place(importing_frame(sys._getframe(1)))


def django_place() -> tuple[Any, ...]:
    return asking_place(sys._getframe(1))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(LAZY_CLASS, id="class of modules"),
        pytest.param(LAZY_FUNCTION, id="function of a module"),
        pytest.param(DESCRIPTOR, id="descriptor"),
    ],
)
def test_helpers_of_a_packages_lazy_getattr_are_passed_over(text: str) -> None:
    package = run("package.lazy", HELPER + text)["package"]
    assert run("shop.models", "\nModel = package.Model", package=package)["Model"] == (
        "shop.models.py",
        2,
        "shop.models",
    )


def test_what_an_object_imports_when_it_looks_for_an_attribute() -> None:
    package = run("package.lazy", HELPER + OBJECT)["package"]
    found = run("shop.models", "Model = package.Model", package=package)["Model"]
    assert found == ("package.lazy.py", 2, "package.lazy")


def test_what_somebody_else_imports_while_a_package_looks_for_an_attribute() -> None:
    helper = run("other", HELPER)["helper"]
    package = run("package.lazy", LAZY_CLASS, helper=helper)["package"]
    assert run("shop.models", "Model = package.Model", package=package)["Model"] == ("other.py", 2, "other")


def test_a_function_without_callers() -> None:
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
    assert importing_frame(frame) is frame
    assert importing_frame(None) is None
    assert place(None) == ()


def test_a_compiled_module_imports_for_itself() -> None:
    loader = run("_frozen_importlib_external", COMPILED)["ExtensionFileLoader"]
    call = "found = loader.exec_module(None)"
    assert run("shop.models", call, loader=loader())["found"] == ("/shop/core.so", 1, "shop.core")
    # The search for it is of whoever wants it, and other loaders run what has frames of its own.
    call = "found = loader.find_spec('x')"
    assert run("shop.models", call, loader=loader())["found"] == ("shop.models.py", 1, "shop.models")
    call = "found = loader.exec_module(None)"
    other = type("OtherLoader", (loader,), {})
    assert run("shop.models", call, loader=other())["found"] == ("shop.models.py", 1, "shop.models")


class Finder:
    """Where an import of the package that is absent is written."""

    def __init__(self) -> None:
        self.found: tuple[Any, ...] = ()

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "absent":
            self.found = place(importing_frame(sys._getframe(1)))


@pytest.mark.parametrize(
    "call",
    [
        "importlib.resources.files('absent')",
        "importlib.resources.as_file(importlib.resources.files('absent') / 'a.txt')",
        "importlib.resources.read_text('absent', 'a.txt')",
        "pkgutil.get_data('absent.words', 'a.txt')",
        "pkgutil.resolve_name('absent.words')",
        "runpy.run_module('absent.words')",
        "xml.sax.make_parser(['absent'])",
        "logging.config.dictConfig({'version': 1, 'handlers': {'a': {'class': 'absent.Handler'}}})",
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # read_text(), on Python 3.11 and 3.12
def test_what_the_standard_library_imports_is_of_whom_names_it(call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    finder = Finder()
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    imports = "import importlib.resources, logging.config, pkgutil, runpy, xml.sax"
    run("shop.fonts", f"{imports}\ntry:\n    {call}\nexcept (ImportError, ValueError):\n    pass")
    assert finder.found == ("shop.fonts.py", 3, "shop.fonts")


@pytest.mark.parametrize("asking", ["shop.apps", "__main__", "tracelib.auto"])
def test_who_asks_django_for_the_urlconf(asking: str) -> None:
    cached = run("functools", "def cached(function):\n    return function()")["cached"]
    django = run("django.urls.base", "def reverse():\n    return cached(place)", place=django_place, cached=cached)
    found = run(asking, "found = reverse()", reverse=django["reverse"])["found"]
    assert found == (f"{asking}.py", 1, asking)


@pytest.mark.parametrize("starting", ["django.core.management.base", "django.apps.registry", TARGET])
def test_who_only_starts_django_does_not_ask_for_the_urlconf(starting: str) -> None:
    start = run(starting, "def start():\n    return place()", place=django_place)["start"]
    assert run("__main__", "found = start()", start=start)["found"] == ()


def test_nobody_asks_for_the_urlconf() -> None:
    assert asking_place(None) == ()


class Recorder:
    def __init__(self) -> None:
        self.records: list[tuple[Any, ...]] = []

    def emit_all(self, records: list[tuple[Any, ...]]) -> None:
        self.records += records


def test_what_nobody_has_written_is_noted_but_not_what_the_probe_imports_itself() -> None:
    recorder: Any = Recorder()
    edges = Edges(recorder, frames)
    names = {"note": edges.note, "getframe": sys._getframe}
    run(TARGET, "note('I', getframe(), ['django.conf'])\nnote('D', getframe(), ['shop.wsgi'])", **names)
    run("shop.models", "note('I', getframe(), ['json'])", **names)
    edges.flush()
    assert recorder.records == [("D", "", "", 0, "shop.wsgi"), ("I", "shop.models", "shop.models.py", 1, "json")]


def test_what_a_module_imports_is_seen_at_once() -> None:
    def at(name: str) -> tuple[Any, ...]:
        found = run(name, "found = place(getframe())", place=importing_place, getframe=sys._getframe)["found"]
        assert isinstance(found, tuple)
        return found

    assert at("shop.models") == ("shop.models.py", 1, "shop.models")
    assert at("importlib.util")[2] == __name__  # who has that module run


def test_edges_are_emitted_many_at_a_time() -> None:
    recorder: Any = Recorder()
    edges = Edges(recorder, frames)
    for targets in ([f"m{number}" for number in range(MOST_WAITING - 1)], ["m0", "last"]):
        assert recorder.records == []
        run("shop.models", "note('I', getframe(), targets)", note=edges.note, getframe=sys._getframe, targets=targets)
    assert len(recorder.records) == MOST_WAITING
    assert edges.waiting == []


def test_the_lines_of_long_files() -> None:
    text = "".join(f"at({number}, getframe())\n" for number in range(1, 4001))
    seen = []
    at = lambda number, frame: seen.append((number, frames.line_of(frame)))  # noqa: E731
    run("shop.long", text, at=at, getframe=sys._getframe)
    assert len(seen) == 4000
    assert all(number == line for number, line in seen)
    assert any(len(code.co_linetable) >= frames.LONG_TABLE for code, _, _ in frames.LINES.values())
