"""Boot a project several times and make a profile of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial

from django_startup.exceptions import BootError
from django_startup.imports.ahead import judge_ahead
from django_startup.imports.effects import find_side_effects
from django_startup.imports.enrich import enrich
from django_startup.imports.evidence import Evidence
from django_startup.measure.boot import BootKind, boot, site_target
from django_startup.measure.clocks import own_time
from django_startup.measure.ending import Outcome
from django_startup.measure.instructions import NOTHING_SPECIAL, Instructions
from django_startup.measure.limits import BEYOND, LEAST_RUNS, MAX_RUNS, TIMEOUT
from django_startup.measure.recording import Recording
from django_startup.measure.reference import reference_cpu_ns
from django_startup.measure.target import BootTarget
from django_startup.profile.assemble import boot_times, make_profile
from django_startup.profile.before_project import NOTE, with_site
from django_startup.profile.boot_minimums import BootMinimums
from django_startup.profile.failure import failure_sentence
from django_startup.profile.machine_speed import note_on_speed
from django_startup.profile.owners import Owners
from django_startup.profile.profile import StartupProfile

LONG_ENOUGH = 30.0  # seconds of recorded boots: there are no more where they take long
REFERENCES = 2  # runs of the reference workload


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
    target: BootTarget,
    *,
    runs: int | None = None,
    timeout: float = TIMEOUT,
    on_boot: Callable[[int, int], None],
    beyond: bool = False,
) -> StartupProfile:
    """
    Boot target once for evidence, which also warms caches and bytecode up, then runs times for the times. Where .pth
    files or sitecustomize import something, the interpreter is started alone once more, to tell that apart.

    Without runs it is LEAST_RUNS times, and on until the least times no longer fall, LONG_ENOUGH has passed, or it was
    MAX_RUNS times; then the reference workload is run beside the first of them, for a note on how fast the machine is.
    timeout is in seconds for each boot. on_boot is called with the number of boots that are done and the number that
    there will be as far as is known. beyond: the evidence boot goes on behind its target, as boots do that try
    something and are to be compared with it. Raises ProjectDied.
    """
    least, most = (runs, runs) if runs else (LEAST_RUNS, MAX_RUNS)
    minimums = BootMinimums()
    on_boot(0, least + 1)
    instructions = Instructions(beyond=BEYOND) if beyond else NOTHING_SPECIAL
    ahead = partial(judge_ahead, directory=target.directory)
    recording = boot(target, BootKind.EVIDENCE, timeout=timeout, instructions=instructions, beside=ahead)
    stop_if_dead(target, recording, timeout)
    boots = [boot_times(BootKind.EVIDENCE, recording)]
    owners = Owners.from_recording(recording)
    evidence = Evidence.from_recording(recording, target.directory, owners)
    decisive = Owners.decisive(recording)
    del recording
    references: list[int] = []
    started = own_time.monotonic()
    while len(boots) <= most:
        on_boot(len(boots), max(least, len(boots)) + 1)
        recording = boot(target, BootKind.RECORDED, timeout=timeout)
        stop_if_dead(target, recording, timeout)
        minimums.add(recording)
        boots.append(boot_times(BootKind.RECORDED, recording))
        if runs is None and len(references) < REFERENCES:
            with suppress(BootError):
                references.append(reference_cpu_ns())
        if len(boots) > least and (minimums.have_settled() or own_time.monotonic() - started > LONG_ENOUGH):
            break
    on_boot(len(boots), len(boots))
    fastest = minimums.fastest
    is_same = fastest is not None and Owners.decisive(fastest) == decisive
    profile = make_profile(target, minimums, boots, owners if is_same else None)
    if any(note.id == NOTE for note in profile.notes):
        site = boot(site_target(target), BootKind.RECORDED, timeout=timeout)
        profile = with_site(profile, site, target.directory)
    speed = note_on_speed(references)
    if speed is not None:
        profile = replace(profile, notes=(*profile.notes, speed))
    return enrich(profile, evidence, target.directory)


def stop_if_dead(target: BootTarget, recording: Recording, timeout: float) -> None:
    ending = recording.ending
    if ending is None or ending.outcome is Outcome.REACHED:
        return
    until = None
    if len(recording.spans) > 1:
        minimums = BootMinimums()
        minimums.add(recording)
        until = make_profile(target, minimums, [boot_times("died", recording)])
        until = replace(
            until, side_effects=find_side_effects(recording, Owners.from_recording(recording), target.directory)
        )
    raise ProjectDied(failure_sentence(target, recording, timeout), ending.lines, until)
