"""
What takes the time in a place that was drilled into, with the line that does it.

A sample is charged to the outermost frame that does something known. Its line is that of the innermost frame of the
user's own code around it: the project's, or of the package that was drilled into. The rest of a module's time, in which
nothing known is done, is charged to the module's own lines.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from django_startup.drill.activities import TEXTS, activity_of
from django_startup.measure.observations import Counted, Sample
from django_startup.text import INSTALLED, relative_file, short_file

LOADING = "find the module and read its bytecode"
OWN_CODE = "run its own code"
MACHINERY = "<frozen importlib._bootstrap"  # the files of import itself


class Piece(NamedTuple):
    """
    A piece of time.

    Attributes:
        stack: The frames, outermost first, as pyinstrument writes them.
        time_ns: The time in them.
        samples: How often they were seen.
    """

    stack: tuple[str, ...]
    time_ns: int
    samples: int = 1


class Line(NamedTuple):
    """
    A line of the user's own code.

    Attributes:
        file: Its file.
        line: Its number; 0 where it is not known.
    """

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Finding:
    """
    Something that takes time.

    Attributes:
        text: What is done.
        time_ns: How long it takes.
        calls: How often it was called; 0 where nobody counted.
        lines: The lines that do it, the longest first.
    """

    text: str
    time_ns: int
    calls: int
    lines: tuple[Line, ...]


class SampledFrame(NamedTuple):
    """
    A frame of a sample.

    Attributes:
        function: The function.
        file: Its file.
        line: The line at which it stood.
    """

    function: str
    file: str
    line: int


def read_frame(text: str) -> SampledFrame:
    """From pyinstrument's text: function, file and first line, and attributes, of which one is the line."""
    identifier, *attributes = text.split("\1")
    function, file, first = (*identifier.split("\0"), "", "")[:3]
    lines = [attribute[1:] for attribute in attributes if attribute.startswith("l")]
    number = (lines or [first])[0]
    return SampledFrame(function, file, int(number) if number.isdecimal() else 0)


def fit(samples: Sequence[Sample], *, cpu_ns: int, waiting_ns: int) -> tuple[Piece, ...]:
    """
    The samples with times that add up to what the place takes without the profiler.

    The profiler slows down calls, and nothing while there are none: the time without calls is left as it is, and the
    rest shares what is left. Waiting is fitted to waiting.
    """
    quiet = [max(0, min(sample.quiet_ns, sample.cpu_ns)) for sample in samples]
    busy = [sample.cpu_ns - length for sample, length in zip(samples, quiet, strict=True)]
    waits = [sample.waiting_ns for sample in samples]
    if not sum(waits):
        cpu_ns, waiting_ns = cpu_ns + waiting_ns, 0
    elif not sum(busy):
        cpu_ns, waiting_ns = 0, cpu_ns + waiting_ns
    quiet = scaled(quiet, min(cpu_ns, sum(quiet)))
    busy = scaled(busy, cpu_ns - sum(quiet))
    waits = scaled(waits, waiting_ns)
    times = map(sum, zip(quiet, busy, waits, strict=True))
    return tuple(Piece(sample.stack, time, sample.samples) for sample, time in zip(samples, times, strict=True) if time)


def scaled(times: Sequence[int], total: int) -> list[int]:
    """times in proportion, adding up to total."""
    whole, passed, given = sum(times), 0, 0
    result = []
    for time in times:
        passed += time
        share = total * passed // whole - given if whole else 0
        given += share
        result.append(share)
    return result


def find_typical(
    pieces: Iterable[Piece],
    counted: Iterable[Counted],
    *,
    file: str,
    directory: Path,
    body: bool,
    several: bool = False,
) -> tuple[Finding, ...]:
    """
    What takes the time, the longest first, adding up to all pieces.

    file is that of the place, directory the project's, body whether the place is the body of a module: what is not in
    it only led there. several: the bodies of several modules, which import each other.
    """
    sorter = Sorter(file, directory, body, several)
    times: dict[str, Counter[Line]] = defaultdict(Counter)
    calls: Counter[str] = Counter()
    for piece in pieces:
        what, line = sorter.sort([read_frame(text) for text in piece.stack])
        times[what][line] += piece.time_ns
        if what == TEXTS["sleep"]:  # each is a sample of its own
            calls[what] += piece.samples
    for count in counted:
        text = TEXTS.get(count.kind, "")
        what, _ = sorter.sort([SampledFrame(frame.function, frame.file, frame.line) for frame in reversed(count.stack)])
        if what == text or what not in (LOADING, *TEXTS.values()):  # not where it is part of something else
            calls[text] += count.calls
    findings = [
        Finding(what, lines.total(), calls[what], tuple(line for line, _ in lines.most_common() if line.file))
        for what, lines in times.items()
    ]
    return tuple(sorted(findings, key=lambda finding: (-finding.time_ns, finding.text)))


class Sorter:
    """Says what a stack does, and which line of the user's own code does it."""

    def __init__(self, file: str, directory: Path, body: bool, several: bool = False) -> None:
        self.file = file
        self.directory = directory
        self.body = body
        self.several = several
        self.path = str(directory / file)
        self.package = top_level(self.path)

    def sort(self, stack: list[SampledFrame]) -> tuple[str, Line]:
        if self.body:
            bodies = [number for number, frame in enumerate(stack) if frame.function == "<module>"]
            if not bodies:
                return LOADING, Line("", 0)
            stack = stack[bodies[0] :]
            if self.several and any(frame.file.startswith(MACHINERY) for frame in stack):
                return LOADING, Line("", 0)
        at = Line(self.file, 0)
        foreign = ""
        for frame in stack:
            if self.is_own(frame.file):
                at, foreign = Line(relative_file(frame.file, self.directory), frame.line), ""
                continue
            activity = activity_of(frame.function, frame.file)
            if activity is not None:
                return activity.text, at
            if not foreign and not frame.file.startswith("<"):
                foreign = f"call {frame.function}() of {short_file(frame.file)}"
        if self.body and not foreign:
            inside = [frame.line for frame in stack if frame.file == self.path]
            at = Line(self.file, inside[-1]) if inside else at
        return foreign or OWN_CODE, at

    def is_own(self, file: str) -> bool:
        if self.package:
            return file.startswith(self.package)
        return not file.startswith("<") and not INSTALLED.match(file)


def top_level(file: str) -> str:
    """The directory of the installed package, or the installed file, that a file belongs to; "" where it is none."""
    installed = INSTALLED.match(file)
    if installed is None:
        return ""
    inside = file[installed.end() :]
    directory, separator, _ = inside.replace("\\", "/").partition("/")
    return installed[0] + inside[: len(directory) + len(separator)]
