"""
What each part of a boot needs of what is counted: packages, the project's modules, ready() methods.

A baseline has a line for each, so that a figure that grew can be laid at the door of whose it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from django_startup.imports.evidence import Evidence
from django_startup.profile.owners import OWN, OwnerKind
from django_startup.profile.profile import StartupProfile
from django_startup.thresholds import (
    CALLS_SHARE,
    PACKAGE_MEMORY_BYTES,
    PACKAGE_MEMORY_SHARE,
    PART_COUNTER_SHARE,
    PART_GROWTH_SHARE,
)

LINE = re.compile(r"(.+) (\d{1,18}) modules (\d{1,18}) calls (\d{1,12}\.\d) MiB")
STDLIB = "the standard library"
PROJECT = "the project"
READY = "ready() of "
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Part:
    """
    A part of a boot.

    Attributes:
        name: a package, a module of the project, "ready() of LABEL"
        modules: how many modules it has
        calls: how many calls of Python functions their import made, what they imported left out
        memory: by how many bytes resident memory grew with that
        own: whether it is the project's; not known of one from a baseline
    """

    name: str
    modules: int = 0
    calls: int = 0
    memory: int = 0
    own: bool = False

    @property
    def line(self) -> str:
        """As it stands in a baseline."""
        return f"{self.name} {self.modules} modules {self.calls} calls {max(self.memory, 0) / 2**20:.1f} MiB"


@dataclass(frozen=True, slots=True)
class Grown:
    """A part, and by how much a figure of it grew; of a figure that is compared with nothing, all of it."""

    name: str
    by: int


def is_ready(name: str) -> bool:
    """Whether the name of a part is that of a ready()."""
    return name.startswith(READY)


def label_of(name: str) -> str:
    """The label of the app whose ready() a part is."""
    return name.removeprefix(READY)


def read_part(line: str) -> Part | None:
    """A part from its line in a baseline; None where that is none."""
    match = LINE.fullmatch(line)
    if match is None:
        return None
    return Part(match[1], int(match[2]), int(match[3]), round(float(match[4]) * 2**20))


def make_parts(profile: StartupProfile, evidence: Evidence) -> tuple[Part, ...]:
    """The parts of an evidence boot, by name; of the project's those alone that make up a share of a figure."""
    modules: dict[str, int] = defaultdict(int)
    calls: dict[str, int] = defaultdict(int)
    memory: dict[str, int] = defaultdict(int)
    own = set()
    for row in profile.modules:
        name = row.owner.name
        if row.owner.kind in OWN:
            name = row.name
            own.add(name)
        elif row.owner.kind is OwnerKind.STDLIB:
            name = STDLIB
        elif row.owner.kind is OwnerKind.NOBODY:
            continue
        modules[name] += row.loaded
        calls[name] += evidence.calls.get(("import", row.name), 0)
        memory[name] += evidence.module_bytes.get(row.name, 0)
    for app in profile.apps:
        name = f"{READY}{app.label}"
        own.add(name)
        calls[name] = evidence.calls.get(("ready", app.label), 0)
    total = sum(calls.values())
    parts = (Part(name, modules[name], calls[name], memory[name], name in own) for name in sorted(calls))
    return tuple(part for part in parts if not (part.own and is_small(part, total)))


def is_small(part: Part, total: int, factor: int = 1) -> bool:
    """Whether a part of the project is not worth a line of its own; total are the calls of all parts."""
    least_calls, least_memory = total * PART_COUNTER_SHARE * factor, PACKAGE_MEMORY_BYTES * factor
    return part.calls <= least_calls and part.memory <= least_memory


def grown(figure: str, before: Iterable[Part], now: Iterable[Part], own: int | None = None) -> list[Grown]:
    """
    Whose figure grew, the most first: the few parts that make up the growth. figure is modules, calls or memory.

    A part that is not among those before counts in full. own is by how many the project's modules grew, which are not
    all parts.
    """
    figure_of = attrgetter(figure)
    old = {part.name: figure_of(part) for part in before}
    found = [Grown(part.name, figure_of(part) - old.get(part.name, 0)) for part in now if own is None or not part.own]
    found += [Grown(PROJECT, own)] if own else []
    found = sorted((row for row in found if row.by > 0), key=lambda row: (-row.by, row.name))
    total = sum(row.by for row in found)
    return [row for row in found[:MOST_NAMED] if row.by >= total * PART_GROWTH_SHARE]


def read_parts(lines: Iterable[str]) -> dict[str, Part]:
    return {part.name: part for part in map(read_part, lines) if part is not None}


def settled_parts(new: Sequence[str], old: Sequence[str], own: Collection[str]) -> tuple[str, ...]:
    """
    The lines of new, with those of old wherever the difference is no larger than the same code shows. own are the
    names of the project's parts: those that are hardly worth a line have one if they had one.
    """
    before, now = read_parts(old), read_parts(new)
    total = sum(part.calls for part in now.values())
    lines = []
    for name in sorted({*before, *now}):
        was, is_now = before.get(name), now.get(name)
        only = was or is_now
        if was is not None and is_now is not None:
            lines.append((was if is_same(was, is_now, total) else is_now).line)
        elif old and only is not None and name in own and is_small(only, total, 2):
            lines += [only.line] if only is was else []
        elif is_now is not None:
            lines.append(is_now.line)
    return tuple(lines)


def is_same(old: Part, new: Part, total: int) -> bool:
    if old.modules != new.modules:
        return False
    noise = max(PACKAGE_MEMORY_BYTES, round(max(old.memory, new.memory) * PACKAGE_MEMORY_SHARE))
    return abs(new.calls - old.calls) <= total * CALLS_SHARE and abs(new.memory - old.memory) <= noise


def told(figure: str, rows: Iterable[Grown], sign: str = "") -> Iterator[str]:
    """pandas +295; pandas 32.1 MiB."""
    for row in rows:
        amount = f"{row.by / 2**20:,.1f} MiB" if figure == "memory" else f"{row.by:,}"
        yield f"{row.name} {sign}{amount}"
