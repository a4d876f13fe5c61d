"""What is promised about a boot, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django_startup.thresholds import BUSY_SHARE


class BudgetKind(StrEnum):
    """
    Kinds of budgets. The first are exact, the next counted, both from one evidence boot; the others are timed.
    """

    FORBID = "forbid"
    REQUIRE = "require"
    SIDE_EFFECTS = "side-effects"
    COLD_BYTECODE = "cold-bytecode"
    MODULES = "modules"
    MEMORY = "memory"
    CALLS = "calls"
    BYTECODE = "bytecode"
    MAX = "max"
    MAX_CPU = "max-cpu"
    WAITING = "waiting"
    PHASE = "phase"
    APP = "app"
    READY = "ready"
    PACKAGE = "package"
    BASELINE = "baseline"
    WAIVER = "waiver"


EXACT = (BudgetKind.FORBID, BudgetKind.REQUIRE, BudgetKind.SIDE_EFFECTS, BudgetKind.COLD_BYTECODE)
COUNTED = (BudgetKind.MODULES, BudgetKind.MEMORY, BudgetKind.CALLS, BudgetKind.BYTECODE)
IN_BYTES = (BudgetKind.MEMORY, BudgetKind.BYTECODE)
OF_THE_BOOT = (BudgetKind.MAX, BudgetKind.MAX_CPU, BudgetKind.WAITING)
OF_A_PART = (BudgetKind.PHASE, BudgetKind.APP, BudgetKind.READY, BudgetKind.PACKAGE)


class Verdict(StrEnum):
    """What became of a budget, the worst last. unsure: this machine cannot tell now."""

    WITHIN = "within"
    WARN = "warn"
    UNSURE = "unsure"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Budget:
    """
    A promise. name is what it is about: a phase, an app's label, a package, a module, a kind of side effect, "*" for
    each, "" for the whole boot. fail and warn are limits in nanoseconds, bytes or counts; warn is None where there is
    only one. message is the team's own word on it. until limits it to one boot target. optional: what it is about need
    not exist.
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


@dataclass(frozen=True, slots=True)
class Waiver:
    """A budget that may be broken for a reason until a day; item is its title."""

    item: str
    reason: str
    until: str


@dataclass(frozen=True, slots=True)
class Location:
    """Where to look: a line of the project, or of a package."""

    file: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class BudgetCheck:
    """
    A budget and its verdict. value is in the unit of the limits, None where there is none (a forbidden module that was
    not imported); boots how many it took; text one sentence; places where to look, the first to edit; fix what to do;
    reproduce and accept are commands: the one that shows it again, and the one after which it is no failure any more.
    about names the packages and modules that the check found, saving and rss are the time and the memory that the boot
    would lose without them, None where nobody has asked.
    """

    budget: Budget
    verdict: Verdict
    value: int | None
    boots: int
    text: str
    places: tuple[Location, ...] = ()
    fix: str = ""
    reproduce: str = ""
    accept: str = ""
    about: tuple[str, ...] = ()
    saving_ns: int | None = None
    rss_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """The state of the machine while it was measured: the share of wall time that boots waited for a processor."""

    queued_share: float
    known: bool

    @property
    def is_busy(self) -> bool:
        return self.queued_share > BUSY_SHARE


@dataclass(frozen=True, slots=True)
class BudgetReport:
    """Every check, worst first, how many boots there were, and how the machine was; None where nothing was timed."""

    until: str
    checks: tuple[BudgetCheck, ...]
    boots: int
    machine: Machine | None
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        order = list(Verdict)
        return max((check.verdict for check in self.checks), key=order.index, default=Verdict.WITHIN)
