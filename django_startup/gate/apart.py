"""Whether a base boots its own code, and all that it needs: what a comparison with it is worth."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django_startup.gate.baseline import Baseline
from django_startup.gate.budgets import Budget, BudgetCheck, Verdict
from django_startup.gate.evidence import GateEvidence
from django_startup.gate.kinds import BudgetKind
from django_startup.gate.sources import ENTRY
from django_startup.gate.worktree import Revision
from django_startup.profile.distributions import is_inside
from django_startup.profile.owners import OWN, OwnerKind
from django_startup.profile.profile import StartupProfile

COMPARISON = Budget(BudgetKind.BASELINE, "comparison")


@dataclass(frozen=True, slots=True)
class Doubts:
    """
    What makes a comparison with a base doubtful.

    Attributes:
        shared: why some of what the two boot is the same code; "" where each boots its own
    """

    shared: str = ""


NO_DOUBTS = Doubts()


def find_doubts(revision: Revision, now: GateEvidence, base: GateEvidence) -> Doubts:
    """What the evidence boots of the working tree and of a revision show of the two."""
    if not own_files(revision, now):
        return Doubts(shared=f"nothing of what is loaded lies in {revision.top}, so nothing is compared")
    names = sorted(own_files(revision, base))
    if not names:
        return NO_DOUBTS
    more = f" and {len(names) - 1:,} more modules" if len(names) > 1 else ""
    return Doubts(
        shared=f"the base takes {names[0]}{more} from the working tree, where an absolute path leads, so changes in "
        f"{'them' if more else 'it'} do not show"
    )


def with_owners_of(now: StartupProfile, base: StartupProfile, baseline: Baseline) -> Baseline:
    """
    The baseline of a base with each module put to who owns it now. In the directory of the base that may be somebody
    else: a package that is installed is not, there.
    """
    owners = {module.name: module.owner for module in base.modules}
    owners |= {module.name: module.owner for module in now.modules if module.name in owners}
    loaded = {module.name for module in base.modules if module.loaded}
    names = {owner.name for owner in owners.values() if owner.kind in (OwnerKind.PACKAGE, OwnerKind.DJANGO)}
    versions = {package.name: package.version for package in (*now.packages, *base.packages)}
    return replace(
        baseline,
        packages=tuple(sorted(f"{name} {versions[name]}".rstrip() for name in names)),
        project_modules=tuple(sorted(name for name in loaded if owners[name].kind in OWN)),
    )


def own_files(revision: Revision, evidence: GateEvidence) -> dict[str, str]:
    """The files in the working tree, by module, of what is the project's own or is known to git."""
    inside = {
        module.name: path
        for module in evidence.recording.modules
        if module.name != ENTRY and module.file and (path := inside_of(revision, module.file)) is not None
    }
    strangers = {name for name in inside if evidence.owners.of(name).kind not in OWN}
    tracked = revision.tracked() if strangers else frozenset()
    return {name: path for name, path in inside.items() if name not in strangers or path in tracked}


def inside_of(revision: Revision, file: str) -> str | None:
    """A file's path in the working tree; None for one that does not lie there, or lies in the other tree."""
    path = os.path.realpath(file)
    if is_inside(path, str(revision.tree)) or not is_inside(path, str(revision.top)):
        return None
    return os.path.relpath(path, revision.top)


def doubted(checks: Iterable[BudgetCheck], doubts: Doubts) -> Iterator[BudgetCheck]:
    """Checks without those of a comparison that call it the same where that cannot be seen."""
    for check in checks:
        if doubts.shared and check.budget.kind is BudgetKind.BASELINE and check.verdict is Verdict.WITHIN:
            continue
        yield check


def doubt_checks(doubts: Doubts) -> Iterator[BudgetCheck]:
    """The check that a comparison is one at all."""
    if doubts.shared:
        yield BudgetCheck(COMPARISON, Verdict.UNSURE, None, 1, doubts.shared)
