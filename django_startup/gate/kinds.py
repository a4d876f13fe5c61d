"""The kinds of budgets: one table of how each is declared, on the command line and in pyproject.toml, and judged."""

from __future__ import annotations

from enum import Enum, StrEnum, auto
from typing import NamedTuple


class BudgetKind(StrEnum):
    """What a budget is about; the first word of its title."""

    MAX = "max"
    MAX_CPU = "max-cpu"
    WAITING = "waiting"
    MODULES = "modules"
    CALLS = "calls"
    MEMORY = "memory"
    BYTECODE = "bytecode"
    PHASE = "phase"
    APP = "app"
    READY = "ready"
    PACKAGE = "package"
    FORBID = "forbid"
    REQUIRE = "require"
    SIDE_EFFECTS = "side-effects"
    COLD_BYTECODE = "cold-bytecode"
    READ = "read"
    FAULTS = "faults"
    FILES = "files"
    COMPILED = "compiled"
    WORKER_MEMORY = "worker-memory"
    LATE = "late"
    BASELINE = "baseline"
    WAIVER = "waiver"


class JudgedBy(Enum):
    """What decides a budget."""

    MODULES = auto()  # what is loaded in the end, which one recorded boot shows, whatever the machine
    EVIDENCE = auto()  # one evidence boot, whatever the machine
    WARM_EVIDENCE = auto()  # the same, of a boot that compiled nothing
    COUNTED_EVIDENCE = auto()  # the same, with its function calls counted
    COLD_BOOT = auto()  # one boot without bytecode, with nothing in the disk cache
    WORKERS = auto()  # workers that are forked and answer a request
    WHOLE_BOOTS = auto()  # boots without a recorder, or the first one with it, by their time
    PARTS_OF_BOOTS = auto()  # recorded boots, by the time of a part
    ANOTHER_STAGE = auto()  # the comparison with a baseline, or the waivers


class Form(Enum):
    """How a budget is declared in pyproject.toml."""

    LIMIT = auto()  # max = "3s"
    TABLE = auto()  # ready = { search = "200ms" }: a limit for each name
    NAMES = auto()  # forbid = ["pandas"]
    LEVEL = auto()  # cold-bytecode = "warn"
    REGISTRIES = auto()  # late = ["models"]
    NONE = auto()


class Unit(StrEnum):
    """The unit of a value and its limits; the value is what JSON calls it. In the code times are ns, sizes bytes."""

    TIME = "ms"
    SIZE = "mib"
    COUNT = "count"
    NONE = ""


class KindInfo(NamedTuple):
    """
    A kind of budgets.

    Attributes:
        judged_by: what decides it
        form: how it is declared
        unit: of its limits; NONE where it has none
        key: its key in [tool.django-startup.budget]
        option: its option of the command line, without the dashes
        metavar: what --help shows as the value of that option
        help: what --help says of it
    """

    judged_by: JudgedBy
    form: Form = Form.NONE
    unit: Unit = Unit.NONE
    key: str = ""
    option: str = ""
    metavar: str = ""
    help: str = ""

    @property
    def is_timed(self) -> bool:
        return self.judged_by in (JudgedBy.WHOLE_BOOTS, JudgedBy.PARTS_OF_BOOTS)


