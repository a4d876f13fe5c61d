"""Who registers what."""

from __future__ import annotations

from types import SimpleNamespace

from django_startup.probe.registrars import Registrars


def test_a_registry_that_is_not_what_it_was() -> None:
    registrars = Registrars(SimpleNamespace(begin=None, end=None))
    register = registrars.noting(lambda registry, name: name, lambda registry: registry.entries)
    assert register(object(), "on_save") == "on_save"
    assert registrars.by == {}
