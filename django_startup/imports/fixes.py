"""What to change, the change that saves most first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from operator import attrgetter

from django_startup.imports.effect_fixes import effect_fixes
from django_startup.imports.graph import Statement
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.slow import slow_fixes
from django_startup.imports.subjects import Subject
from django_startup.profile.owners import OwnerKind
from django_startup.profile.parts import Door, FailedImports, Fix
from django_startup.profile.profile import Note, StartupProfile, Total
from django_startup.profile.reasons import Reason
from django_startup.text import format_duration, short_file
from django_startup.thresholds import COLLECTIONS_SHARE, FAILED_IMPORTS, WORTH_NS, WORTH_SHARE

MOST_FIXES = 10
NAMED = 3  # packages that go with a fix


def find_fixes(profile: StartupProfile, inquiry: Inquiry) -> tuple[Fix, ...]:
    """
    The fixes of a profile. Deferrals are chosen one after the other, each for what it adds to those before it, so that
    their savings add up to what all of them save together.
    """
    threshold = worth_a_line(profile.total)
    deferrals = tuple(choose(inquiry, list(candidates(profile, inquiry, threshold)), threshold))
    moved = {(door.file, door.line) for fix in deferrals for door in fix.doors}
    gone = lost_by(inquiry, moved)
    others = [
        *(fix for fix in effect_fixes(profile.side_effects, threshold) if not moved & places(fix)),
        *(fix for fix in slow_fixes(profile, threshold) if fix.subject not in gone),
        *failed(profile, inquiry, threshold),
        *collector(profile),
    ]
    return tuple(sorted((*deferrals, *others), key=attrgetter("saving_ns"), reverse=True)[:MOST_FIXES])


def places(fix: Fix) -> set[tuple[str, int]]:
    return {(door.file, door.line) for door in fix.doors}


def worth_a_line(total: Total) -> int:
    """The least that something must save to be listed, in nanoseconds."""
    return max(round(total.time_ns * WORTH_SHARE), WORTH_NS)


def candidates(profile: StartupProfile, inquiry: Inquiry, threshold: int) -> Iterator[tuple[str, frozenset[Statement]]]:
    """Sets of statements that can all move, with the name of what they keep out."""
    for package in profile.packages:
        if (package.saving_ns or 0) >= threshold:
            yield from movable(inquiry, package.name, inquiry.subjects.package(package.name))
    sums = inquiry.savings.dominated
    graph = inquiry.subjects.graph
    for statement, edges in inquiry.savings.edges_by.items():
        if inquiry.subjects.is_own(graph.numbers[statement.module]) and not statement.is_dynamic:
            heads = {head for _, head in edges}
            if sum(sums[head] for head in heads) >= threshold and inquiry.verdicts.of(statement).deferrable:
                yield max((graph.names[head] for head in heads), key=len), frozenset({statement})


def movable(inquiry: Inquiry, name: str, subject: Subject) -> Iterator[tuple[str, frozenset[Statement]]]:
    """The smallest set of statements that keeps a subject out, if all of them can move."""
    statements = inquiry.doors.fewest(subject)
    if statements and all(inquiry.verdicts.of(statement).deferrable for statement in statements):
        yield name, frozenset(statements)


def choose(inquiry: Inquiry, offers: list[tuple[str, frozenset[Statement]]], threshold: int) -> Iterator[Fix]:
    """The best offer, then what each further one adds to those before it, as long as it is worth it."""
    savings = inquiry.savings
    lost = {moved: savings.lost_without(moved) for _, moved in offers}
    alone = {moved: savings.total(nodes) for moved, nodes in lost.items()}
    names = {moved: name for name, moved in reversed(offers)}
    chosen: frozenset[Statement] = frozenset()
    so_far = 0
    for moved in sorted(names, key=lambda moved: (-alone[moved], len(moved))):
        gone = savings.lost_without(chosen | moved)
        together = savings.total(gone)
        if alone[moved] >= threshold and together - so_far >= threshold and not inquiry.verdicts.loss(gone):
            doors = inquiry.doors.lines(moved - chosen)
            others = [name for name in packages_in(inquiry, lost[moved]) if name != names[moved]]
            text = "import it in the functions that use it"
            if all(door.kind is Reason.USED_IN_ANNOTATIONS for door in doors):
                text = "import it under TYPE_CHECKING"
            text += f"; {', '.join(others)} {'go' if len(others) > 1 else 'goes'} with it" if others else ""
            yield Fix("defer", names[moved], text, doors, alone[moved], together - so_far)
            chosen |= moved
            so_far = together


def packages_in(inquiry: Inquiry, nodes: list[int]) -> list[str]:
    """The packages that make up most of some nodes' time, the largest first."""
    times: dict[str, int] = defaultdict(int)
    for node in nodes:
        owner = inquiry.subjects.owner(node)
        if owner is not None and owner.kind is OwnerKind.PACKAGE:
            times[owner.name] += inquiry.savings.costs[node]
    most = sum(times.values())
    return [name for name in sorted(times, key=lambda name: -times[name]) if times[name] * 10 >= most][:NAMED]


def lost_by(inquiry: Inquiry, lines: Collection[tuple[str, int]]) -> set[str]:
    """The modules that are gone without the imports of some lines."""
    statements = [each for each in inquiry.savings.edges_by if (each.file, each.line) in lines]
    return {inquiry.subjects.graph.names[node] for node in inquiry.savings.lost_without(statements)}


def failed(profile: StartupProfile, inquiry: Inquiry, threshold: int) -> Iterator[Fix]:
    """Lines of the project that try to import what is not there, again and again."""
    for row in often_failed(profile, threshold):
        if inquiry.subjects.is_module_own(row.module):
            reason = f"{row.imports:,} imports failed here ({examples(row)})"
            door = Door(row.module, row.file, row.line, "", False, reason, Reason.FAILED_IMPORTS)
            text = "imports of modules that do not exist: look first whether they are there, or list those that are"
            yield Fix("failed", f"{row.imports:,} failed imports", text, (door,), row.time_ns, row.time_ns)


def failed_elsewhere(profile: StartupProfile, inquiry: Inquiry) -> Iterator[Note]:
    """The same in the code of others."""
    for row in often_failed(profile, worth_a_line(profile.total)):
        if not inquiry.subjects.is_module_own(row.module):
            where = f"{short_file(row.file)}, line {row.line}"
            text = f"{row.imports:,} imports failed at {where}: {format_duration(row.time_ns)} ({examples(row)})."
            yield Note("failed-imports", text)


def often_failed(profile: StartupProfile, threshold: int) -> Iterator[FailedImports]:
    for row in profile.failed_imports:
        if row.imports > 1 and (row.time_ns >= threshold or row.imports >= FAILED_IMPORTS):
            yield row


def examples(row: FailedImports) -> str:
    return ", ".join(row.names) + (", …" if row.imports > len(row.names) else "")


def collector(profile: StartupProfile) -> Iterator[Fix]:
    """Garbage collections, which find next to nothing while a project starts."""
    pause = profile.gc.pause_ns
    if pause >= profile.total.time_ns * COLLECTIONS_SHARE:
        text = (
            f"the collector ran {profile.gc.collections:,} times; call gc.disable() first in the entry script, then "
            "gc.freeze() and gc.enable() after start-up"
        )
        yield Fix("gc", "garbage collection", text, (), pause, pause)
