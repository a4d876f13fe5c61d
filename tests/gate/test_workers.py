from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from django_startup.exceptions import UsageError
from django_startup.gate import workers
from django_startup.gate.budgets import Budget, Verdict
from django_startup.gate.config import GateConfig
from django_startup.gate.evidence import BootRunner
from django_startup.gate.kinds import BudgetKind
from django_startup.gate.preconditions import check_before_boots
from django_startup.gate.workers import judge_workers
from django_startup.measure.target import BootTarget, Entry, How
from django_startup.profile.workers import WorkerMemory, WorkerMode, Workers

MIB = 2**20
TARGET = BootTarget(Entry(How.SCRIPT, "manage.py", "manage.py"), directory=Path())
MEMORY = tuple(WorkerMemory(mode, size * MIB, 0, 0) for mode, size in zip(WorkerMode, (120, 80, 20), strict=True))
WORKERS = Workers(2, "/", "200 OK", memory=MEMORY)


def budget(mode: str, size: int) -> Budget:
    return Budget(BudgetKind.WORKER_MEMORY, mode, size * MIB)


def judge(
    monkeypatch: pytest.MonkeyPatch, found: Workers, *budgets: Budget, request: str = "/"
) -> tuple[list[Any], list[Any], BootRunner]:
    """The checks; the modes that were measured with what was said of the boots; the runner."""
    asked: list[Any] = []

    def measure_workers(*arguments: Any, modes: Any, on_boot: Any, observes: bool, **options: Any) -> Workers:
        assert not observes
        on_boot(0, 1 + len(modes))
        asked.extend(modes)
        return found

    monkeypatch.setattr(workers, "measure_workers", measure_workers)
    monkeypatch.setattr(workers, "check_system", lambda: None)
    runner = BootRunner(TARGET, 9, lambda *boots: asked.append(boots))
    runner.boots = 1
    return list(judge_workers(budgets, runner, request)), asked, runner


def test_a_limit_for_each_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    checks, asked, runner = judge(monkeypatch, WORKERS, budget("*", 100), budget("preload", 70))
    assert [(check.budget.title, check.verdict, check.value) for check in checks] == [
        ("worker-memory no-preload", Verdict.OVER, 120 * MIB),
        ("worker-memory freeze", Verdict.WITHIN, 20 * MIB),
        ("worker-memory preload", Verdict.OVER, 80 * MIB),
    ]
    assert asked == [(1, 5), *WorkerMode]
    assert runner.boots == 5
    assert [check.reproduce for check in checks[:2]] == ["python -m django_startup profile --workers 2", ""]


def test_only_what_is_asked_for_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    _, asked, runner = judge(monkeypatch, WORKERS, budget("freeze", 100))
    assert (asked, runner.boots) == ([(1, 3), WorkerMode.FREEZE], 3)
    checks, asked, _ = judge(monkeypatch, WORKERS, Budget(BudgetKind.MODULES))
    assert (checks, asked) == ([], [])


def test_a_request_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = replace(WORKERS, status="500 Internal Server Error", failure="ValueError: no luck (shop/urls.py:4)")
    (check,), _, _ = judge(monkeypatch, failed, budget("freeze", 100), request="/boom")
    assert (check.verdict, check.value) == (Verdict.UNSURE, None)
    assert check.text == (
        "GET / was answered 500 Internal Server Error: ValueError: no luck (shop/urls.py:4); name another path with "
        "--request"
    )
    assert check.reproduce == "python -m django_startup profile --workers 2 --request /boom"
    (check,), _, _ = judge(monkeypatch, replace(failed, status="", failure=""), budget("freeze", 100))
    assert check.text == "GET / was answered nothing; name another path with --request"


def test_other_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    def check_system() -> None:
        raise UsageError("Not here.")

    monkeypatch.setattr(workers, "check_system", check_system)
    runner = BootRunner(TARGET, 9, lambda *boots: None)
    (check,) = judge_workers([budget("freeze", 100)], runner, "/")
    assert (check.verdict, check.value, check.text, runner.boots) == (Verdict.UNSURE, None, "Not here", 0)


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        (
            GateConfig((budget("prelod", 1),)),
            "The budget 'worker-memory prelod': there is no such mode; did you mean preload?",
        ),
        (
            GateConfig((budget("x", 1),)),
            "The budget 'worker-memory x': there is no such mode; known are no-preload, preload, freeze.",
        ),
        (
            GateConfig((budget("*", 1),), request="boom"),
            "--request boom: write a path that begins with /, such as /healthz/.",
        ),
    ],
)
def test_what_is_refused_before_a_boot(config: GateConfig, sentence: str) -> None:
    with pytest.raises(UsageError) as raised:
        check_before_boots(config, TARGET)
    assert str(raised.value) == sentence
