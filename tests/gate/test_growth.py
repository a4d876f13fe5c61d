"""What a longer time is put down to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from inline_snapshot import snapshot

from django_startup.gate import growth as growth_module
from django_startup.gate.baseline import effect_item
from django_startup.gate.budgets import BudgetCheck, Verdict
from django_startup.gate.case import Case
from django_startup.gate.config import GateConfig
from django_startup.gate.evidence import GateEvidence
from django_startup.gate.growth import Growth
from django_startup.gate.kinds import BudgetKind
from django_startup.measure.boot import BootKind
from django_startup.measure.observations import LoadedModule
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget, Entry, How
from django_startup.profile.effects import Ran, SideEffect
from django_startup.profile.profile import StartupProfile
from django_startup.profile.timeline import KINDS, MAIN_THREAD
from tests.support.budgets import MS, make_baseline, make_check, make_recording
from tests.support.profiles import make_module, make_profile

TARGET = BootTarget(Entry(How.SCRIPT, "manage.py", "/shop/manage.py"), directory=Path("/shop"))
SLOWER = make_check(BudgetKind.BASELINE, "time", text="+15.0 %")
WAITS = make_check(BudgetKind.BASELINE, "waiting", text="0.000 s before, 1.000 s now")


class Runner:
    """Makes the same boot again and again."""

    target = TARGET

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.kinds: list[BootKind] = []

    def __call__(self, kind: BootKind) -> Recording:
        self.kinds.append(kind)
        return self.recording


def evidence_of(sources: tuple[str, ...], directory: str = "/shop") -> GateEvidence:
    module = LoadedModule("billing.models", "", f"{directory}/billing/models.py")
    recording = replace(make_recording(), modules=(module,))
    evidence = GateEvidence(TARGET, lambda kind, instructions: recording)
    evidence.sources, evidence.baseline = sources, make_baseline()
    return evidence


def profile_with(own_ms: dict[str, int], ready_ms: int = 0, waiting_ms: int = 0) -> StartupProfile:
    """A profile of modules of the app billing, each with its own time; all of them wait, where they do."""
    profile = make_profile()
    names = tuple(own_ms)
    import_kind = KINDS.index("import")
    spans = tuple((import_kind, number, -1, 0, 0, 1, 0, waiting_ms * 1000) for number, _ in enumerate(names))
    timeline = replace(profile.timeline, names=names, threads=(MAIN_THREAD,), spans=spans)
    modules = tuple(make_module(name, self_ms=ms) for name, ms in own_ms.items())
    apps = (replace(profile.apps[1], ready_own_ns=ready_ms * MS),)
    return replace(profile, timeline=timeline, modules=modules, apps=apps, side_effects=())


def growth_of(
    now: StartupProfile, before: StartupProfile | None, *, changed: tuple[str, ...] = (), base: bool = True
) -> Growth:
    stand_in: Any = None
    evidence = evidence_of(tuple(f"{name} 2" for name in changed))
    of_base = evidence_of(tuple(f"{name} 1" for name in changed), "/base") if base else None
    config = GateConfig(baseline=replace(make_baseline(), sources=tuple(f"{name} 1" for name in changed)))
    growth = Growth(Case(config, stand_in, evidence, (), stand_in, of_base))
    growth.profiles = (now, before)
    return growth


def told(check: BudgetCheck) -> tuple[str, list[tuple[str, int, str]], tuple[str, ...]]:
    return check.text, [(place.file, place.line, place.text) for place in check.places], check.fixes


def test_what_is_not_over_needs_no_place() -> None:
    stand_in: Any = None
    check = replace(SLOWER, verdict=Verdict.WARN)
    assert Growth(stand_in).explained(check) is check


def test_a_module_that_takes_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Path] = []

    def first_change(*files: Path) -> int:
        seen.extend(files)
        return 7

    monkeypatch.setattr(growth_module, "first_change", first_change)
    growth = growth_of(
        profile_with({"billing.models": 112, "billing.views": 31, "billing.new": 3}),
        profile_with({"billing.models": 12, "billing.views": 30}),
        changed=("billing.models",),
    )
    assert told(growth.explained(SLOWER)) == snapshot(
        (
            "+15.0 %; billing.models takes 0.112 s by itself, 0.012 s before",
            [("billing/models.py", 7, "billing.models")],
            ("python -m django_startup profile --drill billing.models shows where in it",),
        )
    )
    assert seen == [Path("/base/billing/models.py"), Path("/shop/billing/models.py")]


def test_a_ready_that_takes_longer_for_another_module() -> None:
    growth = growth_of(
        profile_with({"billing.apps": 1}, ready_ms=80), profile_with({"billing.apps": 1}), changed=("billing.reports",)
    )
    assert told(growth.explained(SLOWER)) == snapshot(
        (
            "+15.0 %; ready() of billing takes 0.080 s by itself, 0.000 s before; changed: billing.reports",
            [("billing/apps.py", 1, "ready() of billing")],
            ("python -m django_startup profile --drill billing shows where in it",),
        )
    )


@pytest.mark.parametrize(("ms", "line"), [(250, 5), (249, 1)])
def test_waiting_that_a_side_effect_explains(ms: int, line: int) -> None:
    waiting = profile_with({"billing.models": 900}, waiting_ms=500)
    growth = growth_of(waiting, profile_with({"billing.models": 12}), changed=())
    slept = SideEffect(
        "wait", "time.sleep(1)", "", "models", None, "billing.models", "billing/models.py", 5, "", ms * MS
    )
    growth.case.evidence.profile = replace(waiting, side_effects=(slept, replace(slept, module="shop.other", line=9)))
    assert growth.case.base_evidence is not None
    growth.case.base_evidence.profile = make_profile()
    assert [place.line for place in growth.explained(WAITS).places] == [line]


@pytest.mark.parametrize("base", [True, False])
def test_only_what_is_new_is_to_be_changed(base: bool) -> None:
    waiting, before = (profile_with({"billing.models": ms}, waiting_ms=ms) for ms in (1200, 600))
    growth = growth_of(waiting, before if base else None, changed=() if base else ("billing.models",), base=base)
    asked = SideEffect("sql", "SELECT 1", "", "models", None, "billing.models", "billing/models.py", 5, "", 600 * MS)
    slept = replace(asked, kind="wait", detail="time.sleep(0.6)", line=6)
    growth.case.evidence.profile = replace(waiting, side_effects=(asked, slept))
    if growth.case.base_evidence is not None:
        growth.case.base_evidence.profile = replace(make_profile(), side_effects=(replace(asked, line=4),))
    else:
        assert growth.case.before is not None
        baseline = replace(growth.case.before, side_effects=(effect_item(asked),), waiting_ns=600 * MS)
        runner: Any = SimpleNamespace(waits=[1250 * MS, 1200 * MS])
        growth.case = replace(growth.case, config=replace(growth.case.config, baseline=baseline), runner=runner)
    assert growth.explained(WAITS).fixes == snapshot(
        ("billing/models.py:6 time.sleep(0.6): waiting at start: take it out, or let a thread sleep",)
    )


def test_waiting_is_told_apart_from_work() -> None:
    growth = growth_of(
        profile_with({"billing.models": 900}, waiting_ms=500), profile_with({"billing.models": 12}), changed=()
    )
    assert told(growth.explained(WAITS)) == snapshot(
        (
            "0.000 s before, 1.000 s now; billing.models waits 0.500 s by itself, 0.000 s before",
            [("billing/models.py", 1, "billing.models")],
            ("python -m django_startup profile --drill billing.models shows where in it",),
        )
    )
    assert growth.explained(SLOWER).text == snapshot("+15.0 %; billing.models takes 0.400 s by itself, 0.012 s before")


def test_no_place_takes_longer() -> None:
    same = profile_with({"billing.models": 12})
    many = tuple(f"billing.m{number}" for number in range(5))
    assert told(growth_of(same, same, changed=many).explained(SLOWER)) == snapshot(
        (
            "+15.0 %; changed: billing.m0, billing.m1, billing.m2 and 2 more",
            [],
            ("python -m django_startup profile shows what takes the time",),
        )
    )
    growth = growth_of(same, same)
    assert growth.explained(replace(SLOWER, fixes=("see above",))) == replace(SLOWER, fixes=("see above",))


def test_of_a_baseline_only_what_has_changed() -> None:
    growth = growth_of(
        profile_with({"billing.models": 112, "billing.apps": 40, "billing.views": 500}, ready_ms=60),
        None,
        changed=("billing.apps", "billing.models"),
        base=False,
    )
    assert told(growth.explained(SLOWER)) == snapshot(
        (
            "+15.0 %; billing.models, which has changed, takes 0.112 s by itself; ready() of billing, whose module has "
            "changed, takes 0.060 s by itself; billing.apps, which has changed, takes 0.040 s by itself",
            [
                ("billing/models.py", 1, "billing.models"),
                ("billing/apps.py", 1, "ready() of billing"),
                ("billing/apps.py", 1, "billing.apps"),
            ],
            ("python -m django_startup profile --drill billing.models shows where in it",),
        )
    )


def with_entry(profile: StartupProfile, own_ms: int) -> StartupProfile:
    """The profile with a phase of the entry script that takes so much by itself."""
    timeline = replace(profile.timeline, names=(*profile.timeline.names, "entry"))
    span = (KINDS.index("phase"), len(timeline.names) - 1, -1, 0, 0, 1, own_ms * 1000, 0)
    return replace(profile, timeline=replace(timeline, spans=(*timeline.spans, span)))


def test_the_entry_script() -> None:
    runner: Any = Runner(make_recording())
    now, before = (with_entry(profile_with({"billing.models": 12}), own_ms) for own_ms in (60, 1))
    growth = growth_of(now, before, changed=("__main__",))
    growth.case = replace(growth.case, runner=runner)
    assert told(growth.explained(SLOWER)) == snapshot(
        (
            "+15.0 %; manage.py takes 0.060 s by itself, 0.001 s before",
            [("manage.py", 1, "manage.py")],
            ("python -m django_startup profile shows what takes the time",),
        )
    )
    growth = growth_of(now, None, changed=("__main__",), base=False)
    growth.case = replace(growth.case, runner=runner)
    assert growth.explained(SLOWER).text == snapshot("+15.0 %; manage.py, which has changed, takes 0.060 s by itself")
    growth.profiles = (before, None)
    assert told(growth.explained(SLOWER)) == snapshot(
        ("+15.0 %; changed: manage.py", [], ("python -m django_startup profile shows what takes the time",))
    )


def test_boots_of_both_sides_in_turns() -> None:
    runner, base = Runner(make_recording(cpu=200)), Runner(make_recording(cpu=100))
    for of_base in (base, None):
        evidence = evidence_of(("shop 1",))
        evidence.with_verdicts = evidence_of(())
        evidence.with_verdicts.profile = replace(make_profile(), ran=Ran(problem="a debugger"))
        growth = Growth(Case(GateConfig(), runner, evidence, (), of_base, None))  # type: ignore[arg-type]
        now, before = growth.profiles
        assert (now.total.cpu_ns, now.ran) == (200 * MS, evidence.with_verdicts.profile.ran)
        assert before is None if of_base is None else before is not None and before.total.cpu_ns == 100 * MS
    assert base.kinds == [BootKind.RECORDED] * 2
    assert runner.kinds == [BootKind.RECORDED] * 4
    assert growth.changed == ()  # there is nothing that it could have changed from
