"""What a comparison with a base is worth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from django_startup.gate.apart import Doubts, doubt_checks, doubted, find_doubts, with_owners_of
from django_startup.gate.budgets import Verdict
from django_startup.gate.evidence import GateEvidence
from django_startup.gate.kinds import BudgetKind
from django_startup.gate.worktree import Revision
from django_startup.measure.observations import LoadedModule
from django_startup.measure.target import BootTarget, Entry, How
from django_startup.profile.owners import Owner, OwnerKind
from tests.support.budgets import make_baseline, make_check, make_recording
from tests.support.profiles import make_module, make_profile

TARGET = BootTarget(Entry(How.SCRIPT, "manage.py", "/work/manage.py"), directory=Path("/work"))
SITE = "/work/.venv/lib/python3.13/site-packages"


@pytest.fixture
def revision(monkeypatch: pytest.MonkeyPatch) -> Revision:
    """Of a repository that knows one package of its virtual environment; the base lies in it too."""
    monkeypatch.setattr(Revision, "tracked", lambda revision: frozenset({f"{SITE[6:]}/vendored.py"}))
    return Revision("main", Path("/work"), Path("/work/tmp/work"), TARGET)


def evidence_of(**files: str) -> GateEvidence:
    modules = (LoadedModule("__main__", "", "/work/manage.py"), *(LoadedModule(*item) for item in named(files)))
    return GateEvidence(TARGET, replace(make_recording(), modules=modules))


def named(files: dict[str, str]) -> list[tuple[str, str, str]]:
    return [(name, "", file) for name, file in files.items()]


NOW = {"shop": "/work/shop.py", "json": "/usr/lib/python3.13/json.py"}
BASE = {"shop": "/work/tmp/work/shop.py", "stripe": f"{SITE}/stripe.py", "sys": ""}


def test_a_base_that_boots_its_own_code(revision: Revision) -> None:
    assert find_doubts(revision, evidence_of(**NOW), evidence_of(**BASE)) == Doubts()


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (
            {"conf": "/work/conf.py"},
            "the base takes conf from the working tree, where an absolute path leads, so changes in it do not show",
        ),
        (
            {"conf": "/work/conf.py", "vendored": f"{SITE}/vendored.py"},
            "the base takes conf and 1 more modules from the working tree, where an absolute path leads, so changes in "
            "them do not show",
        ),
    ],
)
def test_a_base_that_boots_code_of_the_working_tree(revision: Revision, files: dict[str, str], sentence: str) -> None:
    assert find_doubts(revision, evidence_of(**NOW), evidence_of(**BASE, **files)) == Doubts(sentence)


def test_a_boot_that_takes_nothing_from_the_repository(revision: Revision) -> None:
    doubts = find_doubts(revision, evidence_of(json=NOW["json"]), evidence_of(json=NOW["json"]))
    assert doubts.shared == snapshot("nothing of what is loaded lies in /work, so nothing is compared")


def test_what_is_the_same_is_not_called_so() -> None:
    same, other = (
        make_check(BudgetKind.BASELINE, "modules", verdict=verdict) for verdict in (Verdict.WITHIN, Verdict.OVER)
    )
    budget = make_check(BudgetKind.MAX, verdict=Verdict.WITHIN)
    checks = [same, other, budget]
    assert list(doubted(checks, Doubts())) == checks
    assert list(doubt_checks(Doubts())) == []
    doubts = Doubts(shared="the base takes conf from the working tree")
    assert list(doubted(checks, doubts)) == [other, budget]
    (check,) = doubt_checks(doubts)
    assert (check.budget.title, check.verdict, check.text) == ("baseline comparison", Verdict.UNSURE, doubts.shared)


def test_modules_belong_to_whom_they_belong_now() -> None:
    profile = make_profile()
    package, project = Owner(OwnerKind.PACKAGE, "wshop"), Owner(OwnerKind.APP, "shop")

    def with_owners(of_wshop: Owner, **more: Any) -> Any:
        modules = (replace(make_module("wshop.urls"), owner=of_wshop), *profile.modules)
        packages = profile.packages[:1]
        if of_wshop is package:
            packages = (*packages, replace(profile.packages[1], name="wshop", version="1.0"))
        return replace(profile, modules=modules, packages=packages)

    as_package, as_project = with_owners(package), with_owners(project)
    found = with_owners_of(as_project, as_package, make_baseline())
    assert (found.packages, found.project_modules) == (("stripe 13.0.1",), ("billing.models", "wshop.urls"))
    found = with_owners_of(as_package, as_project, make_baseline())
    assert (found.packages, found.project_modules) == (("stripe 13.0.1", "wshop 1.0"), ("billing.models",))
    gone = replace(as_project, modules=profile.modules)
    assert "wshop.urls" in with_owners_of(gone, as_project, make_baseline()).project_modules
