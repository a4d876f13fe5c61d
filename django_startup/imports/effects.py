"""Side effects with the line that decided on each: the one to edit."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from django_startup.imports.subjects import is_installed
from django_startup.measure.ending import Frame
from django_startup.measure.recording import Recording
from django_startup.profile.effects import BODY, SideEffect
from django_startup.profile.owners import OWN, OwnerKind, Owners, site_directory
from django_startup.profile.places import OF_AN_APP
from django_startup.text import relative_file

# Threads (in the names of Django's savepoints), addresses, process ids, times of day; the names that tempfile makes,
# in multiprocessing too.
OF_THIS_BOOT = re.compile(
    r"\b0x[0-9a-fA-F]{6,}|(?<![\d.])\d{6,}(?![\d.])|(?:(?<=[/\\]tmp)|(?<=[/\\]pymp-)|(?<=[/\\]listener-))[a-z0-9_]{8}\b"
)
BEGINNINGS = (BODY, "__del__")
# Packages that put themselves around what others do.
INSTRUMENTATION = {"ddtrace", "elasticapm", "logfire", "newrelic", "opentelemetry", "scout_apm", "sentry_sdk", "wrapt"}


def find_side_effects(recording: Recording, owners: Owners, directory: Path) -> tuple[SideEffect, ...]:
    """The side effects in their order, each with the line that a reader would edit."""
    entry = next((module.file for module in recording.modules if module.name == "__main__"), "")
    lines = DecidingLines(recording, owners, directory, is_program=bool(entry) and is_installed(entry))
    labels = {app.entry: app.label for app in recording.apps}
    effects = []
    for effect in recording.side_effects:
        innermost = recording.spans_by_number.get(effect.span)
        phase = recording.phase_of(innermost) if innermost else ""
        around = [span for span in recording.ancestors(innermost) if span.kind != "gc"]
        module = around[0].name if around and around[0].kind == "import" else None
        stage = next((span for span in around if span.kind in OF_AN_APP), None)
        # The entry script is on every stack: only what happens while it runs itself is its own doing.
        frame = lines.find([frame for frame in effect.stack if frame.file != entry or phase == "entry"])
        effects.append(
            SideEffect(
                kind=effect.kind,
                detail=shown_detail(effect.kind, effect.detail, directory),
                alias=effect.alias,
                phase=phase,
                app=labels.get(stage.name, stage.name) if stage else None,
                module=module,
                file=relative_file(frame.file, directory),
                line=frame.line,
                function=frame.function,
                time_ns=effect.time_ns,
            )
        )
    return tuple(effects)


def shown_detail(kind: str, detail: str, directory: Path) -> str:
    """
    The detail in one line, with the project's files relative to it, and a program without its directory.

    It is the same in every boot of the same code: what a process or a moment is numbered by is left out.
    """
    line = OF_THIS_BOOT.sub("…", " ".join(detail.split()).replace(f"{directory}{os.sep}", ""))
    program, space, arguments = line.partition(" ")
    return f"{os.path.basename(program) if kind == 'subprocess' else program}{space}{arguments}"


class DecidingLines:
    """
    Finds on a stack the line that decided to do something at start; directory is the project's. is_program: the boot is
    that of an installed program, whose main function is on every stack.
    """

    def __init__(self, recording: Recording, owners: Owners, directory: Path, *, is_program: bool = False) -> None:
        self.directory = directory
        self.is_program = is_program
        self.owners = {module.file: owners.of(module.name) for module in recording.modules if module.file}
        self.instruments = {
            module.file for module in recording.modules if module.name.partition(".")[0] in INSTRUMENTATION
        }

    def find(self, stack: Iterable[Frame]) -> Frame:
        """
        The line in the project's code, else in a package's, else in Django's, else the innermost.

        Of several it is the one from which the others were called: a helper does what it is told. What called the part
        of the boot in which it happened (a ready(), the body of a module) has not decided on it, nor has a program.
        """
        frames = [frame for frame in stack if frame.file not in self.instruments] or list(stack)
        boundary = next((number for number, frame in enumerate(frames) if not frame.file), len(frames))
        inside = frames[:boundary]
        everywhere = [frame for frame in frames if frame.file]
        for part in (inside, everywhere):
            for belongs in (self.is_own, self.is_of_a_package, self.is_of_django):
                if self.is_program and belongs != self.is_own:
                    frame = next(filter(belongs, part), None)
                else:
                    frame = outermost(part, belongs)
                if frame is not None:
                    return frame
        return next(iter(everywhere), Frame("", 0, ""))

    def is_own(self, frame: Frame) -> bool:
        owner = self.owners.get(frame.file)
        if owner is None:
            return not site_directory(frame.file) and relative_file(frame.file, self.directory) != frame.file
        return owner.kind in OWN

    def is_of_a_package(self, frame: Frame) -> bool:
        return self.is_of(frame, OwnerKind.PACKAGE)

    def is_of_django(self, frame: Frame) -> bool:
        return self.is_of(frame, OwnerKind.DJANGO)

    def is_of(self, frame: Frame, kind: OwnerKind) -> bool:
        owner = self.owners.get(frame.file)
        return owner is not None and owner.kind is kind


def outermost(frames: Iterable[Frame], belongs: Callable[[Frame], bool]) -> Frame | None:
    """The outermost frame that belongs, up to the first that nothing has called, as far as the code says."""
    found = None
    for frame in frames:
        if belongs(frame):
            found = frame
            if frame.function in BEGINNINGS:
                break
    return found
