"""A project that dies while it is timed."""

from __future__ import annotations

import pytest

from django_startup.gate import evidence, judge
from django_startup.gate.budgets import Budget
from django_startup.gate.case import Case
from django_startup.gate.config import GateConfig
from django_startup.gate.evidence import GateEvidence
from django_startup.gate.kinds import BudgetKind
from django_startup.measure.boot import BootKind
from django_startup.measure.instructions import Instructions
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget, Entry, How
from django_startup.profiler import ProjectDied
from tests.support.budgets import make_recording

TARGET = BootTarget(Entry(How.SCRIPT, "manage.py", "/shop/manage.py"))


def dying(case: Case) -> None:
    raise ProjectDied("bare", (), None)


@pytest.mark.parametrize(
    ("kind", "is_made", "expected"),
    [
        (BootKind.EVIDENCE, False, [BootKind.EVIDENCE]),
        (BootKind.EVIDENCE, True, [BootKind.EVIDENCE]),
        (BootKind.RECORDED, False, [BootKind.EVIDENCE]),
        (BootKind.RECORDED, True, [BootKind.RECORDED, BootKind.EVIDENCE]),
    ],
)
def test_an_evidence_boot_says_where_unless_there_was_one(
    kind: BootKind, is_made: bool, expected: list[BootKind], monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds: list[BootKind] = []

    def boot(kind: BootKind, instructions: Instructions) -> Recording:
        kinds.append(kind)
        return make_recording()

    found = GateEvidence(TARGET, boot, kind)
    assert found.with_verdicts.with_verdicts is found.with_verdicts  # takes no further boot
    if is_made:
        assert found.recording.apps
    monkeypatch.setattr(judge, "timed_stage", dying)
    case = Case(GateConfig(), None, found, (), None, None)  # type: ignore[arg-type]
    with pytest.raises(ProjectDied, match="bare"):
        judge.timed_or_dead(case)
    assert kinds == expected


@pytest.mark.parametrize(
    ("budget", "expected"),
    [
        (Budget(BudgetKind.FORBID, "heavy"), [BootKind.RECORDED, BootKind.EVIDENCE]),
        (Budget(BudgetKind.SIDE_EFFECTS, "sql", 0), [BootKind.EVIDENCE]),
    ],
)
def test_a_boot_that_looks_at_modules_alone_does_not_say_where(
    budget: Budget, expected: list[BootKind], monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds: list[BootKind] = []

    def die(target: BootTarget, kind: BootKind, **options: object) -> Recording:
        kinds.append(kind)
        raise ProjectDied(str(kind), (), None)

    monkeypatch.setattr(evidence, "boot", die)
    runner = evidence.BootRunner(TARGET, 60, lambda done, planned: None)
    with pytest.raises(ProjectDied, match=str(expected[-1])):
        judge.make_case(runner, GateConfig(budgets=(budget,)), None)
    assert kinds == expected
