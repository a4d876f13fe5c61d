from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.gate.budgets import Budget, Machine, Verdict
from django_startup.gate.kinds import KINDS, BudgetKind, JudgedBy
from django_startup.gate.timed import TimedJudge, decide
from django_startup.measure.boot import BootKind
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget, Entry, How
from tests.support.budgets import BUSY, CALM, MS, S, make_recording

TARGET = BootTarget(Entry(How.SCRIPT, "manage.py", "/shop/manage.py"), directory=Path("/shop"))
LIMIT = S
WITHIN, WARN, UNSURE, OVER = Verdict.WITHIN, Verdict.WARN, Verdict.UNSURE, Verdict.OVER
OF_THE_BOOT, OF_A_PART = (
    [kind for kind, info in KINDS.items() if info.judged_by is way]
    for way in (JudgedBy.WHOLE_BOOTS, JudgedBy.PARTS_OF_BOOTS)
)
ALL = (*OF_THE_BOOT, *OF_A_PART)
BUT_WAITING = tuple(kind for kind in ALL if kind is not BudgetKind.WAITING)


def verdict(
    kind: BudgetKind, value: int, run: int, *, warn: int | None = None, is_last: bool = False, machine: Machine = CALM
) -> Verdict | None:
    return decide(Budget(kind, "x", LIMIT, warn), value, run, is_last=is_last, machine=machine)


# decide()


