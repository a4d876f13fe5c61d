"""What a comparison with a base is worth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from django_startup.gate.apart import Doubts, doubt_checks, doubted, find_shared, lacking_notes, with_owners_of
from django_startup.gate.budgets import Verdict
from django_startup.gate.evidence import GateEvidence
from django_startup.gate.kinds import BudgetKind
from django_startup.gate.lacking import Lacking
from django_startup.gate.worktree import Revision
from django_startup.measure.observations import LoadedModule, OpenedFile
from django_startup.measure.target import BootTarget, Entry, How
from django_startup.profile.owners import Owner, OwnerKind
from tests.support.budgets import make_baseline, make_check, make_recording
from tests.support.profiles import make_module, make_profile

TARGET = BootTarget(Entry(How.SCRIPT, "manage.py", "/srv/shop/manage.py"), directory=Path("/srv/shop"))
SITE = "/srv/shop/.venv/lib/python3.13/site-packages"


@pytest.fixture
def revision(monkeypatch: pytest.MonkeyPatch) -> Revision:
    """Of a repository that knows one package of its virtual environment; the base lies in it too."""
    monkeypatch.setattr(
        Revision,
        "tracked",
        lambda revision: frozenset({f"{SITE.removeprefix('/srv/shop/')}/vendored.py", "conf/settings.toml"}),
    )
    return Revision("main", Path("/srv/shop"), Path("/srv/shop/tmp/shop"), Path("/srv/shop"), TARGET)


def evidence_of(**files: str) -> GateEvidence:
    modules = (LoadedModule("__main__", "", "/srv/shop/manage.py"), *(LoadedModule(*item) for item in named(files)))
    recording = replace(make_recording(), modules=modules)
    return GateEvidence(TARGET, lambda kind, instructions: recording)


def named(files: dict[str, str]) -> list[tuple[str, str, str]]:
    return [(name, "", file) for name, file in files.items()]


NOW = {"shop": "/srv/shop/shop.py", "json": "/usr/lib/python3.13/json.py"}
BASE = {"shop": "/srv/shop/tmp/shop/shop.py", "stripe": f"{SITE}/stripe.py", "sys": ""}


def test_a_base_that_boots_its_own_code(revision: Revision) -> None:
    assert find_shared(revision, evidence_of(**NOW), evidence_of(**BASE)) == ""


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (
            {"conf": "/srv/shop/conf.py"},
            "the base takes conf from the working tree, where an absolute path leads, so changes in it do not show",
        ),
        (
            {"conf": "/srv/shop/conf.py", "vendored": f"{SITE}/vendored.py"},
            "the base takes conf and 1 more from the working tree, where an absolute path leads, so changes in "
            "them do not show",
        ),
    ],
)
def test_a_base_that_boots_code_of_the_working_tree(revision: Revision, files: dict[str, str], sentence: str) -> None:
    assert find_shared(revision, evidence_of(**NOW), evidence_of(**BASE, **files)) == sentence


@pytest.mark.parametrize("file", ["conf/settings.toml", "conf/local.toml"])
def test_a_base_that_reads_files_of_the_working_tree(revision: Revision, file: str) -> None:
    """Only of those that git tracks can there be another version."""
    base = evidence_of(**BASE)
    base.recording = replace(base.recording, opened=(OpenedFile(f"/srv/shop/{file}", False),))
    shared = find_shared(revision, evidence_of(**NOW), base)
    assert shared.startswith("the base takes conf/settings.toml from the working tree, ") is ("settings" in file)
    assert bool(shared) is ("settings" in file)


def test_a_submodule_that_was_copied(revision: Revision) -> None:
    shared = find_shared(replace(revision, other_submodules=("vendor/lib",)), evidence_of(**NOW), evidence_of(**BASE))
    assert shared == snapshot(
        "vendor/lib is at another commit in the base and was copied from here, so changes in it do not show"
    )


def test_a_boot_that_takes_nothing_from_the_repository(revision: Revision) -> None:
    shared = find_shared(revision, evidence_of(json=NOW["json"]), evidence_of(json=NOW["json"]))
    assert shared == snapshot("nothing of what is loaded lies in /srv/shop, so nothing is compared")


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


def test_a_difference_that_may_come_of_what_the_base_lacks() -> None:
    verdicts = (Verdict.WITHIN, Verdict.WARN, Verdict.OVER)
    checks = [make_check(BudgetKind.BASELINE, "calls", verdict=verdict, text="more") for verdict in verdicts]
    doubts = Doubts(lacking=Lacking(("db.sqlite3",)))
    found = list(doubted(checks, doubts))
    assert [check.verdict for check in found] == [Verdict.WITHIN, Verdict.UNSURE, Verdict.UNSURE]
    assert found[2].text == snapshot("more; the base lacks db.sqlite3, which may be why")
    assert lacking_notes(found, doubts) == (doubts.lacking.sentences,)
    assert lacking_notes(checks, doubts) == lacking_notes(found, Doubts()) == ()


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
