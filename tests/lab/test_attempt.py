"""What is said of boots with fixes made that are not what they have to be, without a boot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from django_startup.exceptions import BootError
from django_startup.imports.evidence import make_registries
from django_startup.imports.inquiry import Inquiry
from django_startup.lab import trials as trials_module
from django_startup.lab.attempt import Attempt, Failure
from django_startup.lab.beside import Side
from django_startup.lab.candidates import Candidate, Sources, find_candidates
from django_startup.lab.saving import Saving
from django_startup.lab.trials import Trials, with_kept_doors
from django_startup.measure.boot import BootKind
from django_startup.measure.ending import Ending, Frame, Outcome
from django_startup.measure.instructions import NOTHING_SPECIAL, Instructions
from django_startup.measure.observations import (
    LoadedModule,
    ObservedChange,
    ObservedLate,
    ObservedRegistration,
    ObservedRung,
    ObservedSideEffect,
)
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget, Entry, How
from django_startup.profile.effects import Change, Registries, Rung
from django_startup.profile.parts import Fix
from django_startup.profile.profile import StartupProfile
from django_startup.profile.trial import RefusedFix, Trial
from tests.support.budgets import make_recording
from tests.support.profiles import make_profile

SHOP = Path("/shop")
PAY = ObservedRegistration("receivers", "pay", "post_save", "shop.signals", "shop.hooks")


class Booted(Trials):
    """Each boot records the same."""

    def __init__(self, directory: Path, recording: Recording) -> None:
        super().__init__(target(directory), make_profile(), timeout=1, on_boot=lambda done, planned: None)
        self.recording = recording

    def boot(
        self,
        kind: BootKind,
        overlay: Mapping[str, bytes],
        left: int,
        instructions: Instructions = NOTHING_SPECIAL,
    ) -> Recording:
        if any(b"nonlocal" in text for text in overlay.values()):
            raise SyntaxError("nonlocal declaration not allowed at module level")
        return self.recording


def target(directory: Path = SHOP) -> BootTarget:
    return BootTarget(Entry(How.SCRIPT, "manage.py", "manage.py"), directory=directory)


def candidate(file: Path = SHOP / "views.py", *promised: str) -> Candidate:
    return Candidate(Fix("defer", "pandas", "", (), 0, 0), {file: frozenset({1})}, frozenset(promised))


def reached() -> Recording:
    return make_recording().with_ending(Ending(Outcome.REACHED))


def before(recording: Recording, rungs: tuple[Rung, ...] = ()) -> StartupProfile:
    """A profile of boots that registered what one recorded."""
    return replace(make_profile(), registries=make_registries(recording), rungs=rungs)


def attempt(profile: StartupProfile, recording: Recording, found: Candidate | None = None) -> Attempt:
    return Attempt(target(), profile, [found or candidate()], recording, 1)


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    trials = Booted(tmp_path, reached())
    assert trials.attempt([candidate(tmp_path / "views.py")]) == Failure(
        "views.py cannot be read (No such file or directory)", tried=False
    )


def test_a_changed_file_that_is_no_python_any_more(tmp_path: Path) -> None:
    file = tmp_path.resolve() / "views.py"
    file.write_text("import pandas\nnonlocal a\ndef f():\n    return pandas\n")
    assert Booted(tmp_path.resolve(), reached()).attempt([candidate(file)]) == Failure(
        "its changed file could not be compiled (nonlocal declaration not allowed at module level)", tried=False
    )


def test_a_changed_file_that_the_boot_does_not_read(tmp_path: Path) -> None:
    file = tmp_path.resolve() / "views.py"
    file.write_text("import pandas\ndef f():\n    return pandas\n")
    found = candidate(file)
    loaded = (LoadedModule("shop.views", "", str(file)), LoadedModule("sys", "built-in", ""))
    trials = Booted(tmp_path.resolve(), replace(reached(), modules=loaded))
    assert trials.attempt([found]) == Failure("views.py is not loaded by an import", (found,), tried=False)
    # Nor is it there where what imports it is gone.
    failure = Booted(tmp_path.resolve(), reached()).attempt([found])
    assert failure is not None and "would not be registered" in failure.reason


@pytest.mark.parametrize("known", [True, False])
def test_nothing_is_measured_where_no_boot_gets_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    def boot_sides(*arguments: object, **options: object) -> list[Recording]:
        raise BootError("It died.")

    trials = Booted(tmp_path, make_recording().with_ending(Ending(Outcome.EXIT)))
    trials.run_queue_known = known
    monkeypatch.setattr(trials_module, "boot_sides", boot_sides)
    monkeypatch.setattr(trials_module, "shared_processor", lambda: 1)
    assert trials.measure([]) == Saving()
    assert trials.boots == (3 if known else 0)  # Booted counts none


def test_one_after_the_other_where_waiting_cannot_be_told_on_one_processor(tmp_path: Path) -> None:
    trials = Booted(tmp_path, reached())
    assert trials.measure([]).error_ns > 0


def test_beside_one_without_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def boot_sides(target: BootTarget, sides: list[Side], *, timeout: float, processor: int | None) -> list[Recording]:
        asked.append((len(sides), sides[1] == Side(), processor))
        return [make_recording(cpu=60), make_recording(cpu=100), make_recording(cpu=60)]

    trials = Booted(tmp_path, reached())
    trials.run_queue_known = True
    monkeypatch.setattr(trials_module, "boot_sides", boot_sides)
    monkeypatch.setattr(trials_module, "shared_processor", lambda: 1)
    assert trials.measure([]).saving_ns == trials.profile.total.cpu_ns * 4 // 10
    assert asked == [(3, True, 1)]


def test_the_one_without_sees_the_same_files_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "views.py"
    file.write_text("import pandas\n")
    assert Side({str(file): b""}).without == Side({str(file): b"import pandas\n"})


@pytest.mark.parametrize(
    ("others", "long_enough", "rounds"),
    [([60] * 4, 3600.0, 2), ([60, 88, 70, 80, 62, 86, 66, 84, 64, 82], 3600.0, 5), ([60, 88], -1.0, 1)],
    ids=["exact", "as often as it may be", "long"],
)
def test_what_is_written_is_measured_until_it_is_exact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, others: list[int], long_enough: float, rounds: int
) -> None:
    times = iter(others)

    def boot_sides(target: BootTarget, sides: list[Side], *, timeout: float, processor: int | None) -> list[Recording]:
        return [make_recording(cpu=cpu) for cpu in (next(times), 100, next(times))]

    trials = Booted(tmp_path, reached())
    trials.run_queue_known, trials.most_threes = True, 5
    monkeypatch.setattr(trials_module, "LONG_ENOUGH", long_enough)
    monkeypatch.setattr(trials_module, "boot_sides", boot_sides)
    monkeypatch.setattr(trials_module, "shared_processor", lambda: 1)
    assert trials.measure([]).saving_ns > 0
    assert trials.boots == 3 * rounds


def test_a_module_that_no_line_imports() -> None:
    assert attempt(make_profile(), reached()).importer(["pandas"]) == ""


def test_what_is_registered_otherwise() -> None:
    found = candidate(SHOP / "views.py", "shop.hooks")
    recording = replace(reached(), registries=(PAY,))
    nothing = replace(make_profile(), registries=Registries())
    assert attempt(nothing, recording, found).registered() == Failure(
        "receiver pay (post_save) would be registered besides"
    )
    profile = before(recording)
    assert attempt(profile, recording, found).registered() is None
    assert attempt(profile, reached(), found).registered() == Failure(
        "receiver pay (post_save) would not be registered at start", (found,)
    )
    unreadable = replace(reached(), unreadable={"changes": "KeyError: 1", "admin": "KeyError: 2"})
    assert attempt(profile, unreadable, found).registered() == Failure(
        "the registry admin could not be read (KeyError: 2)"
    )


def test_what_is_registered_only_at_the_first_use() -> None:
    recording = replace(reached(), registries=(PAY,))
    later = replace(reached(), late=(ObservedLate("/shop/views.py", 1, PAY),))
    reason = "receiver pay (post_save) would be connected only at the first use"
    moved = candidate()
    assert attempt(before(recording), later, moved).registered() == Failure(reason, (moved,))
    other = candidate(SHOP / "urls.py", "shop.hooks")
    assert attempt(before(recording), later, other).registered() == Failure(reason, (other,))
    # Something that is new altogether.
    assert attempt(before(reached()), later, moved).failure({}) == Failure(reason, (moved,))
    assert attempt(before(reached()), later, other).first_use() == Failure(reason)


def test_what_fails_at_the_first_use() -> None:
    failed = ObservedRung("failed", "RuntimeError: too late.\nor too early", "/shop/hooks.py", 4)
    fine = ObservedRung("reached", "", "", 0)
    recording = replace(reached(), deferred={("/shop/urls.py", 1): fine, ("/shop/views.py", 1): failed})
    moved = candidate()
    assert attempt(make_profile(), recording, moved).first_use() == Failure(
        "importing it at the first use fails: RuntimeError: too late (hooks.py:4)", (moved,)
    )


def test_what_the_boot_does_besides() -> None:
    def effect(kind: str, detail: str) -> ObservedSideEffect:
        return ObservedSideEffect(kind, detail, "", 0, 1, (Frame("/shop/views.py", 3, "f"),))

    kept = ("subprocess", "mjml --version"), ("sql", "SELECT 1"), ("sql", "SELECT 1"), ("wait", "sleep")
    recording = replace(reached(), side_effects=tuple(effect(*row) for row in kept))
    assert attempt(make_profile(), recording).side_effects() is None
    more = (effect("sql", "SELECT 1"), effect("connect", "/tmp/x1/socket"))
    recording = replace(recording, side_effects=(*recording.side_effects, *more))
    assert attempt(make_profile(), recording).side_effects() == Failure(
        "it would do more at start: sql SELECT 1, connect /tmp/…"
    )


def test_what_is_not_changed_any_more() -> None:
    changes = (
        Change("pandas", "json", "json.JSONEncoder.default"),
        Change("pandas.core", "pandas.plugins", "pandas.plugins.KNOWN"),
        Change("pandas.io", "pandas", "pandas.io"),
        Change("shop.hooks", "numpy", "numpy.HOOKS"),
        Change("shop.urls", "json", "json.urls"),
    )
    profile = replace(make_profile(), changes=changes)
    loaded = tuple(LoadedModule(name, "", "") for name in ("pandas", "json"))
    kept = (ObservedChange("shop.urls", "json", "json.urls"),)
    stays = (*kept, ObservedChange("x", "pandas", "pandas.io"))
    moved = candidate(SHOP / "views.py", "pandas")
    recording = replace(reached(), modules=loaded, changes=stays)
    assert attempt(profile, recording, moved).state() == Failure(
        "pandas would not change json.JSONEncoder.default at start", (moved,)
    )
    same = (*stays, ObservedChange("x", "json", "json.JSONEncoder.default"))
    assert attempt(profile, replace(recording, changes=same)).state() is None


FINE, BEGUN = ObservedRung("reached", "", "", 0), ObservedRung("begun", "", "", 0)


@pytest.mark.parametrize(
    ("rungs", "messages", "reason"),
    [
        ({"checks": FINE, "wsgi": FINE}, ["a: (W1) x at 0x17"], ""),
        ({"checks": FINE}, ["a: (W1) x at 0x18"], "it does not come to the WSGI application"),
        (
            {"checks": FINE, "wsgi": BEGUN},
            ["a: (W1) x at 0x18"],
            "it does not come to the WSGI application: the process ended on the way, or it took too long",
        ),
        (
            {"checks": ObservedRung("failed", "KeyError: 'x'", "", 0), "wsgi": FINE},
            [],
            "it does not come to the system checks: KeyError: 'x'",
        ),
        ({"checks": FINE, "wsgi": FINE}, [], "the system checks would no longer say: a: (W1) x at …"),
        (
            {"checks": FINE, "wsgi": FINE},
            ["a: (W1) x at 0x18", *"bcde"],
            "the system checks would say: b, c, d and 1 more",
        ),
    ],
)
def test_rungs_behind_the_target(rungs: dict[str, ObservedRung], messages: list[str], reason: str) -> None:
    was = (Rung("checks", "", ("a: (W1) x at 0x1",)), Rung("wsgi"), Rung("asgi", "ImportError: y"))
    recording = replace(reached(), rungs=rungs, messages=tuple(messages))
    assert attempt(before(reached(), was), recording).missed() == (Failure(reason) if reason else None)


def test_how_far_a_boot_came() -> None:
    was = (Rung("checks"), Rung("wsgi"), Rung("asgi", "ImportError: y"))
    recording = replace(reached(), rungs={"checks": FINE, "wsgi": FINE, "asgi": FINE})
    assert attempt(before(recording, was), recording).rungs == ("urls", "checks", "wsgi")
    made = replace(recording, deferred={("/shop/views.py", 1): FINE})
    assert attempt(before(recording), made).rungs == ("urls", "first-use")


def test_only_imports_are_tried(tmp_path: Path) -> None:
    profile = make_profile()
    assert {fix.kind for fix in profile.fixes} == {"defer", "effect"}
    (found,) = find_candidates(Inquiry(profile, tmp_path), tmp_path, Sources())
    assert isinstance(found, RefusedFix)
    assert found.reason == "models.py cannot be read (No such file or directory)"


def test_the_lines_of_what_was_refused_stay() -> None:
    profile = make_profile()
    (fix, *_) = profile.fixes
    trial = Trial(refused=(RefusedFix(fix, "it fails"), RefusedFix(fix, "used in a lambda", tried=False)))
    package = with_kept_doors(replace(profile, trial=replace(trial, refused=trial.refused[:1]))).packages[0]
    assert [door.deferrable for door in package.doors] == [False, False]
    assert package.doors[0].reason == "tried, and not possible: it fails"
    assert package.doors[1] == profile.packages[0].doors[1]
    assert trial.refused[1].sentence == "it cannot be tried: used in a lambda"
