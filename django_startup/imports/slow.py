"""The project's own code that takes long at start: modules, ready() methods, system checks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from operator import attrgetter

from django_startup.profile.causes import times_by_span
from django_startup.profile.owners import OWN
from django_startup.profile.parts import Door, Fix
from django_startup.profile.profile import StartupProfile
from django_startup.profile.reasons import Reason
from django_startup.profile.timeline import MAIN_THREAD, timeline_spans
from django_startup.thresholds import EFFECT_SHARE

MODULE, READY = "import", "ready"  # kinds of spans


@dataclass(frozen=True, slots=True)
class SlowPlace:
    """
    The body of a module, or a ready().

    Attributes:
        kind: MODULE or READY.
        name: The module's, or the label of the app.
        file: Its file; empty where that is not known.
        line: Where it begins.
        own_ns: Its time without imports and side effects.
        waiting_ns: The part of that for which it waited.
    """

    kind: str
    name: str
    file: str
    line: int
    own_ns: int
    waiting_ns: int

    @property
    def fix(self) -> Fix:
        what = self.name if self.kind == MODULE else f"ready() of {self.name}"
        problem = "its own code is slow"
        if self.waiting_ns * 2 > self.own_ns:
            problem = "it waits, for something that Python does not tell (a C library, the disk)"
        reason = "the module's own code" if self.kind == MODULE else what
        door = Door(self.name if self.kind == MODULE else "", self.file, self.line, "", False, reason, Reason.OWN_CODE)
        doors = (door,) if self.file else ()
        return Fix("slow", what, f"{problem}: see --drill {self.name}", doors, self.own_ns, self.own_ns)


def slow_places(profile: StartupProfile, threshold: int) -> Iterator[SlowPlace]:
    """
    The places whose own code takes at least threshold nanoseconds, side effects left out. Those were timed in another
    boot, so what is left beside them has to be more than they vary by: where a place waits for processes, which wait
    for a processor in turn, as much again.
    """
    effects = times_by_span(profile.side_effects)
    with_processes = {effect.span for effect in profile.side_effects if effect.is_process}
    waits: dict[tuple[str, str], int] = defaultdict(int)
    for span in timeline_spans(profile.timeline):
        if span.thread == MAIN_THREAD:
            waits[span.kind, span.name] += span.waiting_ns
    for place in (*modules(profile), *ready_methods(profile)):
        known_ns = effects[place.kind, place.name]
        own_ns = place.own_ns - known_ns
        waiting_ns = max(0, waits[place.kind, place.name] - known_ns)
        queues = waiting_ns * 2 > own_ns and (place.kind, place.name) in with_processes
        if own_ns >= max(threshold, known_ns * (1 if queues else EFFECT_SHARE)):
            yield replace(place, own_ns=own_ns, waiting_ns=waiting_ns)


def modules(profile: StartupProfile) -> Iterator[SlowPlace]:
    for module in profile.modules:
        # What is loaded before the project cannot be drilled into.
        if module.owner.kind in OWN and module.thread is None and module.phase != "interpreter":
            yield SlowPlace(MODULE, module.name, module.file, 1, module.self_ns, 0)


def ready_methods(profile: StartupProfile) -> Iterator[SlowPlace]:
    files = {module.name: module.file for module in profile.modules}
    for app in profile.apps:
        if app.project:
            file, line = ready_line(profile, files.get(f"{app.name}.apps", ""))
            yield SlowPlace(READY, app.label, file, line, app.ready_own_ns, 0)


def ready_line(profile: StartupProfile, file: str) -> tuple[str, int]:
    """Where the ready() of an app begins, as far as that is known."""
    for function in profile.ran.functions:
        if function.file == file and function.name.endswith(".ready"):
            return file, function.first_line
    return file, 1


def slow_fixes(profile: StartupProfile, threshold: int) -> Iterator[Fix]:
    """What can only be made faster, or be looked into."""
    for place in slow_places(profile, 2 * threshold):
        yield place.fix
    known_ns = sum(effect.time_ns for effect in profile.side_effects if effect.phase == "checks" and not effect.module)
    for check in sorted(profile.checks, key=attrgetter("own_ns"), reverse=True):
        # Nobody knows in which check a side effect was: those that take most go without it.
        own_ns = check.own_ns - known_ns
        known_ns = max(0, -own_ns)
        if own_ns >= threshold and not check.name.startswith("django."):
            yield Fix("slow", check.name, "the system check is slow", (), own_ns, own_ns)
