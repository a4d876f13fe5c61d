"""What is judged, and by what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django_startup.gate.apart import NO_DOUBTS, Doubts
from django_startup.gate.baseline import Baseline
from django_startup.gate.budgets import Budget
from django_startup.gate.config import GateConfig
from django_startup.gate.evidence import BootRunner, GateEvidence


@dataclass(frozen=True, slots=True)
class Case:
    """
    One target.

    Attributes:
        config: what it is judged by
        runner: makes its boots
        evidence: what its evidence boot showed
        budgets: those of config, with one for each app or package where they are for each
        base: makes the boots of the revision that it is compared with; None where there is none
        base_evidence: what the evidence boot of that showed
        doubts: what makes the comparison with it doubtful
        moves: the new names of the project's modules that moved since
    """

    config: GateConfig
    runner: BootRunner
    evidence: GateEvidence
    budgets: tuple[Budget, ...]
    base: BootRunner | None
    base_evidence: GateEvidence | None
    doubts: Doubts = NO_DOUBTS
    moves: Mapping[str, str] = field(default_factory=dict)

    @property
    def before(self) -> Baseline | None:
        """What it is compared with."""
        return self.config.baseline if self.base_evidence is None else self.base_evidence.baseline
