"""The boots of a target, counted, and what the one evidence boot of it shows."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django_startup.analysis.assemble import boot_times, make_profile
from django_startup.analysis.enrich import enrich, with_evidence, with_savings
from django_startup.analysis.evidence import Evidence as Distilled
from django_startup.analysis.evidence import distil
from django_startup.analysis.inquiry import Inquiry
from django_startup.analysis.notes import is_writable
from django_startup.analysis.owners import Owners
from django_startup.analysis.parts import Fix
from django_startup.analysis.profile import StartupProfile
from django_startup.analysis.profiler import ProjectDied, stop_if_dead
from django_startup.analysis.series import BootSeries
from django_startup.gate.baseline import Baseline, Circumstances, make_baseline
from django_startup.measure.boot import Kind, boot
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget


class Booter:
    """Makes the boots of one target, counts them and says so. name is what a failure of theirs begins with."""

    def __init__(self, target: BootTarget, timeout: float, on_boot: Callable[[int, int], None], name: str = "") -> None:
        self.target = target
        self.timeout = timeout
        self.on_boot = on_boot
        self.name = name
        self.boots = 0

    def __call__(self, kind: Kind) -> Recording:
        self.announce()
        return self.count(boot(self.target, kind, timeout=self.timeout))

    def announce(self) -> None:
        self.on_boot(self.boots, self.boots + 1)

    def count(self, recording: Recording) -> Recording:
        """Count a boot that has been made. Raises ProjectDied where it failed."""
        try:
            stop_if_dead(self.target, recording, self.timeout)
        except ProjectDied as error:
            if not self.name:
                raise
            raise ProjectDied(f"{self.name}: {error}", error.lines, error.until) from error
        self.boots += 1
        return recording


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    What an evidence boot shows; the times in it are not to be shown. cold: how many modules had no bytecode, and will
    have none in the next boot.
    """

    inquiry: Inquiry
    baseline: Baseline
    cold: int
    run_queue_known: bool
    distilled: Distilled

    @property
    def profile(self) -> StartupProfile:
        return self.inquiry.profile

    def find_fixes(self) -> tuple[Fix, ...]:
        """What would help most. Takes its time, which is for a gate that fails."""
        return with_savings(self.profile, self.distilled, self.inquiry.folder).fixes


def gather(make: Booter, *, counting: bool, warm: bool = False) -> Evidence:
    """
    Make the evidence boot; counting function calls takes it twice as long.

    warm: what is counted must not depend on who booted before. A boot that wrote bytecode, the first of a fresh
    checkout, called more functions and took more memory for it, and is made again.
    """
    kind = Kind.COUNTED if counting else Kind.EVIDENCE
    recording = make(kind)
    cold = without_bytecode(recording)
    if warm and len(recording.compiled) > cold:
        recording = make(kind)
    owners = Owners(recording)
    folder = make.target.folder
    distilled = distil(recording, folder, owners)
    inquiry = Inquiry(with_evidence(profile_of(make, recording, owners), distilled, folder), folder)
    circumstances = Circumstances(
        python=".".join(platform.python_version_tuple()[:2]),
        django=".".join(recording.environment.django.split(".")[:2]),
        implementation=sys.implementation.name,
        system=f"{platform.system()} {platform.machine()}",
    )
    environment = recording.environment
    bytecode = 0 if recording.compiled else environment.bytecode_bytes
    baseline = make_baseline(inquiry.profile, circumstances, environment.calls, bytecode)
    return Evidence(inquiry, baseline, cold, recording.run_queue_known, distilled)


def with_times(make: Booter, evidence: Evidence) -> Inquiry:
    """What the evidence boot showed with times that can be shown, of one boot more."""
    folder = make.target.folder
    return Inquiry(enrich(profile_of(make, make(Kind.RECORDED)), evidence.distilled, folder), folder)


def profile_of(make: Booter, recording: Recording, owners: Owners | None = None) -> StartupProfile:
    series = BootSeries()
    series.add(recording)
    return make_profile(make.target, series, [boot_times(Kind.RECORDED, recording)], owners)


def without_bytecode(recording: Recording) -> int:
    """The modules that were compiled from source, and will be again: their bytecode cannot be kept."""
    environment = recording.environment
    if environment.dont_write_bytecode:
        return len(recording.compiled)
    folders = (str(Path(module.path).parent) for module in recording.compiled)
    return sum(not is_writable(folder, environment.pycache_prefix) for folder in folders)
