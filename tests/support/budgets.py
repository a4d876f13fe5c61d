"""Made recordings, checks and baselines, for tests of the gate and its reports."""

from __future__ import annotations

from django_startup.gate.baseline import Baseline, Circumstances
from django_startup.gate.budgets import Budget, BudgetCheck, BudgetReport, Location, Machine, Verdict
from django_startup.gate.kinds import BudgetKind
from django_startup.measure.clocks import Clocks
from django_startup.measure.ending import Ending, Outcome
from django_startup.measure.observations import Environment, LoadedApp
from django_startup.measure.recording import Recording
from django_startup.measure.spans import Span

MS = 1_000_000
S = 1000 * MS
CALM = Machine(0.02, known=True)
BUSY = Machine(0.5, known=True)
HERE = Circumstances("3.13", "5.2", "cpython", "Linux x86_64")
HOSTILE = "a|b\n::error::x\r<b>&</script>`*_[link](u)\x1b[31m\x00\udc80 %0A,\"']]>"


def make_recording(
    *,
    cpu: int = 100,
    waiting: int = 0,
    delay: int = 0,
    ready: int = 0,
    ready_waits: int = 0,
    run_queue_known: bool = True,
) -> Recording:
    """A boot of so many milliseconds; ready and ready_waits are the CPU time and the waiting in billing's ready()."""
    wall = cpu + waiting + delay
    spans = (
        Span(0, None, "phase", "interpreter", 7, True, 0, 0),
        Span(1, None, "phase", "ready", 7, True, 0, wall * MS),
        Span(
            2, 1, "ready", "billing", 7, True, 0, ready * MS, self_cpu_ns=ready * MS, self_waiting_ns=ready_waits * MS
        ),
    )
    return Recording(
        spawned_ns=0,
        first_line=Clocks(1, 0, 0),
        ready=Clocks(1, 0, 0),
        stop=Clocks(wall * MS, cpu * MS, delay * MS),
        thread=7,
        run_queue_known=run_queue_known,
        spans=spans,
        apps=(LoadedApp("billing", "billing", "billing", "/shop/billing"),),
        environment=Environment(modules=3, django="5.2"),
        outcome="reached",
        ending=Ending(Outcome.REACHED),
    )


def make_baseline(
    *,
    circumstances: Circumstances = HERE,
    packages: tuple[str, ...] = ("Django 5.2.1", "stripe 13.0.1"),
    project_modules: tuple[str, ...] = ("billing.models", "shop.settings"),
    side_effects: tuple[str, ...] = ("sql flags/models.py SELECT 1",),
    registrations: tuple[str, ...] = ("models Refund (billing)", "receivers reindex (post_save)"),
    modules: int = 1000,
    calls: int = 580_612,
    memory: int = 231 * 2**20,
    bytecode: int = 19_769_000,
    ratio: float = 7.891,
    unreadable: tuple[str, ...] = (),
    sources: tuple[str, ...] = (),
    parts: tuple[str, ...] = (),
) -> Baseline:
    return Baseline(
        circumstances,
        packages,
        project_modules,
        side_effects,
        registrations,
        modules,
        calls,
        memory,
        bytecode,
        ratio,
        "shop.settings",
        unreadable,
        sources,
        parts=parts,
    )


def make_check(
    kind: BudgetKind = BudgetKind.MAX,
    name: str = "",
    *,
    verdict: Verdict = Verdict.OVER,
    value: int | None = 4 * S,
    fail: int = 3 * S,
    warn: int | None = None,
    text: str = "",
    places: tuple[Location, ...] = (),
    fixes: tuple[str, ...] = (),
    reproduce: str = "",
    boots: int = 1,
) -> BudgetCheck:
    return BudgetCheck(Budget(kind, name, fail, warn), verdict, value, boots, text, places, fixes, reproduce)


def make_report(*checks: BudgetCheck, machine: Machine = CALM, notes: tuple[str, ...] = ()) -> BudgetReport:
    return BudgetReport("urls", checks, 3, machine, notes)
