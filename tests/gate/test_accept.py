from __future__ import annotations

from dataclasses import replace

import pytest

from django_startup.gate.budgets import BudgetCheck, Verdict
from django_startup.gate.config import GateConfig
from django_startup.gate.kinds import BudgetKind
from django_startup.gate.waivers import with_accept
from tests.support.budgets import make_baseline, make_check

BUDGET = "python -m django_startup budget"
CONFIG = GateConfig(declared=frozenset({"max", "ready *"}), target_words=("--until", "setup", "--", "migrate"))
PACKAGES = make_check(BudgetKind.BASELINE, "new-packages")
ALL_NEW = f"{BUDGET} baseline new-packages --until setup -- migrate"


@pytest.mark.parametrize(
    ("check", "baseline", "command"),
    [
        (make_check(), True, f"{BUDGET} accept max --reason …"),
        (make_check(BudgetKind.READY, "o'b"), True, f"""{BUDGET} accept 'ready o'"'"'b' --reason …"""),
        (make_check(BudgetKind.FORBID, "pandas"), True, ""),  # an option of the command line
        (
            replace(PACKAGES, about=("stripe", "boto3")),
            True,
            f"{BUDGET} baseline stripe boto3 --until setup -- migrate",
        ),
        (replace(PACKAGES, about=tuple("abcdefghij")), True, ALL_NEW),
        (replace(PACKAGES, verdict=Verdict.WARN), True, ALL_NEW),
        (PACKAGES, False, f"{BUDGET} accept 'baseline new-packages' --reason …"),
        (make_check(verdict=Verdict.WARN), True, ""),
        (make_check(verdict=Verdict.WITHIN), True, ""),
        (make_check(verdict=Verdict.UNSURE), True, ""),
        (make_check(BudgetKind.WAIVER, "max"), True, ""),
    ],
)
def test_the_command_that_accepts(check: BudgetCheck, baseline: bool, command: str) -> None:
    config = replace(CONFIG, baseline=make_baseline() if baseline else None)
    assert with_accept(check, config).accept == command
