"""Imports that are to move, chosen one after the other, each for what it adds to those before it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from django_startup.imports.collecting import Collections
from django_startup.imports.graph import Statement
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.subjects import Subject
from django_startup.profile.owners import OwnerKind
from django_startup.profile.parts import Door, Fix, Package
from django_startup.profile.reasons import Reason

DEFER = "defer"  # the kind of fix that moves imports
NAMED = 3  # packages that go with a fix
MOVE = "import it in the functions that use it"
TYPING = "import it under TYPE_CHECKING"
LAZY = "make the import lazy"

Offer = tuple[str, frozenset[Statement]]


class Moves:
    """
    What is chosen so far.

    Attributes:
        statements: The imports that move.
        lost: The nodes that are gone with them.
        counted: What other fixes save already, by node: slow code and side effects in a module.
        may_move: What is asked of each import that could move, besides.
    """

    def __init__(
        self, inquiry: Inquiry, collections: Collections, may_move: Callable[[Statement], bool] = lambda statement: True
    ) -> None:
        self.inquiry = inquiry
        self.collections = collections
        self.may_move = may_move
        self.statements: frozenset[Statement] = frozenset()
        self.lost: frozenset[int] = frozenset()
        self.counted: Counter[int] = Counter()

    def adds(self, moved: frozenset[Statement]) -> frozenset[int]:
        """The nodes that are gone with some imports more, beside those that are gone already."""
        return frozenset(self.inquiry.savings.lost_without(self.statements | moved)) - self.lost

    def gain_ns(self, new: frozenset[int]) -> int:
        """What the boot does without if these are gone, too, in nanoseconds."""
        return self.inquiry.savings.total(new) - sum(self.counted[node] for node in new)

    def choose(self, offers: Iterable[Offer], least_ns: int) -> Iterator[Fix]:
        """The best offer, then what each further one adds to those before it, as long as that is so much."""
        savings = self.inquiry.savings
        names = {moved: name for name, moved in reversed(list(offers))}
        alone = {moved: frozenset(savings.lost_without(moved)) for moved in names}
        for moved in fewest_first(alone, {moved: savings.total(nodes) for moved, nodes in alone.items()}):
            new = self.adds(moved)
            # Whether they can move takes longest to find out, so it is asked last.
            if self.gain_ns(new) >= least_ns and self.can_move(moved) and not self.loses(new):
                doors = self.inquiry.doors.lines(moved - self.statements)
                text = how_to_move(doors) + self.with_it(names[moved], new)
                yield self.take(DEFER, names[moved], text, doors, moved, new)

    def can_move(self, moved: Collection[Statement]) -> bool:
        return can_move(self.inquiry, moved) and all(map(self.may_move, moved))

    def loses(self, new: frozenset[int]) -> bool:
        """Whether something would not be registered if these are gone, too."""
        return bool(self.inquiry.verdicts.loss(self.lost | new))

    def take(
        self, kind: str, name: str, text: str, doors: tuple[Door, ...], moved: frozenset[Statement], new: frozenset[int]
    ) -> Fix:
        """Imports as a fix; what is chosen later counts on top of it."""
        savings = self.inquiry.savings
        alone_ns = savings.total(savings.lost_without(moved))
        share = self.collections.share_ns
        collections_ns = share(self.lost | new) - share(self.lost)
        self.statements |= moved
        self.lost |= new
        return Fix(kind, name, text, doors, alone_ns, self.gain_ns(new), collections_ns)

    def with_it(self, name: str, nodes: Iterable[int]) -> str:
        """The packages that are gone, too."""
        others = [other for other in packages_in(self.inquiry, nodes) if other != name]
        return f"; {', '.join(others)} {'go' if len(others) > 1 else 'goes'} with it" if others else ""


def fewest_first(
    alone: Mapping[frozenset[Statement], frozenset[int]], savings_ns: Mapping[frozenset[Statement], int]
) -> list[frozenset[Statement]]:
    """
    Sets of statements, those that save most first; but before a set stands a smaller one that saves most of the same.

    Else a package that itself saves little would be said to need many lines, which keep out a large one on their way.
    alone has the nodes that are gone with each set, savings_ns what that saves.
    """
    order = sorted(savings_ns, key=lambda moved: (-savings_ns[moved], len(moved), sorted(moved)))
    found: dict[frozenset[Statement], None] = {}

    def add(moved: frozenset[Statement]) -> None:
        if moved in found:
            return
        inner = [
            other
            for other in order
            if len(other) < len(moved) and savings_ns[other] * 2 > savings_ns[moved] and alone[other] <= alone[moved]
        ]
        for other in sorted(inner, key=len):
            add(other)
        found[moved] = None

    for moved in order:
        add(moved)
    return list(found)


def how_to_move(doors: Iterable[Door]) -> str:
    return TYPING if all(door.kind is Reason.USED_IN_ANNOTATIONS for door in doors) else MOVE


def made_lazy(fix: Fix) -> Fix:
    """A fix that moves imports as one that makes them lazy: what they bind is still there for those who read it."""
    if fix.kind != DEFER:
        return fix
    doors = tuple(replace(door, readers=()) for door in fix.doors)
    return replace(fix, text=fix.text.replace(how_to_move(fix.doors), LAZY, 1), doors=doors)


def single(inquiry: Inquiry, least_ns: int) -> Iterator[tuple[str, Statement]]:
    """The project's import statements that bring in so much, each with the name of what that is."""
    sums = inquiry.savings.dominated
    graph = inquiry.subjects.graph
    for statement, edges in inquiry.savings.edges_by.items():
        if inquiry.subjects.is_own(graph.numbers[statement.module]) and not statement.is_dynamic:
            heads = {head for _, head in edges}
            if sum(sums[head] for head in heads) >= least_ns:
                yield max((graph.names[head] for head in heads), key=len), statement


def subjects(inquiry: Inquiry, packages: Iterable[Package], package_ns: int, module_ns: int) -> Iterator[Subject]:
    """The packages that save so much, and the project's modules that take so much themselves."""
    for package in packages:
        if (package.saving_ns or 0) >= package_ns:
            yield inquiry.subjects.package(package.name)
    graph = inquiry.subjects.graph
    for name, number in graph.numbers.items():
        if inquiry.subjects.is_own(number) and inquiry.savings.costs[number] >= module_ns:
            yield inquiry.subjects.module(name)


def movable(inquiry: Inquiry, packages: Iterable[Package], least_ns: int, module_ns: int) -> Iterator[Offer]:
    """Sets of statements that may all move, each with the name of what they keep out, single ones not judged yet."""
    for subject in subjects(inquiry, packages, least_ns, module_ns):
        statements = inquiry.doors.fewest(subject)
        if statements and can_move(inquiry, statements):
            yield subject.name, frozenset(statements)
    for name, statement in single(inquiry, least_ns):
        yield name, frozenset({statement})


def can_move(inquiry: Inquiry, statements: Iterable[Statement]) -> bool:
    return all(inquiry.verdicts.of(statement).deferrable for statement in statements)


def packages_in(inquiry: Inquiry, nodes: Iterable[int]) -> list[str]:
    """The packages that make up most of some nodes' time, the largest first."""
    times: dict[str, int] = defaultdict(int)
    for node in nodes:
        owner = inquiry.subjects.owner(node)
        if owner is not None and owner.kind is OwnerKind.PACKAGE:
            times[owner.name] += inquiry.savings.costs[node]
    most = sum(times.values())
    return [name for name in sorted(times, key=lambda name: -times[name]) if times[name] * 10 >= most][:NAMED]
