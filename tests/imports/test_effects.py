"""Which line decided on a side effect, and which of them have one cause."""

from __future__ import annotations

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.gate.budgets import Budget
from django_startup.gate.explain import concerns
from django_startup.gate.kinds import BudgetKind
from django_startup.imports.effect_fixes import effect_fixes
from django_startup.imports.effects import DecidingLines
from django_startup.measure.clocks import Clocks
from django_startup.measure.ending import Frame
from django_startup.measure.observations import LoadedModule
from django_startup.measure.recording import Recording
from django_startup.profile.causes import find_causes
from django_startup.profile.effects import SideEffect
from django_startup.profile.owners import DJANGO, STDLIB, Owner, OwnerKind

MS = 1_000_000
SITE = "/venv/lib/python3.13/site-packages"
FILES = {
    "/shop/net.py": ("net", Owner(OwnerKind.PROJECT, "project")),
    "/shop/billing/apps.py": ("billing.apps", Owner(OwnerKind.APP, "billing")),
    "/shop/shop/urls.py": ("shop.urls", Owner(OwnerKind.PROJECT, "project")),
    f"{SITE}/tagger/apps.py": ("tagger.apps", Owner(OwnerKind.PACKAGE, "tagger")),
    f"{SITE}/tagger/run.py": ("tagger.run", Owner(OwnerKind.PACKAGE, "tagger")),
    f"{SITE}/sentry_sdk/patch.py": ("sentry_sdk.patch", Owner(OwnerKind.PACKAGE, "sentry-sdk")),
    f"{SITE}/django/gis.py": ("django.gis", DJANGO),
    "/usr/lib/python3.13/subprocess.py": ("subprocess", STDLIB),
}
LIBRARY = Frame("/usr/lib/python3.13/subprocess.py", 1, "run")
SENTRY = Frame(f"{SITE}/sentry_sdk/patch.py", 2, "sentry_patched")
HELPER = Frame("/shop/net.py", 3, "fetch")
READY = Frame("/shop/billing/apps.py", 9, "ready")
URLS = Frame("/shop/shop/urls.py", 5, "<module>")
TAGGER = Frame(f"{SITE}/tagger/apps.py", 7, "ready")
RUN = Frame(f"{SITE}/tagger/run.py", 8, "run")
GIS = Frame(f"{SITE}/django/gis.py", 6, "<module>")
SPAN = Frame("", 0, "")
MAIN = Frame("/shop/serve.py", 4, "main")


class KnownOwners:
    def of(self, name: str) -> Owner:
        return dict(FILES.values())[name]


def find(*stack: Frame) -> Frame:
    modules = tuple(LoadedModule(name, "", file, ()) for file, (name, _) in FILES.items())
    now = Clocks(0, 0, 0)
    recording = Recording(0, now, now, now, modules=modules)
    return DecidingLines(recording, KnownOwners(), Path("/shop")).find(stack)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stack", "line"),
    [
        ([LIBRARY, HELPER, READY, SPAN, MAIN], READY),
        ([LIBRARY, HELPER, SPAN, MAIN], HELPER),
        ([LIBRARY, HELPER, URLS, READY, SPAN], URLS),
        ([LIBRARY, Frame("/shop/net.py", 30, "__del__"), READY], Frame("/shop/net.py", 30, "__del__")),
        ([SENTRY, LIBRARY, SENTRY, RUN, TAGGER, SPAN, MAIN], TAGGER),
        ([SENTRY, LIBRARY, SENTRY, SPAN, MAIN], MAIN),
        ([SENTRY, SENTRY], SENTRY),
        ([LIBRARY, GIS, SPAN, SPAN], GIS),
        ([LIBRARY, GIS, READY], READY),
        ([LIBRARY, Frame("<string>", 1, "<module>"), Frame(f"{SITE}/pip.py", 1, "x"), SPAN], LIBRARY),
        ([], Frame("", 0, "")),
        ([SPAN], Frame("", 0, "")),
    ],
)
def test_the_line_that_decided(stack: list[Frame], line: Frame) -> None:
    assert find(*stack) == line


