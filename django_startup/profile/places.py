"""Where each span stands in the fastest boot and what it cost, alone and with all inside it."""

from __future__ import annotations

from dataclasses import dataclass

from django_startup.measure.recording import Recording
from django_startup.measure.spans import Span
from django_startup.profile.boot_minimums import BootMinimums, Cost, keyed_spans

OF_AN_APP = {"app", "models", "ready"}
# What a sentence calls a part of a boot, by the kind of its span.
STAGES = {
    **{"app": "the app {}", "models": "the models of {}", "ready": "ready() of {}", "check": "the check {}"},
    **{"plugin": "the plugin {}", "conftest": "{}", "collect": "{}", "fixture": "the fixture {}"},
}


@dataclass(slots=True)
class PlacedSpan:
    """
    A span with where it lies and what it cost.

    Attributes:
        span: The span.
        phase: The phase that it lies in.
        app: The label of the app during whose part of the phase it lies, if any.
        self_cost: Its own cost, the least of all boots.
        outer: The span around it.
        cumulative: Its cost with all inside it.
        packages: The packages that it was imported by.
        stage: The part of a phase that is an app's (create(), import_models() or ready()) in which it lies, itself for
            such a part; None for none. A phase that begins within is no part of it.
    """

    span: Span
    phase: str
    app: str | None
    self_cost: Cost
    outer: PlacedSpan | None
    cumulative: Cost
    packages: frozenset[str] = frozenset()
    stage: PlacedSpan | None = None


def place_spans(recording: Recording, minimums: BootMinimums) -> list[PlacedSpan]:
    """The spans of the fastest boot in the order in which they began, garbage collections left out."""
    labels = {app.entry: app.label for app in recording.apps}
    places: dict[int, PlacedSpan] = {}
    for key, span in keyed_spans(recording):
        if span.kind == "gc":
            continue
        outer = None if span.parent is None else places.get(span.parent)
        app = outer.app if outer else None
        if span.kind == "phase":
            app = None
        elif span.kind in OF_AN_APP:
            app = labels.get(span.name, span.name)
        place = PlacedSpan(span, recording.phase_of(span), app, minimums.costs[key], outer, Cost())
        if span.kind in OF_AN_APP:
            place.stage = place
        elif outer is not None and span.kind != "phase":
            place.stage = outer.stage
        places[span.number] = place
    ordered = list(places.values())
    for place in reversed(ordered):
        place.cumulative = plus(place.cumulative, place.self_cost)
        if place.outer is not None:
            place.outer.cumulative = plus(place.outer.cumulative, place.cumulative)
    return ordered


def plus(one: Cost, other: Cost) -> Cost:
    return Cost(one.cpu_ns + other.cpu_ns, one.waiting_ns + other.waiting_ns)
