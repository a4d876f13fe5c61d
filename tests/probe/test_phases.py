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


class Utility:
    """As Django's ManagementUtility; answers is what it does with a command line."""

    settings_exception = None

    def __init__(self, answers: str) -> None:
        self.answers = answers

    def fetch_command(self, name: str) -> str:
        return f"the command {name}"

    def main_help_text(self, commands_only: bool = False) -> str:
        return "check\nmigrate"

    def autocomplete(self) -> None:
        sys.exit(1)

    def execute(self) -> None:
        self.autocomplete()
        if self.answers == "help":
            self.main_help_text(commands_only=True)
        elif self.answers != "version":
            self.fetch_command(self.answers)


@pytest.mark.parametrize(
    ("answers", "told"),
    [("version", ["executed"]), ("help", ["asked", "executed"]), ("migrate", ["asked", "executed"])],
)
def test_what_django_s_command_line_is_asked(answers: str, told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DJANGO_AUTO_COMPLETE", raising=False)
    utility, heard = wrapped_utility(answers)
    utility.execute()
    assert heard == told


def test_what_django_s_command_line_completes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_AUTO_COMPLETE", "1")
    utility, heard = wrapped_utility("migrate")
    with pytest.raises(SystemExit):
        utility.execute()
    assert heard == ["asked", "answered"]


def wrapped_utility(answers: str) -> tuple[Any, list[str]]:
    heard: list[str] = []
    target: Any = SimpleNamespace(
        on_command=lambda error: heard.append("asked"),
        on_executed=lambda: heard.append("executed"),
        on_answered=lambda: heard.append("answered"),
    )
    kind = type("Utility", (Utility,), dict(vars(Utility)))
    recorder: Any = Recorder()
    Phases(recorder, target).wrap_management(SimpleNamespace(ManagementUtility=kind))
    return kind(answers), heard
