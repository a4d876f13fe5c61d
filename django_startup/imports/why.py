"""Why something is imported: its doors, the ways to them, what closing them saves, the fewest that must be closed."""

from __future__ import annotations

import difflib
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from django_startup.imports.cycles import cycle_through
from django_startup.imports.graph import ROOT
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.subjects import Subject
from django_startup.profile.owners import OWN
from django_startup.profile.parts import Door

KINDS = ("package", "app", "module")


@dataclass(frozen=True, slots=True)
class WayIn:
    """A door and how the boot comes to it: the phase of its module, and the modules up to that one."""

    door: Door
    phase: str
    chain: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """
    The answer to --why.

    also are other things of the same name. ways are those by the project's doors, or where it has none (is_own is
    false) by lines of packages. saving is what closing all doors saves, fewest the smallest set of lines
    that keeps it out, which may lie further up, and fewest_saving what that saves. needed_by are packages that import
    it whatever the project does, cycle the project's modules that import each other around it. loss is what would no
    longer be registered without all of fewest.
    """

    kind: str
    name: str
    version: str
    also: tuple[str, ...]
    modules: int
    self_ns: int
    rss_bytes: int | None
    saving_ns: int
    is_own: bool
    ways: tuple[WayIn, ...]
    fewest: tuple[Door, ...]
    fewest_saving_ns: int
    needed_by: tuple[str, ...]
    cycle: tuple[str, ...]
    loss: str


@dataclass(frozen=True, slots=True)
class NotImported:
    """There is nothing of that name in the boot; similar are names that are."""

    name: str
    similar: tuple[str, ...]


def explain(inquiry: Inquiry, name: str) -> Why | NotImported:
    """
    Why a package, an app or a module is imported. name may begin with package:, app: or module: to say which.
    """
    subjects = find_subjects(inquiry, name)
    if not subjects:
        known = [*inquiry.modules, *(row.name for row in inquiry.profile.packages), *inquiry.app_names.values()]
        similar = difflib.get_close_matches(name, set(known) - {name}, n=3)
        return NotImported(name, tuple(similar))
    subject, *others = subjects
    others = [other for other in others if not other.nodes <= subject.nodes]
    lost = inquiry.lost_without_doors(subject)
    statements = inquiry.smallest_set(subject) or set()
    gone = inquiry.savings.lost(closed=inquiry.edges_of(statements))
    names = [inquiry.graph.names[node] for node in subject.nodes - inquiry.app_nodes.keys()]
    modules = [inquiry.modules[name] for name in names if name in inquiry.modules]
    packages = {row.name: row for row in inquiry.profile.packages}
    package = packages.get(subject.name) if subject.kind == "package" else None
    doors = inquiry.doors(subject)
    return Why(
        kind=subject.kind,
        name=subject.name,
        version=package.version if package else "",
        also=tuple(other.kind for other in others),
        modules=len(modules),
        self_ns=sum(module.self_ns for module in modules),
        rss_bytes=package.rss_bytes if package else None,
        saving_ns=inquiry.savings.total(lost),
        is_own=bool(doors),
        ways=tuple(ways_in(inquiry, subject, doors or inquiry.doors_of_others(subject))),
        fewest=inquiry.lines(statements),
        fewest_saving_ns=inquiry.savings.total(gone),
        needed_by=inquiry.needed_by(subject, lost),
        cycle=cycle_through(inquiry, subject),
        loss=inquiry.loss(gone),
    )


def find_subjects(inquiry: Inquiry, name: str) -> list[Subject]:
    """What a name may mean, the likeliest first."""
    kind, _, rest = name.partition(":")
    if kind in KINDS and rest:
        name = rest
        kinds: Iterable[str] = (kind,)
    else:
        kinds = KINDS
    found = []
    for kind in kinds:
        if kind == "package":
            packages = {normal(row.name): row.name for row in inquiry.profile.packages}
            if normal(name) in packages:
                found.append(inquiry.package(packages[normal(name)]))
        elif kind == "app":
            if name in inquiry.app_names.values():
                found.append(inquiry.app(name))
        elif name in inquiry.graph.numbers and inquiry.graph.numbers[name] not in inquiry.preloaded:
            found.append(inquiry.module(name))
    return [subject for subject in found if subject.nodes]


def normal(name: str) -> str:
    """A distribution's name as PyPI compares it."""
    return name.replace("_", "-").replace(".", "-").lower()


def ways_in(inquiry: Inquiry, subject: Subject, doors: Iterable[Door] | None = None) -> Iterable[WayIn]:
    """Doors of a subject, those of the project unless others are given, each with the shortest way from the root."""
    before = shortest_ways(inquiry, subject)
    for door in inquiry.doors(subject) if doors is None else doors:
        node = inquiry.graph.numbers.get(door.module)
        path = []
        while node is not None and node != ROOT and node in before:
            path.append(node)
            node = before[node]
        path.reverse()
        modules = [inquiry.graph.names[node] for node in path if node not in inquiry.app_nodes]
        module = inquiry.modules.get(door.module)
        yield WayIn(door, module.phase if module else "entry", tuple(collapse(inquiry, modules)))


def shortest_ways(inquiry: Inquiry, subject: Subject) -> dict[int, int]:
    """For each node that can be reached without the subject the one before it on a shortest way from the root."""
    before = {ROOT: ROOT}
    waiting = deque([ROOT])
    while waiting:
        node = waiting.popleft()
        for after in sorted(inquiry.graph.successors[node]):
            if after not in before and after not in subject.nodes:
                before[after] = node
                waiting.append(after)
    return before


def collapse(inquiry: Inquiry, modules: Iterable[str]) -> Iterable[str]:
    """The project's modules as they are, neighbours of one package as that package."""
    last = ""
    for name in modules:
        module = inquiry.modules.get(name)
        shown = name if module is None or module.owner.kind in OWN else f"({module.owner.name})"
        if shown != last:
            yield shown
        last = shown
