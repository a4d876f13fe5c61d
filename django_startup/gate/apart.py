"""Whether a base boots its own code, and all that it needs: what a comparison with it is worth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django_startup.gate.baseline import Baseline
from django_startup.gate.budgets import Budget, BudgetCheck, Verdict
from django_startup.gate.evidence import GateEvidence
from django_startup.gate.kinds import BudgetKind
from django_startup.gate.lacking import NOTHING, Lacking
from django_startup.gate.sources import ENTRY
from django_startup.gate.waivers import joined
from django_startup.gate.worktree import Revision
from django_startup.profile.owners import OWN, OwnerKind
from django_startup.profile.profile import StartupProfile

COMPARISON = Budget(BudgetKind.BASELINE, "comparison")


@dataclass(frozen=True, slots=True)
class Doubts:
    """
    What makes a comparison with a base doubtful.

    Attributes:
        shared: why some of what the two boot is the same code; "" where each boots its own
        lacking: what the working tree has besides
    """

    shared: str = ""
    lacking: Lacking = NOTHING


NO_DOUBTS = Doubts()


def find_shared(revision: Revision, now: GateEvidence, base: GateEvidence) -> str:
    """Whether the evidence boots of the working tree and of a revision ran the same code: Doubts.shared."""
    if not own_files(revision, now):
        return f"nothing of what is loaded lies in {revision.top}, so nothing is compared"
    if revision.other_submodules:
        first = revision.other_submodules[0]
        return f"{first} is at another commit in the base and was copied from here, so changes in it do not show"
    read = {path for file in base.recording.opened if (path := revision.inside(file.path)) is not None}
    names = sorted(own_files(revision, base)) or sorted(read & revision.tracked() if read else ())
    if not names:
        return ""
    more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
    return (
        f"the base takes {names[0]}{more} from the working tree, where an absolute path leads, so changes in "
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
        if module.name != ENTRY and module.file and (path := revision.inside(module.file)) is not None
    }
    strangers = {name for name in inside if evidence.owners.of(name).kind not in OWN}
    tracked = revision.tracked() if strangers else frozenset()
    return {name: path for name, path in inside.items() if name not in strangers or path in tracked}


def doubted(checks: Iterable[BudgetCheck], doubts: Doubts) -> Iterator[BudgetCheck]:
    """Checks without those of a comparison that call it the same, or another, where that cannot be seen."""
    for check in checks:
        if check.budget.kind is not BudgetKind.BASELINE:
            yield check
        elif check.verdict is Verdict.WITHIN:
            yield from () if doubts.shared else (check,)
        elif doubts.lacking:
            text = joined(check.text, f"the base lacks {doubts.lacking.names}, which may be why")
            yield replace(check, verdict=Verdict.UNSURE, text=text)
        else:
            yield check


def lacking_notes(checks: Iterable[BudgetCheck], doubts: Doubts) -> tuple[str, ...]:
    """What to do about what a base lacks, where a check has to do with that."""
    lacking = doubts.lacking
    return (lacking.sentences,) if lacking and any(lacking.names in check.text for check in checks) else ()


def doubt_checks(doubts: Doubts) -> Iterator[BudgetCheck]:
    """The check that a comparison is one at all."""
    if doubts.shared:
        yield BudgetCheck(COMPARISON, Verdict.UNSURE, None, 1, doubts.shared)
