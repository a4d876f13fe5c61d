"""A project that dies while it is timed."""

from __future__ import annotations

import pytest

from django_startup.gate import judge
from django_startup.gate.case import Case
from django_startup.gate.config import GateConfig
from django_startup.gate.evidence import GateEvidence
from django_startup.measure.boot import BootKind
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget, Entry, How
from django_startup.profiler import ProjectDied
from tests.support.budgets import make_recording

TARGET = BootTarget(Entry(How.SCRIPT, "manage.py", "/shop/manage.py"))


def dying(case: Case) -> None:
    raise ProjectDied("bare", (), None)


@pytest.mark.parametrize("is_made", [False, True])
def test_an_evidence_boot_says_where_unless_there_was_one(is_made: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds: list[BootKind] = []

    def boot(kind: BootKind) -> Recording:
        kinds.append(kind)
        return make_recording()

    evidence = GateEvidence(TARGET, boot)
    if is_made:
        assert evidence.recording.apps
    monkeypatch.setattr(judge, "timed_stage", dying)
    case = Case(GateConfig(), None, evidence, (), None, None)  # type: ignore[arg-type]
    with pytest.raises(ProjectDied, match="bare"):
        judge.timed_or_dead(case)
    assert (kinds, evidence.is_made) == ([BootKind.EVIDENCE], True)
