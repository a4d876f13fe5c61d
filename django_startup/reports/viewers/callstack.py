"""
The boot as a pyinstrument session, so that pyinstrument's viewers show it.

A frame is a phase, a stage of an app, a system check, an imported module (its file, line 1; where there is none, the
line that asked for it) or a garbage collection. The phases stand side by side and are as long as the profile says,
although some begin within others; a last frame, noise, makes them add up to the total. Other threads are left out: a
session is one line of time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django_startup.exceptions import UsageError
from django_startup.profile.profile import StartupProfile
from django_startup.profile.timeline import MAIN_THREAD, TimelineSpan, timeline_spans
from django_startup.reports.headline import Headline
from django_startup.text import printable, short_file

GC = "garbage collection\0\0000"
NOISE = "noise\0\0000"
NAMES = {"phase": "{} phase", "app": "{}: AppConfig.create()", "check": "check {}"}
STAGES = {"models": ("{}: import_models()", "models"), "ready": ("{}: ready()", "apps")}

Piece = tuple[list[str], int]


@dataclass(frozen=True, slots=True)
class CallStack:
    """
    The boot as a call stack over time.

    Attributes:
        pieces: Self times in their order, each with its frames, outermost first, and nanoseconds.
        calls: How often a frame was entered from which other one.
    """

    pieces: list[Piece]
    calls: Counter[tuple[str, str]]


def call_stack(profile: StartupProfile) -> CallStack:
    """The boot, piece by piece. Raises UsageError where the profile has no timeline or a damaged one."""
    spans = main_line(profile)
    if not spans:
        raise UsageError("The profile has no timeline of a boot. Record it again.")
    phases = phases_of(spans)
    stacks = make_stacks(profile, spans)
    left = {phase.name: phase.time_ns for phase in profile.phases}
    costs = own_times(spans, phases, left)
    pieces = [(stacks[number], ns) for number, ns in spread(spans, costs) if phases[number] in left]
    root = root_frame(profile)
    pieces += [([root, phase_frame(phase), NOISE], ns) for phase, ns in left.items() if ns > 0 and phase in phases]
    noise = profile.total.time_ns - sum(ns for _, ns in pieces)
    if noise > 0:
        pieces.append(([root, NOISE], noise))
    return CallStack(pieces, Counter((frames[-1], frames[-2]) for frames in stacks))


def main_line(profile: StartupProfile) -> list[TimelineSpan]:
    """The spans of the main thread; parent is a span's number among these."""
    spans: list[TimelineSpan] = []
    numbers: dict[int, int] = {}
    for number, span in enumerate(timeline_spans(profile.timeline)):
        if span.thread == MAIN_THREAD:
            numbers[number] = len(spans)
            spans.append(span._replace(parent=numbers.get(span.parent, -1)))
    return spans


def phases_of(spans: Sequence[TimelineSpan]) -> list[str]:
    """The phase that each span lies in; "" for none."""
    phases: list[str] = []
    for span in spans:
        outer = phases[span.parent] if span.parent >= 0 else ""
        phases.append(span.name if span.kind == "phase" else outer)
    return phases


def own_times(spans: Sequence[TimelineSpan], phases: Sequence[str], left: dict[str, int]) -> list[int]:
    """
    The self time of each span in nanoseconds; left is what the phases take, and then what is left of them.

    Each is the least of all boots, but a single garbage collection is of one: those of a phase share what it has left,
    none with more than it took. What is left then is noise.
    """
    pauses: dict[str, int] = defaultdict(int)
    for span, phase in zip(spans, phases, strict=True):
        if span.kind == "gc":
            pauses[phase] += span.self_ns
        elif phase in left:
            left[phase] -= span.self_ns
    costs = []
    for span, phase in zip(spans, phases, strict=True):
        cost = span.self_ns
        if span.kind == "gc" and cost and phase in left:
            cost = min(cost, max(0, left[phase]) * cost // pauses[phase])
            left[phase] -= cost
            pauses[phase] -= span.self_ns
        costs.append(cost)
    return costs


def spread(spans: Sequence[TimelineSpan], costs: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The number of a span and a piece of its cost, in order of time: in proportion to the gaps between those in it."""
    gaps = list(gaps_of(spans))
    whole = [0] * len(spans)
    for number, length in gaps:
        whole[number] += length
    passed = [0] * len(spans)
    for number, length in gaps:
        before = costs[number] * passed[number] // whole[number]
        passed[number] += length
        ns = costs[number] * passed[number] // whole[number] - before
        if ns:
            yield number, ns


def gaps_of(spans: Sequence[TimelineSpan]) -> Iterator[tuple[int, int]]:
    """The number of a span and for how long it is the innermost one, in order of time; the last of each is above 0."""
    around: list[int] = []
    at = 0

    def close(down_to: int) -> Iterator[tuple[int, int]]:
        nonlocal at
        while around and around[-1] != down_to:
            number = around.pop()
            yield number, max(0, spans[number].end_ns - at) + 1
            at = max(at, spans[number].end_ns)

    for number, span in enumerate(spans):
        yield from close(span.parent)
        if around:
            yield around[-1], max(0, span.start_ns - at)
        around.append(number)
        at = max(at, span.start_ns)
    yield from close(-1)


def make_stacks(profile: StartupProfile, spans: Sequence[TimelineSpan]) -> list[list[str]]:
    """The frames of each span, outermost first: the whole boot, then its phase, then what lies in that."""
    root = root_frame(profile)
    frames = Frames(profile)
    stacks: list[list[str]] = []
    for span in spans:
        outer = stacks[span.parent] if span.parent >= 0 and span.kind != "phase" else [root]
        stacks.append([*outer, frames.of(span)])
    return stacks


class Frames:
    """Makes pyinstrument's text of a frame: function, file and line."""

    def __init__(self, profile: StartupProfile) -> None:
        self.apps = {app.label: app.name for app in profile.apps}
        self.sites = {
            module.name: (module.importer.file, module.importer.line)
            for module in profile.modules
            if module.importer is not None
        }
        self.sites |= {module.name: (module.file, 1) for module in profile.modules if module.file}

    def of(self, span: TimelineSpan) -> str:
        if span.kind == "gc":
            return GC
        if span.kind == "import":
            return frame(span.name, *self.sites.get(span.name, ("", 0)))
        if span.kind in STAGES:
            name, module = STAGES[span.kind]
            app = self.apps.get(span.name, span.name)
            file, line = self.sites.get(f"{app}.{module}", ("", 0))
            return frame(name.format(span.name), short_file(file), line)  # or viewers would fold it as a library's
        return frame(NAMES.get(span.kind, "{}").format(span.name))  # kinds that newer versions may add


def root_frame(profile: StartupProfile) -> str:
    return frame(Headline.from_profile(profile).what)


def phase_frame(name: str) -> str:
    return frame(NAMES["phase"].format(name))


def frame(function: str, file: str = "", line: int = 0) -> str:
    return f"{printable(function)}\0{printable(file)}\0{line}"
