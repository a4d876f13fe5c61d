"""Imports inside functions that are judged by boots, without one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from django_startup.imports.inquiry import Inquiry
from django_startup.lab.hoisting import HoistedSources, Inline, find_inline
from django_startup.lab.hoisting_trials import HoistingTrials
from django_startup.lab.inline import NO_MODULE, Judged, look_at_inline
from django_startup.lab.keeping import Keeping
from django_startup.measure.boot import BootKind
from django_startup.measure.ending import Ending, Outcome
from django_startup.measure.instructions import NOTHING_SPECIAL, Instructions
from django_startup.measure.observations import LoadedModule, ObservedRung
from django_startup.measure.recording import Recording
from django_startup.measure.spans import ImportSite, Span
from django_startup.measure.target import BootTarget, Entry, How
from django_startup.profile.inline import InlineImports, InlineKind
from django_startup.profile.profile import StartupProfile
from tests.support.budgets import make_recording
from tests.support.profiles import make_module, make_profile

TEXT = "import os\ndef f():\n    import a\ndef g():\n    import b\n"


class Boots(Keeping):
    """Boots that record what they are given, the last over and over."""

    def __init__(self, trials: HoistingTrials, recordings: Sequence[Recording]) -> None:
        super().__init__(trials)
        self.recordings = [*recordings]

    def boot(
        self, kind: BootKind, overlay: Mapping[str, bytes], left: int, instructions: Instructions = NOTHING_SPECIAL
    ) -> Recording:
        self.boots += 1
        return self.recordings.pop(0) if len(self.recordings) > 1 else self.recordings[0]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    directory = tmp_path.resolve()
    (directory / "shop").mkdir()
    (directory / "shop/views.py").write_text(TEXT)
    return directory


def target(directory: Path) -> BootTarget:
    return BootTarget(Entry(How.SCRIPT, "manage.py", str(directory / "manage.py")), directory=directory)


def profile_of(*modules: str) -> StartupProfile:
    return replace(make_profile(), modules=tuple(map(make_module, modules)))


def found_in(directory: Path, sources: HoistedSources) -> list[Inline]:
    return list(find_inline(Inquiry(profile_of("shop.views"), directory), target(directory), sources))


def judged(directory: Path, recording: Recording) -> Judged:
    return Judged(Inquiry(profile_of("shop.views"), directory), target(directory), recording)


def trials(directory: Path, sources: HoistedSources, *recordings: Recording) -> Boots:
    booted = HoistingTrials(target(directory), make_profile(), sources, timeout=1, on_boot=lambda done, planned: None)
    return Boots(booted, recordings)


def executed(directory: Path, loaded: str = "", brought: str = "", state: str = "reached") -> Recording:
    """A boot that has loaded some modules, and others behind its target, when it came to the first import."""
    place = (str(directory / "shop/views.py"), 3)
    return replace(
        make_recording(),
        modules=tuple(LoadedModule(name, "", "") for name in ("shop", *loaded)),
        deferred={place: ObservedRung(state, "ImportError: no", "", 0)},
        brought={place: tuple(brought)},
    )


def dead(directory: Path, line: int) -> Recording:
    """A boot that died while it executed an import on a line."""
    site = ImportSite("shop.views", str(directory / "shop/views.py"), line)
    spans = (
        *make_recording().spans,
        Span(3, 1, "import", "a", 7, True, 0, 0, importer=site, failed=True),
        Span(4, 3, "import", "x", 7, True, 0, 0, failed=True),
    )
    return replace(make_recording(), spans=spans).with_ending(Ending(Outcome.EXCEPTION))


def test_there_are_none(tmp_path: Path) -> None:
    looked = look_at_inline(target(tmp_path), make_profile(), timeout=1, on_boot=lambda done, planned: None)
    assert looked.inline == InlineImports(asked=True)


def test_ours_those_of_packages_and_what_was_there_are_left_out(directory: Path) -> None:
    profile = replace(make_profile(), modules=profile_of("shop.views", "shop.views", "django_startup.apps").modules)
    inquiry = Inquiry(profile, directory)
    assert [each.found.line for each in find_inline(inquiry, target(directory), HoistedSources())] == [3, 5]


@pytest.mark.parametrize(
    ("loaded", "brought", "state", "kinds", "reason"),
    [
        ("", "a", "reached", [], "the boot did not come to it"),
        ("", "", "reached", [InlineKind.UNKNOWN], NO_MODULE),
        ("", "", "failed", [InlineKind.BROKEN], "ImportError: no"),
    ],
)
def test_what_fails(
    directory: Path, loaded: str, brought: str, state: str, kinds: list[InlineKind], reason: str
) -> None:
    judge = judged(directory, executed(directory, loaded, brought, state))
    judge.sort(found_in(directory, HoistedSources()))
    assert [row.kind for row in judge.rows] == [*kinds, InlineKind.UNKNOWN]
    assert judge.rows[0].reason == reason


def test_who_loads_it_is_not_known(directory: Path) -> None:
    judge = judged(directory, executed(directory, "a"))
    loaded, earning = judge.sort(found_in(directory, HoistedSources()))
    assert ([each.names for each in loaded], earning) == ([("a",)], [])
    judge.hoisted(loaded, {})
    assert (judge.rows[-1].kind, judge.rows[-1].reason) == (InlineKind.POINTLESS, "loaded at start anyway")
    judge.hoisted(loaded, {loaded[0].candidate.fix: ("9 boots were not enough", False)})
    assert judge.rows[-1].kind is InlineKind.UNKNOWN


@pytest.mark.parametrize(
    ("file", "runs", "kind"),
    [
        ("apps", True, InlineKind.UNKNOWN),
        ("apps", False, InlineKind.POINTLESS),
        ("views", True, InlineKind.POINTLESS),
    ],
)
def test_ready_is_the_place_that_django_has_for_it(
    directory: Path, monkeypatch: pytest.MonkeyPatch, file: str, runs: bool, kind: InlineKind
) -> None:
    path = directory / f"shop/{file}.py"
    path.write_text("class Shop:\n    def ready(self):\n        import a\n")
    monkeypatch.setattr(Judged, "runs", lambda judge, inline: runs)
    app = replace(make_profile().apps[0], name="shop")
    inquiry = Inquiry(replace(profile_of(f"shop.{file}"), apps=(app,)), directory)
    sources = HoistedSources()
    (inline,) = find_inline(inquiry, target(directory), sources)
    judge = Judged(inquiry, target(directory), executed(directory, "a"))
    judge.hoisted([inline], {})
    assert [row.kind for row in judge.rows] == [kind]


def test_which_one_a_boot_died_of(directory: Path) -> None:
    sources = HoistedSources()
    first, second = found_in(directory, sources)
    boots = trials(directory, sources, dead(directory, 3), make_recording())
    assert boots.prove([first.candidate, second.candidate]) == [first.candidate]
    assert [refused.fix for refused in boots.refused] == [second.candidate.fix]
    assert boots.boots == 2
    # A line that no import was hoisted to.
    failure = trials(directory, sources, dead(directory, 9)).attempt([first.candidate])
    assert failure is not None and failure.suspects == ()


def test_boots_that_die_when_they_are_measured(directory: Path) -> None:
    sources = HoistedSources()
    found = found_in(directory, sources)[:1]
    boots = trials(directory, sources, make_recording(run_queue_known=False), dead(directory, 2))
    judge = judged(directory, executed(directory, "", "a"))
    saving = boots.measure_imports(found, {"shop"}, judge.row)
    assert (saving.saving_ns, [row.saving_ns for row in boots.rows]) == (0, [None])


def test_one_of_two_cannot_be_hoisted(directory: Path) -> None:
    (directory / "shop/views.py").write_text(TEXT.replace("import b", "import a"))
    sources = HoistedSources()
    found = found_in(directory, sources)
    boots = trials(directory, sources, dead(directory, 2), make_recording(run_queue_known=False))
    boots.measure_imports(found, {"shop"}, judged(directory, executed(directory)).row)
    assert [(row.subject, row.saving_ns) for row in boots.rows] == [("a", None), ("a", None)]
