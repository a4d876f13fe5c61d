"""Why imports of the project that cost much have to stay, in a sentence or two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from django_startup.imports.graph import Statement
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.moves import Moves, can_move, single, subjects
from django_startup.profile.parts import Package
from django_startup.profile.reasons import Reason
from django_startup.text import format_duration, short_file

# Where a reason has no words here, those of OTHER.
WORDS = {
    Reason.RUNS_AT_START: "used in a function that runs at start",
    Reason.USED_IN_LAMBDA: "used in a lambda",
    Reason.REGISTERS: "needed for what it registers",
    Reason.MAY_REGISTER: "needed for what it may register",
    Reason.TURNS_A_CYCLE: "the way into modules that import each other",
    Reason.IMPORTED_FROM_HERE: "read by other files",
    Reason.MAY_BE_READ: "read by other files",
    Reason.IN_ALL: "read by other files",
    Reason.STAR_IMPORT: "read by other files",
    Reason.UNUSED: "not used in its file",
    Reason.INSIDE_FUNCTION: "in a function that runs at start",
    Reason.INSIDE_TRY: "inside try, with or a class",
    Reason.INSIDE_WITH: "inside try, with or a class",
    Reason.INSIDE_CLASS: "inside try, with or a class",
    Reason.INSIDE_CONDITION: "made on a condition",
    Reason.NO_SOURCE: "in a file that cannot be read",
    Reason.NOT_WATCHED: "used in a function that may run at start",
    Reason.USED_IN_FUNCTIONS: "movable, but what it brings in is needed elsewhere",
    Reason.USED_IN_ANNOTATIONS: "movable, but what it brings in is needed elsewhere",
}
OTHER = "used while its file is imported"


def find_rest(inquiry: Inquiry, packages: Iterable[Package], moves: Moves, least_ns: int) -> Iterator[str]:
    """
    Of the imports that are in no fix and would add so much, how many there are, and what keeps them; and packages that
    several lines bring in, where it is no line that keeps them.
    """
    staying: dict[Statement, int] = {}
    for _, statement in single(inquiry, least_ns):
        if statement not in moves.statements:
            saving_ns = moves.gain_ns(moves.adds(frozenset({statement})))
            if saving_ns >= least_ns:
                staying[statement] = saving_ns
    if staying:
        yield from sentences(inquiry, staying)
    for subject in subjects(inquiry, packages, least_ns, least_ns):
        moved = frozenset(inquiry.doors.fewest(subject) or ())
        new = moves.adds(moved)
        if len(moved) > 1 and moves.gain_ns(new) >= least_ns and can_move(inquiry, moved):
            loss = inquiry.verdicts.loss(moves.lost | new)
            yield (
                f"{subject.name} costs {format_duration(moves.gain_ns(new))}, and the {len(moved):,} lines that bring "
                f"it in could move, but {loss}. See --why {subject.name} and --what-if {subject.name}."
            )


def sentences(inquiry: Inquiry, staying: dict[Statement, int]) -> Iterator[str]:
    """How many imports stay for which reason, and the one that costs most."""
    verdicts = {statement: inquiry.verdicts.of(statement) for statement in staying}
    counts = Counter(WORDS.get(verdict.kind, OTHER) for verdict in verdicts.values())
    reasons = ", ".join(f"{count:,} {words}" for words, count in ordered(counts))
    many = f"{len(staying):,} other imports cost" if len(staying) > 1 else "1 other import costs"
    yield f"{many} 1 % or more and must stay: {reasons}."
    largest = max(staying, key=lambda statement: (staying[statement], statement))
    verdict = verdicts[largest]
    place = f"{short_file(largest.file)}:{largest.line}  {verdict.statement}".rstrip()
    yield f"The largest costs {format_duration(staying[largest])}, {place}  ({verdict.reason})."


def ordered(counts: Counter[str]) -> Iterable[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
