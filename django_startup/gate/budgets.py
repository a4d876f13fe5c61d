"""What is promised about a boot, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django_startup.gate.kinds import KINDS, BudgetKind, KindInfo, Unit
from django_startup.thresholds import BUSY_SHARE

INTERRUPTED = "counting was interrupted: the project, or a tool in it, called sys.setprofile()"


class Verdict(StrEnum):
    """What became of a budget, the worst last. unsure: this machine cannot tell at this time."""

    WITHIN = "within"
    WARN = "warn"
    UNSURE = "unsure"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Budget:
    """
    A promise.

    Attributes:
        kind: what it is about
        name: which phase, app (by its label), package, module or kind of side effect; "*" for each, "" for the boot
        fail: the limit, in nanoseconds, bytes or a count
        warn: the limit above which it is a warning; None where there is none
        message: the team's own word on it
        until: the one boot target that it is for; None for all
        optional: what it is about need not exist
    """

    kind: BudgetKind
    name: str = ""
    fail: int = 0
    warn: int | None = None
    message: str = ""
    until: str | None = None
    optional: bool = False

    @property
    def title(self) -> str:
        return f"{self.kind} {self.name}".rstrip()

    @property
    def info(self) -> KindInfo:
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Waiver:
    """
    A budget that may be broken for a while.

    Attributes:
        item: its title
        reason: why
        until: the last day, as 2027-03-01
    """

    item: str
    reason: str
    until: str


@dataclass(frozen=True, slots=True)
class Materiality:
    """
    From which cost on something new counts.

    Attributes:
        unit: of the limit
        limit: in nanoseconds, bytes or modules; what costs less is accepted
    """

    unit: Unit
    limit: int


@dataclass(frozen=True, slots=True)
class Location:
    """
    Where to look.

    Attributes:
        file: of the project or of a package; "" where that is not known
        line: in that file
        text: what is there
    """

    file: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class BudgetCheck:
    """
    A budget and its verdict.

    Attributes:
        budget: the promise
        verdict: what became of it
        value: what was found, in the unit of the limits; None where there is none
        boots: how many boots it took
        text: one sentence
        places: where to look, the first to edit
        fixes: what to do, each by itself
        reproduce: the command that shows it again
        accept: the command after which it is no failure any more
        about: the packages and modules that were found
        saving_ns: the time that the boot would lose without them; None where nobody has asked
        rss_bytes: the same in memory
    """

    budget: Budget
    verdict: Verdict
    value: int | None
    boots: int
    text: str
    places: tuple[Location, ...] = ()
    fixes: tuple[str, ...] = ()
    reproduce: str = ""
    accept: str = ""
    about: tuple[str, ...] = ()
    saving_ns: int | None = None
    rss_bytes: int | None = None

    @property
    def is_over(self) -> bool:
        return self.verdict is Verdict.OVER


@dataclass(frozen=True, slots=True)
class Cause:
    """
    One thing that breaks budgets.

    Attributes:
        what: a sentence without a full stop
        checks: what it breaks; of a list of many things what is due to this cause
        places: where to look, the first to edit
        fixes: what to do, each by itself
        reproduce: the command that shows it again
        accept: the commands after which it is no failure any more
        about: the packages and modules, the first brought the others in
        saving_ns: the time that the boot would lose without them; None where that is not known
        rss_bytes: the same in memory
        modules: the same in modules
    """

    what: str
    checks: tuple[BudgetCheck, ...]
    places: tuple[Location, ...] = ()
    fixes: tuple[str, ...] = ()
    reproduce: str = ""
    accept: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    saving_ns: int | None = None
    rss_bytes: int | None = None
    modules: int | None = None

    @property
    def verdict(self) -> Verdict:
        return worst(check.verdict for check in self.checks)


@dataclass(frozen=True, slots=True)
class Machine:
    """
    The state of the machine while it was measured.

    Attributes:
        queued_share: the share of wall time that boots spent in the run queue
        known: whether the system reports that
    """

    queued_share: float
    known: bool

    @property
    def is_busy(self) -> bool:
        return self.queued_share > BUSY_SHARE


@dataclass(frozen=True, slots=True)
class BudgetReport:
    """
    What became of the budgets of a target.

    Attributes:
        until: the target
        checks: the worst first
        boots: how many there were
        machine: how it was; None where nothing was timed
        notes: sentences about the report as a whole
        causes: what broke several of them, the worst first
    """

    until: str
    checks: tuple[BudgetCheck, ...]
    boots: int
    machine: Machine | None
    notes: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = ()

    @property
    def verdict(self) -> Verdict:
        return worst(check.verdict for check in self.checks)

    @property
    def others(self) -> tuple[BudgetCheck, ...]:
        """The checks that are no part of a cause."""
        explained = {check.budget for cause in self.causes for check in cause.checks}
        return tuple(check for check in self.checks if check.budget not in explained)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    return max(verdicts, key=list(Verdict).index, default=Verdict.WITHIN)
