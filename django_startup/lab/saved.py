"""The tried fixes of a saved profile that the project's files, as they are now, still let be made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from django_startup.imports.graph import Statement
from django_startup.imports.holders import RanCode
from django_startup.imports.inquiry import Inquiry
from django_startup.lab.candidates import Sources
from django_startup.lab.edits import edits_of
from django_startup.lab.fixing import Fixed
from django_startup.lab.wanted import Wanted, moving
from django_startup.profile.parts import Door, Fix
from django_startup.profile.profile import StartupProfile
from django_startup.profile.trial import RefusedFix, Trial
from django_startup.text import short_file
from django_startup.thresholds import SMALL_NS

BUILT_UPON = "it saves nothing without what is left out"


def saved_fixes(profile: StartupProfile, directory: Path) -> Fixed:
    """
    What can be written, in the files in directory, of what a saved profile has tried.

    Who reads the names of an import counts as it is now, as does what its file says. Raises UsageError where an import
    does not stand any more where it was tried.
    """
    style = profile.trial.style
    wanted = Wanted(replace(profile, trial=Trial()), directory, style=style)  # what was tried is known to work
    tried = [fix for fix in moving(profile) if fix.tried and profile.trial.saves]
    left = {fix: reason for fix in tried if (reason := why_to_leave(wanted, fix))}
    wanted.inquiry.verdicts.keep()
    if left:
        left |= dict.fromkeys(built_upon(wanted.inquiry, [fix for fix in tried if fix not in left]), BUILT_UPON)
    fixes = [fix for fix in tried if fix not in left]
    edits = edits_of(fixes, directory, Sources(style, RanCode(profile.ran, directory).by_path()))
    left_out = tuple(RefusedFix(fix, reason, tried=False) for fix, reason in left.items())
    return Fixed(with_tried(profile, fixes), tuple(edits), left_out, is_part=bool(left))


def why_to_leave(wanted: Wanted, fix: Fix) -> str:
    """Why a fix is left where it is, as a sentence without a full stop; empty where it is not."""
    for door in fix.doors:
        known = statements_of(wanted.inquiry, [door])
        verdict = wanted.inquiry.verdicts.of(
            next(iter(sorted(known)), Statement(door.module, door.file, door.line, False))
        )
        if verdict.statement != door.statement:
            return ""  # edits_of() says what stands there
        reason = wanted.why_to_leave(door.file, door.line, verdict.readers)
        if not verdict.deferrable:
            reason = f"{short_file(door.file)}:{door.line}: {verdict.reason}"
        if reason:
            return reason
    return ""


def built_upon(inquiry: Inquiry, fixes: Sequence[Fix]) -> list[Fix]:
    """Those of some fixes that save nothing together with the others of them: they were to add to more."""
    left = list(fixes)
    while True:
        useless = next((fix for fix in left if adds_ns(inquiry, fix, left) < SMALL_NS), None)
        if useless is None:
            return [fix for fix in fixes if fix not in left]
        left.remove(useless)


def adds_ns(inquiry: Inquiry, fix: Fix, fixes: Sequence[Fix]) -> int:
    """What the boot does without if a fix is made with the others of some fixes, and would not without it."""
    others = [other for other in fixes if other is not fix]
    with_it, without_it = (
        inquiry.savings.lost_without(statements_of(inquiry, [door for each in chosen for door in each.doors]))
        for chosen in (fixes, others)
    )
    return inquiry.savings.total(set(with_it).difference(without_it))


def statements_of(inquiry: Inquiry, doors: Iterable[Door]) -> list[Statement]:
    """The imports at some doors, as the import graph has them."""
    places = {(door.file, door.line) for door in doors}
    return [found for found in inquiry.savings.edges_by if (found.file, found.line) in places]


def with_tried(profile: StartupProfile, fixes: Sequence[Fix]) -> StartupProfile:
    """The profile with some fixes as the only ones that were tried."""

    def marked(all_fixes: tuple[Fix, ...]) -> tuple[Fix, ...]:
        return tuple(replace(fix, tried=fix in fixes) for fix in all_fixes)

    advice = replace(profile.advice, smaller=marked(profile.advice.smaller))
    return replace(profile, fixes=marked(profile.fixes), advice=advice)
