"""Why the own code of one place takes long: the body of a module, those of a package, or the ready() of an app."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django_startup.drill.typical import Finding, Piece, find_typical, fit
from django_startup.exceptions import BootError, UsageError
from django_startup.imports.subjects import normal
from django_startup.measure.boot import BootKind, boot
from django_startup.measure.target import BootTarget
from django_startup.profile.assemble import boot_times, make_profile
from django_startup.profile.boot_minimums import BootMinimums
from django_startup.profile.owners import ancestors
from django_startup.profile.parts import Module
from django_startup.profile.profile import StartupProfile
from django_startup.profile.timeline import TimelineSpan, timeline_spans
from django_startup.profiler import stop_if_dead
from django_startup.text import format_duration

LEAST_NS = 5_000_000  # below that there is nothing to see
BOOTS = 3
EXTENSIONS = (".so", ".pyd")
KINDS = ("app", "package", "module")


@dataclass(frozen=True, slots=True)
class DrillPlace:
    """
    Where to look.

    Attributes:
        kind: module, package or ready.
        name: The module's name, the distribution's or the app's label.
        file: Its file, of a package that of its first module; empty where there is none.
        cpu_ns: Its own CPU time.
        waiting_ns: Its own waiting.
        imported: What is imported from within, each with the time of all that it imports itself, the longest first.
        parts: The modules that with all that is in them are a package.
    """

    kind: str
    name: str
    file: str
    cpu_ns: int
    waiting_ns: int
    imported: tuple[tuple[str, int], ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def boot_place(self) -> str:
        """The place as a boot takes it."""
        return f"{self.kind}:{','.join(self.parts) or self.name}"

    @property
    def own_ns(self) -> int:
        return self.cpu_ns + self.waiting_ns


@dataclass(frozen=True, slots=True)
class Drilled:
    """
    What was seen. The times of pieces and findings add up to what the place takes without the profiler.

    Attributes:
        place: Where it was looked.
        also: The kinds of other things of the same name that one could look into.
        hints: Modules of the app that take longer, each with its time.
        sampled_ns: What the place took under the profiler.
        samples: How many samples that is.
        runs: How often it ran.
        failures: The exceptions that ended it.
        entry: The boot target's entry script.
        directory: The project's directory.
        pieces: The samples, those with the same frames together.
        findings: What took the time, the longest first.
    """

    place: DrillPlace
    also: tuple[str, ...] = ()
    hints: tuple[tuple[str, int], ...] = ()
    sampled_ns: int = 0
    samples: int = 0
    runs: int = 0
    failures: tuple[str, ...] = ()
    entry: str = ""
    directory: Path = Path()
    pieces: tuple[Piece, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def is_too_fast(self) -> bool:
        """Whether the place takes too little for anything to be seen."""
        return self.place.own_ns < LEAST_NS


def drill(target: BootTarget, name: str, *, timeout: float, on_boot: Callable[[int, int], None]) -> Drilled:
    """
    Boot target to see what name is and takes, once more where that compiled modules, then look into the place.

    timeout is in seconds for each boot, on_boot called with the number of those done and planned. Raises UsageError
    where name is no place of this boot, ProjectDied where the boot fails.
    """
    planned = BOOTS - 1
    on_boot(0, planned)
    recording = boot(target, BootKind.RECORDED, timeout=timeout)
    stop_if_dead(target, recording, timeout)
    if recording.compiled:
        planned = BOOTS
        on_boot(1, planned)
        recording = boot(target, BootKind.RECORDED, timeout=timeout)
        stop_if_dead(target, recording, timeout)
    minimums = BootMinimums()
    minimums.add(recording)
    profile = make_profile(target, minimums, [boot_times(BootKind.RECORDED, recording)])
    place, also = find_drill_place(profile, name)
    if place.own_ns < LEAST_NS:
        return Drilled(place, also, hints=slow_modules(profile, place))
    on_boot(planned - 1, planned)
    drilled = boot(target, BootKind.DRILL, timeout=timeout, place=place.boot_place)
    stop_if_dead(target, drilled, timeout)
    on_boot(planned, planned)
    if drilled.drilling.problem:
        raise UsageError(f"--drill needs pyinstrument, which the project cannot import: {drilled.drilling.problem}.")
    if not drilled.drilling.runs:
        raise BootError(f"The boot under the profiler did not reach {title(place)}.")
    pieces = fit(drilled.samples, cpu_ns=place.cpu_ns, waiting_ns=place.waiting_ns)
    return Drilled(
        place=place,
        also=also,
        sampled_ns=sum(sample.cpu_ns + sample.waiting_ns for sample in drilled.samples),
        samples=sum(sample.samples for sample in drilled.samples),
        runs=drilled.drilling.runs,
        entry=target.entry.label,
        directory=target.directory,
        failures=drilled.drilling.failures,
        pieces=pieces,
        findings=find_typical(
            pieces,
            drilled.counted,
            file=place.file,
            directory=target.directory,
            body=place.kind != "ready",
            several=place.kind == "package",
        ),
    )


def title(place: DrillPlace) -> str:
    return f"ready() of the app {place.name}" if place.kind == "ready" else f"the {place.kind} {place.name}"


def find_drill_place(profile: StartupProfile, name: str) -> tuple[DrillPlace, tuple[str, ...]]:
    """
    The place that a name means, and the kinds of other things of that name. Raises UsageError where it means none.

    An app's ready() comes before a package, and that before a module, unless there is something to see only there.
    """
    kind, _, rest = name.partition(":")
    kinds, name = ((kind,), rest) if kind in KINDS and rest else (KINDS, name)
    spans = list(timeline_spans(profile.timeline))
    found = [place for kind in kinds for place in places(profile, spans, kind, name)]
    slow = [place for place in found if place.own_ns >= LEAST_NS]
    if not found:
        raise UsageError(no_place(profile, name))
    place, *others = slow or found[:1]
    if place.file.endswith(EXTENSIONS):
        own = format_duration(place.own_ns)
        raise UsageError(f"{name} takes {own} in compiled code, which pyinstrument cannot profile.")
    return place, tuple("app" if other.kind == "ready" else other.kind for other in others)


def places(profile: StartupProfile, spans: list[TimelineSpan], kind: str, name: str) -> Iterator[DrillPlace]:
    """The place that a name means as the name of an app, of a package or of a module."""
    if kind == "app":
        for app in profile.apps:
            if app.label == name:
                yield make_place(profile, spans, "ready", name, file_of(profile, f"{app.name}.apps"))
    package = next((row.name for row in profile.packages if normal(row.name) == normal(name)), None)
    if kind == "package" and package is not None:
        parts = outermost(module.name for module in profile.modules if module.owner.name == package)
        yield make_place(profile, spans, "package", package, file_of(profile, parts[0]), parts)
    if kind == "module" and any(module.name == name for module in profile.modules):
        yield make_place(profile, spans, "module", name, file_of(profile, name))


def outermost(names: Iterable[str]) -> tuple[str, ...]:
    """Of some modules those that are in no other of them."""
    known = set(names)
    return tuple(sorted(name for name in known if not known.intersection(ancestors(name))))


def make_place(
    profile: StartupProfile, spans: list[TimelineSpan], kind: str, name: str, file: str, parts: tuple[str, ...] = ()
) -> DrillPlace:
    wanted = "ready" if kind == "ready" else "import"
    known = set(parts or (name,))

    def is_place(span: TimelineSpan) -> bool:
        is_part = bool(parts) and not known.isdisjoint(ancestors(span.name))
        return span.kind == wanted and (span.name in known or is_part)

    numbers = {number for number, span in enumerate(spans) if is_place(span)}
    took = {module.name: module.cumulative_ns for module in profile.modules}
    inside = {span.name for span in spans if span.parent in numbers and span.kind == "import" and not is_place(span)}
    return DrillPlace(
        kind=kind,
        name=name,
        file=file,
        cpu_ns=sum(spans[number].cpu_ns for number in numbers),
        waiting_ns=sum(spans[number].waiting_ns for number in numbers),
        imported=tuple(sorted(((inner, took[inner]) for inner in inside), key=lambda row: (-row[1], row[0]))),
        parts=parts,
    )


def file_of(profile: StartupProfile, name: str) -> str:
    return next((module.file for module in profile.modules if module.name == name), "")


def can_drill(module: Module) -> bool:
    return not module.file.endswith(EXTENSIONS)


def no_place(profile: StartupProfile, name: str) -> str:
    known = {module.name for module in profile.modules} | {app.label for app in profile.apps}
    similar = difflib.get_close_matches(name, known | {row.name for row in profile.packages}, n=3)
    hint = f" Did you mean {' or '.join(similar)}?" if similar else ""
    return f"--drill {name}: this boot has no module and no app of that name.{hint}"


def slow_modules(profile: StartupProfile, place: DrillPlace) -> tuple[tuple[str, int], ...]:
    """The modules of an app, or those in a package's directory, in which there is more to see than in its ready()."""
    app = next((app.name for app in profile.apps if place.kind == "ready" and app.label == place.name), place.name)
    inside = [module for module in profile.modules if module.name == app or module.name.startswith(f"{app}.")]
    slow = [(module.name, module.self_ns) for module in inside if module.self_ns >= LEAST_NS and can_drill(module)]
    return tuple(sorted(slow, key=lambda row: -row[1])[:3])
