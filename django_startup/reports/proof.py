"""What has been shown of fixes that are written, and what has not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django_startup.lab.fixing import Fixed
from django_startup.lab.patch import render_patch
from django_startup.lab.saved import saved_fixes
from django_startup.profile.profile import StartupProfile
from django_startup.reports.headline import measured, proofs
from django_startup.reports.refused import refused_groups
from django_startup.text import printable

PART = "tried together with what is left out, not without it"
MEASURED = "no measurable saving on this machine"


def proof(profile: StartupProfile, *, are_tested: bool = False) -> str:
    """boots to URLs, checks and WSGI · registers the same · 0.390 s ± 0.012 saved, measured · no tests were run"""
    trial = profile.trial
    saved = f"{measured(trial)} saved, measured" if trial.saves else MEASURED
    return printable(" · ".join([*proofs(profile), saved, "tests: passed" if are_tested else "no tests were run"]))


def patch_header(fixed: Fixed) -> Iterator[str]:
    """What stands above a patch: lines that git apply passes over."""
    if fixed.edits:
        yield f"{', '.join(fix.subject for fix in fixed.fixes)}: {PART if fixed.is_part else proof(fixed.profile)}"
    for left in fixed.left_out:
        yield f"Left out: {left.fix.subject}: {left.reason}"
    for title, group in refused_groups(fixed.profile.trial):
        for refused in group:
            yield f"{title}: {refused.fix.subject}: {refused.reason}"


def render_saved(profile: StartupProfile, directory: Path) -> str:
    """What can be written, in the files in directory, of what a profile has tried, as a patch. Raises UsageError."""
    fixed = saved_fixes(profile, directory)
    return render_patch(fixed.edits, patch_header(fixed))
