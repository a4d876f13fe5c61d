"""Boot a project several times and make a profile of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from django_startup.analysis.assemble import boot_times, make_profile
from django_startup.analysis.enrich import enrich
from django_startup.analysis.evidence import distil, find_side_effects
from django_startup.analysis.failure import failure_sentence
from django_startup.analysis.owners import Owners
from django_startup.analysis.profile import StartupProfile
from django_startup.analysis.series import BootSeries
from django_startup.exceptions import BootError
from django_startup.measure.boot import Kind, boot
from django_startup.measure.ending import Outcome
from django_startup.measure.limits import LEAST_RUNS, TIMEOUT
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget

DEFAULT_RUNS = 5
LONG_ENOUGH = 30.0  # seconds of recorded boots after which fewer than DEFAULT_RUNS will do


class ProjectDied(BootError):
    """
    The project did not boot.

    lines are the last that it printed, until is what was recorded up to its end (None where that is nothing).
    """

    def __init__(self, sentence: str, lines: tuple[str, ...], until: StartupProfile | None) -> None:
        super().__init__(sentence)
        self.lines = lines
        self.until = until


def profile_startup(
    target: BootTarget, *, runs: int | None = None, timeout: float = TIMEOUT, on_boot: Callable[[int, int], None]
) -> StartupProfile:
    """
    Boot target once for evidence, which also warms caches and bytecode up, then runs times for the times.

    Without runs it is DEFAULT_RUNS, or fewer where boots take long. timeout is in seconds for each boot. on_boot is
    called with the number of boots that are done and the number that there will be. Raises ProjectDied.
    """
    planned = runs or DEFAULT_RUNS
    series = BootSeries()
    on_boot(0, planned + 1)
    evidence = boot(target, Kind.EVIDENCE, timeout=timeout)
    stop_if_dead(target, evidence, timeout)
    boots = [boot_times(Kind.EVIDENCE, evidence)]
    distilled = distil(evidence, target.folder)
    del evidence
    started = time.monotonic()
    while len(boots) <= planned:
        on_boot(len(boots), planned + 1)
        recording = boot(target, Kind.RECORDED, timeout=timeout)
        stop_if_dead(target, recording, timeout)
        series.add(recording)
        boots.append(boot_times(Kind.RECORDED, recording))
        if runs is None and len(boots) > LEAST_RUNS and time.monotonic() - started > LONG_ENOUGH:
            break
    on_boot(len(boots), len(boots))
    return enrich(make_profile(target, series, boots), distilled, target.folder)


def stop_if_dead(target: BootTarget, recording: Recording, timeout: float) -> None:
    ending = recording.ending
    if ending is None or ending.outcome is Outcome.REACHED:
        return
    until = None
    if len(recording.spans) > 1:
        series = BootSeries()
        series.add(recording)
        until = make_profile(target, series, [boot_times("died", recording)])
        until = replace(until, side_effects=find_side_effects(recording, Owners(recording), target.folder))
    raise ProjectDied(failure_sentence(target, recording, timeout), ending.lines, until)