KINDS = {
    BudgetKind.MAX: KindInfo(
        JudgedBy.WHOLE_BOOTS, Form.LIMIT, Unit.TIME, "max", "max", "3s", "time of the whole boot: CPU and waiting"
    ),
    BudgetKind.MAX_CPU: KindInfo(
        JudgedBy.WHOLE_BOOTS, Form.LIMIT, Unit.TIME, "max-cpu", "max-cpu", "3s", "CPU time of the whole boot"
    ),
    BudgetKind.WAITING: KindInfo(
        JudgedBy.WHOLE_BOOTS,
        Form.LIMIT,
        Unit.TIME,
        "waiting",
        "max-waiting",
        "50ms",
        "waiting: network, disk, subprocesses, sleep",
    ),
    BudgetKind.MODULES: KindInfo(
        JudgedBy.MODULES, Form.LIMIT, Unit.COUNT, "modules", "max-modules", "N", "modules loaded"
    ),
    BudgetKind.CALLS: KindInfo(
        JudgedBy.COUNTED_EVIDENCE,
        Form.LIMIT,
        Unit.COUNT,
        "calls",
        "max-calls",
        "N",
        "calls of Python functions, the same on every machine",
    ),
    BudgetKind.MEMORY: KindInfo(
        JudgedBy.WARM_EVIDENCE, Form.LIMIT, Unit.SIZE, "memory", "max-memory", "350MiB", "resident memory"
    ),
    BudgetKind.BYTECODE: KindInfo(
        JudgedBy.WARM_EVIDENCE,
        Form.LIMIT,
        Unit.SIZE,
        "bytecode",
        "max-bytecode",
        "20MiB",
        "bytecode of the modules loaded",
    ),
    BudgetKind.READ: KindInfo(
        JudgedBy.COLD_BOOT, Form.LIMIT, Unit.SIZE, "read", "max-read", "30MiB", "what a cold start needs from the disk"
    ),
    BudgetKind.FAULTS: KindInfo(
        JudgedBy.COLD_BOOT, Form.LIMIT, Unit.COUNT, "faults", "max-faults", "N", "major page faults of a cold start"
    ),
    BudgetKind.FILES: KindInfo(
        JudgedBy.COLD_BOOT, Form.LIMIT, Unit.COUNT, "files", "max-files", "N", "files that a cold start reads"
    ),
    BudgetKind.COMPILED: KindInfo(
        JudgedBy.COLD_BOOT,
        Form.LIMIT,
        Unit.COUNT,
        "compiled",
        "max-compiled",
        "N",
        "modules that a cold start compiles",
    ),
    BudgetKind.PHASE: KindInfo(
        JudgedBy.PARTS_OF_BOOTS, Form.TABLE, Unit.TIME, "phases", "max-phase", "PHASE=1s", "time of a phase"
    ),
    BudgetKind.APP: KindInfo(
        JudgedBy.PARTS_OF_BOOTS,
        Form.TABLE,
        Unit.TIME,
        "apps",
        "max-app",
        "LABEL=300ms",
        "time of an app: create, models and ready()",
    ),
    BudgetKind.READY: KindInfo(
        JudgedBy.PARTS_OF_BOOTS,
        Form.TABLE,
        Unit.TIME,
        "ready",
        "max-ready",
        "[LABEL=]100ms",
        "time of an app's ready(), or of each",
    ),
    BudgetKind.PACKAGE: KindInfo(
        JudgedBy.PARTS_OF_BOOTS,
        Form.TABLE,
        Unit.TIME,
        "packages",
        "max-package",
        "NAME=200ms",
        "self time of a package",
    ),
    BudgetKind.WORKER_MEMORY: KindInfo(
        JudgedBy.WORKERS,
        Form.TABLE,
        Unit.SIZE,
        "worker-memory",
        "max-worker-memory",
        "[MODE=]90MiB",
        "private memory of a worker: no-preload, preload or freeze (gc.freeze()), or each",
    ),
    BudgetKind.FORBID: KindInfo(
        JudgedBy.MODULES,
        Form.NAMES,
        key="forbid",
        option="forbid",
        metavar="NAME",
        help="fail if this package or module is imported",
    ),
    BudgetKind.REQUIRE: KindInfo(
        JudgedBy.MODULES,
        Form.NAMES,
        key="require",
        option="require",
        metavar="NAME",
        help="fail if this package or module is not imported",
    ),
    # Its option, --no-side-effects, sets a limit of 0 for each kind of them.
    BudgetKind.SIDE_EFFECTS: KindInfo(JudgedBy.EVIDENCE, Form.TABLE, Unit.COUNT, "side-effects"),
    BudgetKind.COLD_BYTECODE: KindInfo(JudgedBy.MODULES, Form.LEVEL, key="cold-bytecode"),
    BudgetKind.LATE: KindInfo(JudgedBy.EVIDENCE, Form.REGISTRIES, key="late"),
    BudgetKind.BASELINE: KindInfo(JudgedBy.ANOTHER_STAGE),
    BudgetKind.WAIVER: KindInfo(JudgedBy.ANOTHER_STAGE),
}


def kinds_declared_as(form: Form) -> dict[str, BudgetKind]:
    """The kinds of a form by their keys in pyproject.toml."""
    return {info.key: kind for kind, info in KINDS.items() if info.form is form}
