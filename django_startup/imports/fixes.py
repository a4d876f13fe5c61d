"""What to change, the change that saves most first. No time is in two of the fixes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from django_startup.imports.collecting import Collections, collector
from django_startup.imports.effect_fixes import effect_fixes
from django_startup.imports.failed import failed
from django_startup.imports.graph import Statement
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.moves import Moves, Offer, movable
from django_startup.imports.nearly import find_nearly
from django_startup.imports.slow import slow_fixes
from django_startup.imports.staying import find_rest
from django_startup.imports.upstream import find_upstream
from django_startup.profile.boots import Total
from django_startup.profile.causes import find_causes
from django_startup.profile.effects import SideEffect
from django_startup.profile.parts import Advice, Fix
from django_startup.profile.profile import StartupProfile
from django_startup.thresholds import SMALL_NS, WORTH_NS, WORTH_SHARE

MOST_FIXES = 10
OF_TESTS = ("database", "test")  # phases whose queries and connections are what they are for
NOTHING = "No import of your project brings in 1 % of the boot."


class Choice(NamedTuple):
    """
    What is to change in a profile.

    Attributes:
        fixes: What saves so much that it has a line of its own, the largest saving first.
        small: Imports that save less.
        moves: The imports that move with both.
        effects: The side effects that stay with them.
    """

    fixes: list[Fix]
    small: list[Fix]
    moves: Moves
    effects: list[SideEffect]


def find_fixes(profile: StartupProfile, inquiry: Inquiry) -> tuple[tuple[Fix, ...], Advice]:
    """
    The fixes of a profile, and what there is to say beside them.

    What saves little, or comes after MOST_FIXES, is in the advice. The savings of both add up to what all of them save
    together.
    """
    least_ns = worth_a_line(profile.total)
    found, small, moves, effects = choose_fixes(profile, inquiry)
    moves.counted.update(counted(inquiry, found, effects, least_ns))
    nearly = tuple(find_nearly(inquiry, profile.packages, moves, least_ns))
    rest = tuple(find_rest(inquiry, profile.packages, moves, least_ns)) or (() if found or nearly else (NOTHING,))
    upstream = tuple(find_upstream(inquiry, moves, least_ns))
    smaller = sorted((*found[MOST_FIXES:], *small), key=attrgetter("saving_ns"), reverse=True)
    return tuple(found[:MOST_FIXES]), Advice(tuple(smaller), nearly, upstream, rest)


def choose_fixes(profile: StartupProfile, inquiry: Inquiry) -> Choice:
    """What is to change in a profile whose packages have their savings, without all the rest that there is to say."""
    least_ns = worth_a_line(profile.total)
    moves = Moves(inquiry, Collections(profile, inquiry.subjects.graph))
    offers = list(movable(inquiry, profile.packages, SMALL_NS, least_ns))
    found, small = choose_moves(moves, offers, least_ns)
    moved = {(door.file, door.line) for fix in (*found, *small) for door in fix.doors}
    gone = {inquiry.subjects.graph.names[node] for node in moves.lost}
    effects = [
        effect
        for effect in profile.side_effects
        if effect.module not in gone and place(effect) not in moved and effect.phase not in OF_TESTS
    ]
    found += [
        *effect_fixes(effects, least_ns),
        *(fix for fix in slow_fixes(profile, least_ns) if fix.subject not in gone),
        *failed(profile, inquiry, least_ns, gone),
        *collector(profile, inquiry.doors.directory),
    ]
    found.sort(key=attrgetter("saving_ns"), reverse=True)
    return Choice(found, small, moves, effects)


def choose_moves(moves: Moves, offers: Sequence[Offer], least_ns: int) -> tuple[list[Fix], list[Fix]]:
    """The imports that are to move, of what is offered: fixes that save so much, and smaller ones."""
    found = list(moves.choose(offers, least_ns))
    left = [offer for offer in offers if not offer[1] <= moves.statements]
    return found, list(moves.choose(left, SMALL_NS))


def find_moves(
    profile: StartupProfile, inquiry: Inquiry, names: Collection[str], may_move: Callable[[Statement], bool]
) -> tuple[list[Fix], list[Fix]]:
    """
    The fixes of a profile that move imports, and the smaller ones, anew: as if there were no others.

    names are those that are wanted, empty for all; may_move is asked of each import.
    """
    least_ns = worth_a_line(profile.total)
    offers = [
        offer for offer in movable(inquiry, profile.packages, SMALL_NS, least_ns) if not names or offer[0] in names
    ]
    return choose_moves(Moves(inquiry, Collections(profile, inquiry.subjects.graph), may_move), offers, least_ns)


def place(effect: SideEffect) -> tuple[str, int]:
    return effect.file, effect.line


def counted(inquiry: Inquiry, fixes: Iterable[Fix], effects: Iterable[SideEffect], least_ns: int) -> Counter[int]:
    """What fixes of slow code and of side effects save, by the node of the module that they are in."""
    numbers = inquiry.subjects.graph.numbers
    times: Counter[int] = Counter()
    for fix in fixes:
        if fix.kind == "slow" and fix.subject in numbers:
            times[numbers[fix.subject]] += fix.saving_ns
    for cause in find_causes(effects):
        for effect in cause.effects if cause.time_ns >= least_ns else ():
            if effect.module in numbers:
                times[numbers[effect.module]] += effect.time_ns
    return times


def worth_a_line(total: Total) -> int:
    """The least that something must save to be listed, in nanoseconds."""
    return max(round(total.time_ns * WORTH_SHARE), WORTH_NS)
