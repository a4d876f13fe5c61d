"""Spans around what Django does."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from django_startup.probe.phases import Phases
from django_startup.probe.side_effects import SPANNED


class Recorder:
    def __init__(self) -> None:
        self.records: list[tuple[Any, ...]] = []

    def begin(self, kind: str, name: str, *site: Any) -> int:
        self.records.append((kind, name, *site[2:]))
        return 1

    def end(self, span: int, failed: int = 0) -> None:
        self.records.append((span, failed))


def load(resolver: Any) -> str:
    resolver.loaded_by = sys._getframe(1).f_code.co_name
    if resolver.urlconf_name == "broken":
        raise ImportError
    return "loaded"


def test_loading_a_urlconf_is_a_phase_with_the_module_that_asks_for_it() -> None:
    recorder: Any = Recorder()
    resolvers = SimpleNamespace(URLResolver=type("URLResolver", (), {"urlconf_module": SimpleNamespace(func=load)}))
    target: Any = None
    Phases(recorder, target).wrap_resolvers(resolvers)
    asked = resolvers.URLResolver.urlconf_module.func
    assert asked(SimpleNamespace(urlconf_name="shop.urls")) == "loaded"
    with pytest.raises(ImportError):
        asked(SimpleNamespace(urlconf_name="broken"))
    assert asked(SimpleNamespace(urlconf_name=["a list of patterns"])) == "loaded"
    assert recorder.records == [("phase", "urls", __name__), (1, 0), ("phase", "urls", __name__), (1, 1)]


def test_who_asks_for_the_urlconf_has_not_decided_on_what_it_does() -> None:
    resolvers = SimpleNamespace(URLResolver=type("URLResolver", (), {"urlconf_module": SimpleNamespace(func=load)}))
    recorder: Any = Recorder()
    target: Any = None
    Phases(recorder, target).wrap_resolvers(resolvers)
    resolver = SimpleNamespace(urlconf_name="shop.urls")
    resolvers.URLResolver.urlconf_module.func(resolver)
    assert resolver.loaded_by == SPANNED
