"""What tests of the observers of changes have in common."""

from __future__ import annotations

import contextvars
import gc
import threading
from types import SimpleNamespace
from typing import Any

from django_startup.probe import attributes, origins, places, stored_names
from django_startup.probe.bodies import Bodies
from django_startup.probe.chains import Chains
from django_startup.probe.changes import Changes
from django_startup.probe.current_values import CurrentValues
from django_startup.probe.methods import Methods
from django_startup.probe.observer_costs import ObserverCosts
from django_startup.probe.places import Place
from django_startup.probe.reach import Reach
from django_startup.probe.reachable import Reachable
from django_startup.probe.shared_state import SharedState

HARMLESS = "import json\nfrom os import path as where\nNAME = 1\ndef pay(): pass\n"


class FakeRecorder(SimpleNamespace):
    def __init__(self) -> None:
        super().__init__(records=[], calls=0, resident=None, cpu=lambda: 1, wall=lambda: 1)

    def emit(self, record: Any) -> None:
        self.records.append(record)

    def begin(self, *arguments: Any) -> int:
        return 7

    def end(self, *arguments: Any) -> None: ...


OWN = SimpleNamespace(has=lambda file: False)


PLACE = Place("json", (), {}, True)


def stores(self: Any, other: Any) -> None:  # pragma: no cover
    self.one = other
    self.two = 2
    kept = self.three = other.four = 4
    other.five = kept
    self.__six__ = 6
    del self.seven


PATCHING = "def install(): apply()\ndef apply(): json.dumps = print"


def make_bodies(changes: Changes, own: Any = OWN, *, looks_at_all: bool = True) -> Bodies:
    reach = Reach(stored_names, own, Methods(stored_names))
    reachable = make_reachable(changes.state, reach)
    return Bodies(ObserverCosts(changes.recorder), own, changes, stored_names, reach, reachable, looks_at_all)


def make_state() -> SharedState:
    return SharedState(
        gc, attributes, places, origins, lambda state: CurrentValues(state, threading.local, contextvars.ContextVar)
    )


def make_reachable(state: SharedState, reach: Reach) -> Reachable:
    return Reachable(state, reach, Chains(stored_names), threading.local, contextvars.ContextVar)
