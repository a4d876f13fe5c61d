"""Why something is imported: its doors, the ways to them, what closing them saves, the fewest that must be closed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django_startup.imports.chains import Chains
from django_startup.imports.graph import Statement
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.subjects import Subject
from django_startup.profile.parts import Door
from django_startup.text import short_file
from django_startup.thresholds import TAKEN_ALONG, TAKEN_ALONG_SHARE

MOST_LISTED = 5  # doors, or lines to close, that anybody reads


@dataclass(frozen=True, slots=True)
class WayIn:
    """
    A door, and how the boot comes to it.

    Attributes:
        door: The door.
        phase: The phase in which the boot came to it.
        chain: The ready() that ran, if any, and the modules that imported each other, up to the door's.
    """

    door: Door
    phase: str
    chain: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """
    The answer to --why.

    Attributes:
        kind: package, app or module.
        name: Its name.
        version: A package's version; empty for the others.
        also: The kinds of other things of the same name.
        modules: How many modules it is.
        self_ns: Their self time.
        rss_bytes: The memory that they added, of a package.
        saving_ns: What closing all doors saves.
        is_own: Whether the project has doors to it.
        ways: The ways in by the project's doors; where it has none, by lines of packages.
        fewest: The smallest set of lines that keeps it out, which may lie further up.
        fewest_saving_ns: What closing these saves.
        needed_by: The packages that import it whatever the project does.
        cycle: The project's modules around it that import each other.
        loss: What would no longer be registered without all of fewest, as a sentence; empty where nothing is lost.
        before_project: Whether it was loaded before the project.
        more: How many doors there are beside those of ways.
        every: Whether all of them were asked for.
        taken_along: How many other modules of the project are lost without all of fewest.
        others: How many other modules the project has.
        loaded_by: FILE:LINE that did so; empty where that is not known.
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
    before_project: bool = False
    more: int = 0
    every: bool = False
    taken_along: int = 0
    others: int = 0
    loaded_by: str = ""

    @property
    def doors(self) -> int:
        """How many doors there are."""
        return len(self.ways) + self.more

    @property
    def takes_apart(self) -> bool:
        """Whether fewest is no answer, since too much of the project goes with lines that cannot move."""
        is_large = self.taken_along >= max(TAKEN_ALONG, self.others * TAKEN_ALONG_SHARE)
        return is_large and not all(door.deferrable for door in self.fewest)


@dataclass(frozen=True, slots=True)
class NotImported:
    """
    There is nothing of that name in the boot.

    Attributes:
        name: The name.
        similar: Names that are like it and are in the boot.
        tried: FILE:LINE where an import of it failed first; empty where nobody tried.
    """

    name: str
    similar: tuple[str, ...]
    tried: str = ""


def explain(inquiry: Inquiry, name: str, *, every: bool = False) -> Why | NotImported:
    """
    Why a package, an app or a module is imported. name may begin with package:, app: or module: to say which.

    Without every only the MOST_LISTED doors are judged that tell most.
    """
    subjects = inquiry.subjects
    found = subjects.find(name)
    if not found:
        packages = (row.name for row in inquiry.profile.packages)
        known = {*subjects.modules, *packages, *subjects.app_names.values()}
        missing = subjects.modules.get(name.removeprefix("module:"))
        site = missing.importer if missing and not missing.loaded else None
        tried = f"{short_file(site.file)}:{site.line}" if site else ""
        return NotImported(name, tuple(difflib.get_close_matches(name, known - {name}, n=3)), tried)
    subject, *others = found
    others = [other for other in others if not other.nodes <= subject.nodes]
    lost = inquiry.doors.lost_when_closed(subject)
    statements = inquiry.doors.fewest(subject) or set()
    gone = inquiry.savings.lost_without(statements)
    names = [subjects.graph.names[node] for node in subject.nodes - subjects.app_nodes.keys()]
    modules = [subjects.modules[name] for name in names if name in subjects.modules]
    rows = {row.name: row for row in inquiry.profile.packages}
    package = rows.get(subject.name) if subject.kind == "package" else None
    own = inquiry.doors.entries(subject)
    entries = own or inquiry.doors.entries_of_others(subject)
    shown = entries if every else most_telling(entries)
    taken_along, others_of_project = inquiry.doors.taken_along(subject, gone)
    return Why(
        kind=subject.kind,
        name=subject.name,
        version=package.version if package else "",
        also=tuple(other.kind for other in others),
        modules=len(modules),
        self_ns=sum(module.self_ns for module in modules),
        rss_bytes=package.rss_bytes if package else None,
        saving_ns=inquiry.savings.total(lost),
        is_own=bool(own),
        ways=tuple(ways_in(inquiry, subject, map(inquiry.doors.door, shown))),
        fewest=inquiry.doors.lines(statements),
        fewest_saving_ns=inquiry.savings.total(gone),
        needed_by=inquiry.doors.needed_by(subject, lost),
        cycle=inquiry.verdicts.cycles.through(subject),
        loss=inquiry.verdicts.loss(gone),
        before_project=bool(subject.nodes & subjects.preloaded),
        more=len(entries) - len(shown),
        every=every,
        taken_along=taken_along,
        others=others_of_project,
        loaded_by=next(loading_lines(inquiry, subject), ""),
    )


def most_telling(entries: list[Statement | Door]) -> list[Statement | Door]:
    """The MOST_LISTED lines to show: the first, and before them those of the settings where there are more."""
    if len(entries) > MOST_LISTED:
        entries = sorted(entries, key=lambda entry: isinstance(entry, Statement))[:MOST_LISTED]
    return entries


def loading_lines(inquiry: Inquiry, subject: Subject) -> Iterator[str]:
    """FILE:LINE of what loaded a subject before the project, from outside of it."""
    inside = {inquiry.subjects.graph.names[node] for node in subject.nodes}
    for module in inquiry.subjects.imported(subject):
        site = module.importer
        if module.phase == "interpreter" and site is not None and site.module not in inside:
            yield f"{short_file(site.file)}:{site.line}"


def ways_in(inquiry: Inquiry, subject: Subject, doors: Iterable[Door] | None = None) -> Iterable[WayIn]:
    """Doors of a subject, those of the project unless others are given, each with the way to it."""
    chains = Chains(inquiry.subjects)
    for door in inquiry.doors.into(subject) if doors is None else doors:
        yield WayIn(door, *chains.to(door, subject))
