"""Boots with imports hoisted that stand inside functions."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace

from django_startup.lab.attempt import Failure
from django_startup.lab.candidates import Candidate
from django_startup.lab.hoisting import HoistedSources
from django_startup.lab.trials import MEASURED_BOOTS, Trials
from django_startup.measure.target import BootTarget
from django_startup.profile.profile import StartupProfile

RECORDED_BOOTS = 2  # that tell what single imports keep out


class HoistingTrials(Trials):
    """
    The boots that try imports of one profile of target at the top of their files; timeout is in seconds for each.

    Attributes:
        planned: How many there will be if all goes well, those of keeping.py included.
    """

    planned = 3 + MEASURED_BOOTS + RECORDED_BOOTS

    def __init__(
        self,
        target: BootTarget,
        profile: StartupProfile,
        sources: HoistedSources,
        *,
        timeout: float,
        on_boot: Callable[[int, int], None],
    ) -> None:
        super().__init__(target, profile, timeout=timeout, on_boot=on_boot)
        self.hoisted = sources

    def edited(self, candidates: Sequence[Candidate]) -> dict[str, bytes]:
        return self.hoisted.edited(candidates)

    def judged(self, candidates: Sequence[Candidate], overlay: dict[str, bytes]) -> Failure | None:
        """As for any fix; where the boot dies, the innermost hoisted import that was being executed is to blame."""
        failure = super().judged(candidates, overlay)
        if failure is None or failure.suspects:
            return failure
        places = self.hoisted.new_lines(candidates)
        sites = (span.importer for span in reversed(self.recording.spans) if span.failed or span.is_open)
        suspects = (places.get((os.path.realpath(site.file), site.line)) for site in sites if site is not None)
        suspect = next(filter(None, suspects), None)
        return replace(failure, suspects=(suspect,)) if suspect else failure