def effect(
    kind: str,
    detail: str,
    line: int,
    ms: int,
    *,
    file: str = "a.py",
    function: str = "<module>",
    app: str | None = None,
) -> SideEffect:
    return SideEffect(kind, detail, "", "ready" if app else "settings", app, None, file, line, function, ms * MS)


EFFECTS = (
    effect("subprocess", "ldconfig -p", 3, 10),
    effect("subprocess", "gcc", 3, 30),
    effect("subprocess", "gcc", 3, 20),
    effect("wait", "time.sleep(0.01)", 3, 10),
    effect("wait", "time.sleep(0.05)", 7, 50, function="ready", app="billing"),
    effect("wait", "127.0.0.1:80", 8, 4, function="load", app="billing"),
    effect("dns", "localhost", 0, 6, file="", function=""),
    effect("thread", "poller", 9, 0),
)


def test_a_program_s_main_function_decides_on_nothing() -> None:
    modules = tuple(LoadedModule(name, "", file, ()) for file, (name, _) in FILES.items())
    now = Clocks(0, 0, 0)
    recording = Recording(0, now, now, now, modules=modules)
    lines = DecidingLines(recording, KnownOwners(), Path("/shop"), is_program=True)  # type: ignore[arg-type]
    main = Frame(f"{SITE}/tagger/apps.py", 1, "main")
    assert lines.find([LIBRARY, RUN, main]) == RUN
    assert lines.find([LIBRARY, RUN, HELPER, main]) == HELPER


def test_what_a_package_does_is_not_to_be_edited() -> None:
    (fix,) = effect_fixes([effect("subprocess", "uname -p", 8, 20, file=f"{SITE}/tagger/run.py")], MS)
    assert fix.text == snapshot(
        "a process at start, in the code of a package: to report there, unless a setting of it says otherwise"
    )


def test_what_one_line_decided_on_has_one_cause() -> None:
    causes = find_causes(EFFECTS)
    assert [(cause.largest.detail, cause.place, cause.time_ns // MS, cause.others) for cause in causes] == [
        ("gcc", "a.py:3", 70, 2),
        ("time.sleep(0.05)", "a.py:7", 50, 0),
        ("localhost", "", 6, 0),
        ("127.0.0.1:80", "a.py:8", 4, 0),
        ("poller", "a.py:9", 0, 0),
    ]
    of_a_kind = find_causes(EFFECTS, of_a_kind=True)
    assert [(cause.largest.kind, cause.others) for cause in of_a_kind[:3]] == [
        ("subprocess", 1),
        ("wait", 0),
        ("wait", 0),
    ]


def test_waiting_and_processes_are_fixes() -> None:
    fixes = [(fix.subject, fix.text, [door.reason for door in fix.doors]) for fix in effect_fixes(EFFECTS, 4 * MS)]
    assert fixes == snapshot(
        [
            (
                "gcc",
                "3 processes at start: move the line into a function, and start it where its result is first needed",
                ["at module level, in settings"],
            ),
            ("time.sleep(0.05)", "waiting at start: take it out, or let a thread sleep", ["ready() of billing"]),
            ("localhost", "a name lookup at start: look it up where it is first needed", []),
            (
                "127.0.0.1:80",
                "waiting at start: take the line out of load(), and wait where the result is first needed",
                ["load(), in ready() of billing"],
            ),
        ]
    )


@pytest.mark.parametrize(
    ("kind", "name", "found"),
    [
        (BudgetKind.WAITING, "", 8),
        (BudgetKind.READY, "billing", 2),
        (BudgetKind.READY, "catalog", 0),
        (BudgetKind.APP, "billing", 2),
        (BudgetKind.PHASE, "settings", 6),
        (BudgetKind.MAX, "", 0),
    ],
)
def test_what_a_limit_in_time_is_about(kind: BudgetKind, name: str, found: int) -> None:
    assert sum(concerns(Budget(kind, name), effect) for effect in EFFECTS) == found
