"""The time and the waiting against a base or a baseline: who is to blame, and when nobody is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from inline_snapshot import snapshot

from django_startup.gate import time_changes
from django_startup.gate.baseline import Baseline
from django_startup.gate.budgets import BudgetCheck, Verdict
from django_startup.gate.case import Case
from django_startup.gate.config import GateConfig
from django_startup.gate.evidence import GateEvidence
from django_startup.gate.growth import Growth
from django_startup.gate.time_changes import changes_in_time, does_something_else
from django_startup.measure.observations import Compiled, LoadedModule
from tests.support.budgets import HERE, MS, make_baseline, make_recording

WITHIN, WARN, OVER = Verdict.WITHIN, Verdict.WARN, Verdict.OVER
BEFORE = replace(make_baseline(), sources=("billing 1", "shop 1"), waiting_ns=MS)


class Waiting:
    """A runner whose boots wait."""

    def __init__(self, *waits: int) -> None:
        self.waits = list(waits)


def checks_of(
    monkeypatch: pytest.MonkeyPatch,
    *,
    factor: float = 1.0,
    waits: tuple[int, ...] = (2 * MS, 3 * MS),
    base: Waiting | None = None,
    before: Baseline | None = BEFORE,
    sources: tuple[str, ...] = ("billing 1", "shop 1"),
    cold: tuple[str, ...] = (),
    cold_before: tuple[str, ...] = (),
) -> dict[str, BudgetCheck]:
    monkeypatch.setattr(time_changes, "over_base", lambda runner, base: factor)
    monkeypatch.setattr(time_changes, "over_reference", lambda runner: factor * BEFORE.ratio)
    monkeypatch.setattr(Growth, "explained", lambda growth, check: check)
    runner: Any = Waiting(*waits)
    of_base: Any = base
    evidence, base_evidence = (GateEvidence.__new__(GateEvidence) for _ in range(2))
    evidence.sources, evidence.baseline = sources, make_baseline()
    base_evidence.sources, base_evidence.baseline = BEFORE.sources, make_baseline()
    loaded = tuple(LoadedModule(name, "", f"/{name}.py") for name in ("billing", "shop"))
    for side, names, more in (
        (evidence, cold, ()),
        (base_evidence, cold_before, (LoadedModule("gone", "", "/gone.py"),)),
    ):
        compiled = tuple(Compiled(f"/{name}.py", MS) for name in names)
        side.recording = replace(make_recording(), modules=(*loaded, *more), compiled=compiled)
    config = GateConfig(baseline=before)
    case = Case(config, runner, evidence, (), of_base, base_evidence if base is not None else None)
    return {check.budget.name: check for check in changes_in_time(case)}


def test_nothing_to_compare_with(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks_of(monkeypatch, before=None) == {}
    assert checks_of(monkeypatch, before=replace(BEFORE, ratio=0.0)) == {}
    assert checks_of(monkeypatch, before=replace(BEFORE, circumstances=replace(HERE, python="3.14"))) == {}


def test_the_same_code_is_never_over(monkeypatch: pytest.MonkeyPatch) -> None:
    checks = checks_of(monkeypatch)
    assert {name: check.verdict for name, check in checks.items()} == {"time": WITHIN, "waiting": WITHIN}
    for base in (None, Waiting(MS, 2 * MS)):
        checks = checks_of(monkeypatch, factor=1.5, waits=(900 * MS, 950 * MS), base=base)
        assert {name: check.verdict for name, check in checks.items()} == {"time": WARN, "waiting": WARN}
    assert {name: check.text for name, check in checks.items()} == snapshot(
        {
            "time": "+50.0 % [+48.9, +51.1], tolerance 5%, 5 pairs, but the code does the same as before: it is the "
            "machine, or C code of a package",
            "waiting": "0.001 s before, 0.900 s now, 2 boots, but the code does the same as before: "
            "what it waits for takes longer",
        }
    )


@pytest.mark.parametrize("base", [None, Waiting(MS, 2 * MS)], ids=["baseline", "base"])
def test_a_changed_module_of_the_project(monkeypatch: pytest.MonkeyPatch, base: Waiting | None) -> None:
    checks = checks_of(monkeypatch, factor=1.5, waits=(900 * MS, 950 * MS), base=base, sources=("billing 1", "shop 2"))
    assert {name: check.verdict for name, check in checks.items()} == {"time": OVER, "waiting": OVER}
    assert checks["waiting"].text == snapshot("0.001 s before, 0.900 s now, 2 boots")
    checks = checks_of(monkeypatch, waits=(26 * MS, 27 * MS), base=base, sources=("billing 1", "shop 2"))
    assert {name: check.verdict for name, check in checks.items()} == {"time": WITHIN, "waiting": WITHIN}


def test_a_baseline_of_an_older_version(monkeypatch: pytest.MonkeyPatch) -> None:
    checks = checks_of(monkeypatch, factor=1.5, before=replace(BEFORE, sources=(), waiting_ns=None))
    assert {name: check.verdict for name, check in checks.items()} == {"time": WARN}
    assert checks["time"].text == snapshot(
        "+50.0 % [+48.9, +51.1], tolerance 5%, 5 pairs, but nothing else has changed, "
        "and the baseline is too old to tell whether the code has: write it again with startupbudget baseline"
    )
    checks = checks_of(monkeypatch, waits=(900 * MS,), before=replace(BEFORE, sources=()))
    assert checks["waiting"].verdict is WARN
    assert checks["waiting"].text.endswith(time_changes.UNKNOWN)


def test_waiting_that_the_system_does_not_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(checks_of(monkeypatch, waits=())) == ["time"]
    assert list(checks_of(monkeypatch, base=Waiting())) == ["time"]


def test_modules_without_bytecode_on_one_side(monkeypatch: pytest.MonkeyPatch) -> None:
    base = Waiting(MS)
    for cold, cold_before in ((("shop",), ()), (("shop",), ("billing", "shop"))):
        checks = checks_of(monkeypatch, factor=1.5, base=base, cold=cold, cold_before=cold_before)
        assert {name: check.verdict for name, check in checks.items()} == {"time": Verdict.UNSURE}
        assert (" here, unlike in the base" in checks["time"].text) is (not cold_before)
    assert checks["time"].text == snapshot(
        "not comparable: modules are compiled from source in every boot of the base, "
        "unlike here (PYTHONDONTWRITEBYTECODE?)"
    )
    same = checks_of(monkeypatch, base=base, cold=("shop",), cold_before=("shop", "gone"))
    assert {name: check.verdict for name, check in same.items()} == {"time": WITHIN, "waiting": WITHIN}
    text = checks_of(monkeypatch, factor=1.5, cold=("shop",))["time"].text
    assert text == snapshot(
        "not comparable: modules are compiled from source in every boot now, "
        "unlike in the baseline (PYTHONDONTWRITEBYTECODE?)"
    )
    assert checks_of(monkeypatch, cold=("shop",), before=replace(BEFORE, bytecode=0))["time"].verdict is WITHIN


def test_what_is_another_one_beside_the_source() -> None:
    before = make_baseline()
    assert not does_something_else(before, make_baseline(calls=590_000))
    assert not does_something_else(before, make_baseline(calls=0))
    assert does_something_else(before, make_baseline(calls=600_000))
    assert does_something_else(before, make_baseline(packages=("Django 5.2.2", "stripe 13.0.1")))
    assert does_something_else(before, make_baseline(project_modules=("billing.models",)))