@pytest.mark.parametrize("kind", BUT_WAITING)
def test_clearly_under_by_the_first_boot(kind: BudgetKind) -> None:
    assert verdict(kind, LIMIT * 8 // 10 - 1, 1) is WITHIN
    assert verdict(kind, LIMIT * 8 // 10, 1) is None
    assert verdict(kind, LIMIT, 1) is None


@pytest.mark.parametrize("kind", ALL)
def test_under_by_two_boots(kind: BudgetKind) -> None:
    assert verdict(kind, LIMIT, 2) is WITHIN
    assert verdict(kind, LIMIT, 1, is_last=True) is WITHIN
    assert verdict(kind, LIMIT, 2, machine=BUSY) is WITHIN


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize(("value", "found"), [(500 * MS, WITHIN), (500 * MS + 1, WARN), (LIMIT, WARN)])
def test_a_pair_of_limits(kind: BudgetKind, value: int, found: Verdict) -> None:
    assert verdict(kind, value, 4, warn=500 * MS) is found
    assert verdict(kind, value, 1, warn=500 * MS, is_last=True) is found


@pytest.mark.parametrize("kind", ALL)
def test_a_warning_takes_four_boots(kind: BudgetKind) -> None:
    assert [verdict(kind, 500 * MS + 1, run, warn=500 * MS) for run in (1, 2, 3, 4)] == [None, None, None, WARN]


@pytest.mark.parametrize("kind", BUT_WAITING)
def test_far_over_after_four_boots(kind: BudgetKind) -> None:
    far = LIMIT * 135 // 100
    assert [verdict(kind, far + 1, run) for run in (1, 2, 3, 4)] == [None, None, None, OVER]
    assert verdict(kind, far, 4) is None
    assert verdict(kind, far + 1, 4, machine=BUSY) is OVER


@pytest.mark.parametrize("kind", ALL)
def test_clearly_over_after_two_boots(kind: BudgetKind) -> None:
    assert [verdict(kind, 3 * LIMIT + 1, run, machine=BUSY) for run in (1, 2)] == [None, OVER]
    assert verdict(kind, 3 * LIMIT, 2) is None
    small = Budget(kind, "x", 5 * MS)
    assert decide(small, 55 * MS, 2, is_last=False, machine=CALM) is None
    assert decide(small, 55 * MS + 1, 2, is_last=False, machine=CALM) is OVER


def test_beyond_what_compiling_takes_one_boot_is_enough() -> None:
    assert verdict(BudgetKind.MAX, 12 * LIMIT, 1) is None
    assert verdict(BudgetKind.MAX, 12 * LIMIT + 1, 1) is OVER
    assert verdict(BudgetKind.MAX_CPU, 12 * LIMIT + 1, 1) is OVER
    assert verdict(BudgetKind.WAITING, 12 * LIMIT + 1, 1) is None
    assert verdict(BudgetKind.READY, 12 * LIMIT + 1, 1) is None


def test_a_small_limit_is_not_far_over_by_little() -> None:
    budget = Budget(BudgetKind.READY, "x", 5 * MS)
    assert decide(budget, 15 * MS, 4, is_last=False, machine=CALM) is None
    assert decide(budget, 15 * MS + 1, 4, is_last=False, machine=CALM) is OVER


@pytest.mark.parametrize("kind", [BudgetKind.MAX, BudgetKind.MAX_CPU])
def test_a_little_over_in_the_end(kind: BudgetKind) -> None:
    assert [verdict(kind, LIMIT + 1, run) for run in (1, 4, 9)] == [None, None, None]
    assert verdict(kind, LIMIT + 1, 10, is_last=True) is OVER
    assert verdict(kind, LIMIT + 1, 1, is_last=True) is OVER


@pytest.mark.parametrize("kind", [BudgetKind.MAX, BudgetKind.MAX_CPU])
def test_a_busy_machine_does_not_tell_a_little(kind: BudgetKind) -> None:
    assert verdict(kind, LIMIT * 11 // 10, 10, is_last=True, machine=BUSY) is UNSURE
    assert verdict(kind, LIMIT * 11 // 10 + 1, 10, is_last=True, machine=BUSY) is OVER


@pytest.mark.parametrize("kind", OF_A_PART)
@pytest.mark.parametrize("machine", [CALM, BUSY])
def test_the_margin_of_a_part(kind: BudgetKind, machine: Machine) -> None:
    assert verdict(kind, LIMIT * 115 // 100, 10, is_last=True, machine=machine) is UNSURE
    assert verdict(kind, LIMIT * 115 // 100 + 1, 10, is_last=True, machine=machine) is OVER
    small = Budget(kind, "x", 20 * MS)
    assert decide(small, 30 * MS, 10, is_last=True, machine=machine) is UNSURE
    assert decide(small, 30 * MS + 1, 10, is_last=True, machine=machine) is OVER


@pytest.mark.parametrize("machine", [CALM, BUSY])
def test_waiting(machine: Machine) -> None:
    assert verdict(BudgetKind.WAITING, LIMIT, 1, machine=machine) is WITHIN
    assert [verdict(BudgetKind.WAITING, LIMIT + 1, run, machine=machine) for run in (1, 2, 3)] == [None, None, OVER]
    assert verdict(BudgetKind.WAITING, LIMIT + 1, 1, is_last=True, machine=machine) is OVER


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("machine", [CALM, BUSY])
def test_the_last_boot_decides(kind: BudgetKind, machine: Machine) -> None:
    for value in (0, LIMIT // 2, LIMIT, LIMIT + 1, LIMIT * 12 // 10, LIMIT * 2):
        assert verdict(kind, value, 10, is_last=True, machine=machine) is not None


@pytest.mark.parametrize("kind", ALL)
def test_no_limit_at_all_is_kept_by_nothing(kind: BudgetKind) -> None:
    assert decide(Budget(kind, "x", 0), 0, 2, is_last=False, machine=CALM) is WITHIN
    assert decide(Budget(kind, "x", 0), 20 * MS, 10, is_last=True, machine=CALM) is OVER


# TimedJudge


class Boots:
    """Gives one made recording after the other, the last again and again, and writes down the kinds asked for."""

    def __init__(self, *recordings: Recording) -> None:
        self.recordings = list(recordings)
        self.kinds: list[BootKind] = []

    def __call__(self, kind: BootKind) -> Recording:
        self.kinds.append(kind)
        return self.recordings.pop(0) if len(self.recordings) > 1 else self.recordings[0]


def timed(boot: Callable[[BootKind], Recording], *budgets: Budget, max_runs: int = 10) -> TimedJudge:
    return TimedJudge(TARGET, budgets, boot, max_runs)


def test_a_clear_pass_is_one_bare_boot() -> None:
    boots = Boots(make_recording(cpu=500, waiting=100))
    (check,) = timed(boots, Budget(BudgetKind.MAX, fail=S)).judge()
    assert boots.kinds == ["bare"]
    assert (check.verdict, check.value, check.boots) == (WITHIN, 600 * MS, 1)
    assert check.text == snapshot("0.500 s CPU + 0.100 s waiting; 1 boot; wall 0.600 s")


def test_the_best_of_all_boots_counts() -> None:
    boots = Boots(make_recording(cpu=1300), make_recording(cpu=1200), make_recording(cpu=900), make_recording(cpu=5000))
    (check,) = timed(boots, Budget(BudgetKind.MAX_CPU, fail=S)).judge()
    assert boots.kinds == ["bare"] * 3
    assert (check.verdict, check.value, check.boots) == (WITHIN, 900 * MS, 3)
    assert check.text == snapshot("3 boots, the slowest 1.300 s")


def test_waiting_for_a_processor_is_no_time() -> None:
    boots = Boots(make_recording(cpu=500, delay=5000))
    judge = timed(boots, Budget(BudgetKind.MAX, fail=S))
    (check,) = judge.judge()
    assert (check.verdict, check.value) == (WITHIN, 500 * MS)
    assert check.text == snapshot("0.500 s CPU + 0.000 s waiting; 1 boot; wall 5.500 s, the machine was busy")
    assert judge.machine().is_busy


@pytest.mark.parametrize(("delay", "verdict", "value"), [(0, OVER, 300), (5000, WITHIN, 100)])
def test_what_processes_wait_for_a_processor_is_no_time(delay: int, verdict: Verdict, value: int) -> None:
    recording = replace(make_recording(cpu=500, waiting=300, delay=delay), children_cpu_ns=20 * MS)
    (check,) = timed(Boots(recording), Budget(BudgetKind.WAITING, fail=200 * MS)).judge()
    assert (check.verdict, check.value) == (verdict, value * MS)
    (check,) = timed(Boots(recording), Budget(BudgetKind.MAX, fail=S)).judge()
    assert (check.verdict, check.value) == (WITHIN, (500 + value) * MS)


@pytest.mark.parametrize(("waiting", "delay", "verdict"), [(300, 0, OVER), (300, 5000, UNSURE), (0, 5000, OVER)])
def test_the_part_in_which_processes_wait_is_unsure(waiting: int, delay: int, verdict: Verdict) -> None:
    recording = make_recording(cpu=500, ready=300 - waiting, ready_waits=waiting, delay=delay)
    boots = Boots(replace(recording, children_cpu_ns=20 * MS))
    (check,) = timed(boots, Budget(BudgetKind.READY, "billing", 150 * MS)).judge()
    assert (check.verdict, check.value) == (verdict, 300 * MS)


def test_over_takes_as_many_boots_as_it_needs() -> None:
    boots = Boots(make_recording(cpu=1100))
    (check,) = timed(boots, Budget(BudgetKind.MAX, fail=S)).judge()
    assert (check.verdict, len(boots.kinds)) == (OVER, 10)
    boots = Boots(make_recording(cpu=1400))
    (check,) = timed(boots, Budget(BudgetKind.MAX, fail=S)).judge()
    assert (check.verdict, len(boots.kinds)) == (OVER, 4)
    boots = Boots(make_recording(cpu=1100))
    (check,) = timed(boots, Budget(BudgetKind.MAX, fail=S), max_runs=3).judge()
    assert (check.verdict, len(boots.kinds)) == (OVER, 3)


def test_unsure_says_why() -> None:
    boots = Boots(make_recording(cpu=1050, delay=900))
    (check,) = timed(boots, Budget(BudgetKind.MAX_CPU, fail=S), max_runs=2).judge()
    assert (check.verdict, check.text) == (UNSURE, "2 boots, the slowest 1.050 s; over, within measurement error")


def test_a_part_takes_recorded_boots_alone() -> None:
    boots = Boots(make_recording(cpu=500, ready=300))
    (check,) = timed(boots, Budget(BudgetKind.READY, "billing", S)).judge()
    assert boots.kinds == ["recorded"]
    assert (check.verdict, check.value, check.text) == (WITHIN, 300 * MS, "1 boot")


def test_a_recorded_boot_that_was_made_before_is_the_first() -> None:
    boots = Boots(make_recording(cpu=500, ready=990))
    budget = Budget(BudgetKind.READY, "billing", S)
    (check,) = TimedJudge(TARGET, [budget], boots, 10, [make_recording(cpu=500, ready=300)]).judge()
    assert (check.value, check.boots, boots.kinds) == (300 * MS, 1, [])
    (check,) = TimedJudge(TARGET, [budget], boots, 10, [make_recording(cpu=900, ready=995)]).judge()
    assert (check.value, check.boots, boots.kinds) == (990 * MS, 2, ["recorded"])


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (BudgetKind.PHASE, "ready", 300 * MS),
        (BudgetKind.APP, "billing", 300 * MS),
        (BudgetKind.READY, "billing", 300 * MS),
        (BudgetKind.PACKAGE, "stripe", 0),
        (BudgetKind.READY, "gone", 0),
    ],
)
def test_parts(kind: BudgetKind, name: str, value: int) -> None:
    (check,) = timed(Boots(make_recording(cpu=500, ready=300)), Budget(kind, name, S)).judge()
    assert (check.verdict, check.value) == (WITHIN, value)


def test_one_stream_for_all_until_each_is_decided() -> None:
    boots = Boots(make_recording(cpu=900, waiting=30, ready=900))
    judge = timed(
        boots,
        Budget(BudgetKind.MAX, fail=S),  # two boots
        Budget(BudgetKind.WAITING, fail=20 * MS),  # three
        Budget(BudgetKind.READY, "billing", 500 * MS),  # four
        Budget(BudgetKind.PHASE, "ready", 5 * S),  # one
        Budget(BudgetKind.FORBID, "pandas"),  # none of its
    )
    checks = {check.budget.kind: (check.verdict, check.boots) for check in judge.judge()}
    assert checks == {
        BudgetKind.PHASE: (WITHIN, 1),
        BudgetKind.MAX: (WITHIN, 2),
        BudgetKind.WAITING: (OVER, 3),
        BudgetKind.READY: (OVER, 4),
    }
    assert boots.kinds == ["recorded", *["recorded", "bare"] * 2, "recorded"]
    assert judge.pending == []


def test_what_a_recorded_boot_keeps_is_kept() -> None:
    budgets = (Budget(BudgetKind.MAX, fail=S), Budget(BudgetKind.READY, "billing", S))
    boots = Boots(make_recording(cpu=700, waiting=99, ready=300))
    assert {check.verdict for check in timed(boots, *budgets).judge()} == {WITHIN}
    assert boots.kinds == ["recorded"]
    (check,) = TimedJudge(TARGET, budgets[:1], boots, 10, [make_recording(cpu=799)]).judge()
    assert (check.verdict, check.value, boots.kinds) == (WITHIN, 799 * MS, ["recorded"])


def test_what_only_a_recorded_boot_breaks_is_asked_of_one_without_a_recorder() -> None:
    boots = Boots(make_recording(cpu=1010), make_recording(cpu=990))
    judge = TimedJudge(TARGET, [Budget(BudgetKind.MAX, fail=S)], boots, 10, [make_recording(cpu=1020)])
    (check,) = judge.judge()
    assert (check.verdict, check.value, check.boots, boots.kinds) == (WITHIN, 990 * MS, 3, ["bare"] * 2)
    boots = Boots(make_recording(cpu=990))
    (check,) = TimedJudge(
        TARGET, [Budget(BudgetKind.MAX, fail=S)], boots, 1, [make_recording(cpu=1020, ready=300)]
    ).judge()[:1]
    assert (check.verdict, check.value, boots.kinds) == (WITHIN, 990 * MS, ["bare"])


def test_nothing_timed_boots_nothing() -> None:
    boots = Boots(make_recording())
    judge = timed(boots, Budget(BudgetKind.FORBID, "pandas"), Budget(BudgetKind.MODULES, fail=1))
    assert judge.judge() == []
    assert boots.kinds == []
    assert judge.machine() == Machine(0.0, known=True)


def test_a_system_that_does_not_tell_how_busy_it_is() -> None:
    judge = timed(Boots(make_recording(delay=100, run_queue_known=False)), Budget(BudgetKind.MAX, fail=S))
    judge.judge()
    assert judge.machine() == Machine(0.0, known=False)


def test_a_part_without_processes_is_not_unsure() -> None:
    recording = replace(make_recording(cpu=500, ready_waits=300, delay=5000), children_cpu_ns=20 * MS)
    asked = []

    def starts_processes(budget: Budget) -> bool:
        asked.append(budget.fail)
        return False

    budgets = [Budget(BudgetKind.READY, "billing", ms * MS) for ms in (150, 400)]
    checks = TimedJudge(TARGET, budgets, Boots(recording), 1, (), starts_processes).judge()
    assert [check.verdict for check in checks] == [OVER, WITHIN]
    assert asked == [150 * MS]
