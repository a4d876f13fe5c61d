"""Fixes that are none: what the trial has refused, and what could not be tried."""

from __future__ import annotations

from collections.abc import Iterator

from django_startup.profile.trial import RefusedFix, Trial


def refused_groups(trial: Trial) -> Iterator[tuple[str, tuple[RefusedFix, ...]]]:
    """A title and the fixes below it."""
    for title, tried in (("Tried, not possible", True), ("Not tried", False)):
        group = tuple(refused for refused in trial.refused if refused.tried is tried)
        if group:
            yield title, group
