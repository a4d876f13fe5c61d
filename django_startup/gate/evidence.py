"""The boots of a target, counted, and what the one evidence boot of it shows."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from django_startup.gate.baseline import Baseline, Circumstances, make_baseline
from django_startup.gate.parts import Part, make_parts
from django_startup.gate.sources import source_hashes
from django_startup.imports.enrich import fixes_alone, with_evidence
from django_startup.imports.evidence import Evidence
from django_startup.imports.inquiry import Inquiry
from django_startup.measure.boot import BootKind, boot
from django_startup.measure.instructions import NOTHING_SPECIAL, Instructions
from django_startup.measure.limits import LEAST_RUNS
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget
from django_startup.profile.assemble import boot_times, make_profile
from django_startup.profile.boot_minimums import BootMinimums
from django_startup.profile.notes import is_writable
from django_startup.profile.owners import Owners
from django_startup.profile.parts import Fix
from django_startup.profile.profile import StartupProfile
from django_startup.profiler import ProjectDied, stop_if_dead

WITHOUT_VERDICTS = Instructions(verdicts=False)


class BootRunner:
    """
    Makes the boots of one target and counts them.

    Attributes:
        target: what is booted
        timeout: seconds for one boot
        on_boot: called before each with the number of boots so far, and how many there will be as far as is known
        name: what the message of a failed boot begins with; "" for nothing
        boots: how many there were
        planned: how many there will be, where that is known
        waits: the least waiting of each bare boot, in nanoseconds, where the system tells it
    """

    def __init__(self, target: BootTarget, timeout: float, on_boot: Callable[[int, int], None], name: str = "") -> None:
        self.target = target
        self.timeout = timeout
        self.on_boot = on_boot
        self.name = name
        self.boots = self.planned = 0
        self.waits: list[int] = []

    def __call__(self, kind: BootKind, instructions: Instructions = NOTHING_SPECIAL) -> Recording:
        self.announce()
        return self.count(boot(self.target, kind, timeout=self.timeout, instructions=instructions), kind)

    def announce(self) -> None:
        self.on_boot(self.boots, max(self.planned, self.boots + 1))

    def count(self, recording: Recording, kind: BootKind = BootKind.BARE) -> Recording:
        """Count a boot of a kind that has been made. Raises ProjectDied where it failed."""
        try:
            stop_if_dead(self.target, recording, self.timeout)
        except ProjectDied as error:
            if not self.name:
                raise
            raise ProjectDied(f"{self.name}: {error}", error.lines, error.until) from error
        self.boots += 1
        if kind is BootKind.BARE and recording.run_queue_known:
            self.waits.append(recording.least_waiting_ns)
        return recording


class GateEvidence:
    """
    What one boot shows that needs no clock: an evidence boot, whose times are not to be shown, or a recorded one where
    budgets ask for no more than the modules that are loaded.

    It is worked out as far as a budget asks for it: most need little, and all of it takes a third of a boot. What
    verdicts on imports stand on is observed by a boot of its own, once something is broken.

    Attributes:
        target: what was booted
        boot: makes a boot of a kind
        kind: of the boot
        instructions: to that boot
        recording: what was recorded, by a boot that is made as soon as somebody asks
    """

    def __init__(
        self,
        target: BootTarget,
        boot: Callable[[BootKind, Instructions], Recording],
        kind: BootKind = BootKind.EVIDENCE,
        instructions: Instructions = WITHOUT_VERDICTS,
    ) -> None:
        self.target = target
        self.boot = boot
        self.kind = kind
        self.instructions = instructions

    @cached_property
    def recording(self) -> Recording:
        return self.boot(self.kind, self.instructions)

    @cached_property
    def with_verdicts(self) -> GateEvidence:
        """The evidence that verdicts on imports stand on, and side effects: this one, or that of another boot."""
        if self.instructions.verdicts:
            return self
        return GateEvidence(self.target, self.boot, instructions=NOTHING_SPECIAL)

    def explain_death(self) -> None:
        """Boot a project that has just died again, unless an evidence boot has said where. Raises ProjectDied."""
        if not self.is_made or self.kind is BootKind.RECORDED:
            _ = self.with_verdicts.recording

    @property
    def is_made(self) -> bool:
        """Whether there was a boot."""
        return "recording" in self.__dict__

    @property
    def with_edges(self) -> GateEvidence:
        """The evidence that knows every import of what is loaded, which a recorded boot does not."""
        return self.with_verdicts if self.kind is BootKind.RECORDED else self

    @property
    def timed(self) -> tuple[Recording, ...]:
        """What was recorded, if it was in a boot whose times can be shown."""
        return (self.recording,) if self.is_made and self.kind is BootKind.RECORDED else ()

    @cached_property
    def owners(self) -> Owners:
        return Owners.from_recording(self.recording)

    @cached_property
    def observed(self) -> Evidence:
        return Evidence.from_recording(self.recording, self.target.directory, self.owners)

    @cached_property
    def profile(self) -> StartupProfile:
        profile = profile_of(self.target, self.recording, owners=self.owners)
        return with_evidence(profile, self.observed, self.target.directory)

    @cached_property
    def inquiry(self) -> Inquiry:
        return Inquiry(self.profile, self.target.directory)

    @cached_property
    def baseline(self) -> Baseline:
        environment = self.recording.environment
        circumstances = Circumstances(
            python=".".join(platform.python_version_tuple()[:2]),
            django=".".join(environment.django.split(".")[:2]),
            implementation=sys.implementation.name,
            system=f"{platform.system()} {platform.machine()}",
        )
        bytecode = 0 if self.recording.compiled else environment.bytecode_bytes
        return make_baseline(self.profile, circumstances, environment.calls, bytecode, self.parts)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        return make_parts(self.profile, self.observed)

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """The project's own source as hashes."""
        return tuple(source_hashes(self.recording, self.owners, self.target.entry))

    @cached_property
    def cold(self) -> int:
        """How many modules had no bytecode, and will have none in the next boot."""
        return without_bytecode(self.recording)

    def find_fixes(self) -> tuple[Fix, ...]:
        """What would help most. Takes its time, which is for a gate that fails."""
        return fixes_alone(self.with_verdicts.inquiry)


def evidence_boot(runner: BootRunner, kind: BootKind = BootKind.COUNTED) -> GateEvidence:
    """The evidence of a boot that is still to be made."""
    return GateEvidence(runner.target, runner, kind)


def warmed(runner: BootRunner, evidence: GateEvidence) -> GateEvidence:
    """
    The evidence of a boot that wrote no bytecode, of another boot where this one did.

    What is counted must not depend on who booted before: writing bytecode, as the first boot of a fresh checkout does,
    calls more functions and takes more memory.
    """
    if len(evidence.recording.compiled) <= evidence.cold:
        return evidence
    return GateEvidence(runner.target, runner, evidence.kind, evidence.instructions)


def with_times(runner: BootRunner, evidence: GateEvidence) -> Inquiry:
    """What an evidence boot showed with times that can be shown: of as many boots as a profile has at least."""
    target = runner.target
    boots = [*evidence.timed]
    while len(boots) < LEAST_RUNS:
        boots.append(runner(BootKind.RECORDED))
    observed = evidence.with_edges.observed
    return Inquiry(with_evidence(profile_of(target, *boots), observed, target.directory), target.directory)


def profile_of(target: BootTarget, *recordings: Recording, owners: Owners | None = None) -> StartupProfile:
    minimums = BootMinimums()
    for recording in recordings:
        minimums.add(recording)
    boots = [boot_times(BootKind.RECORDED, recording) for recording in recordings]
    return make_profile(target, minimums, boots, owners)


def without_bytecode(recording: Recording) -> int:
    """The modules that were compiled from source, and will be again: their bytecode cannot be written."""
    environment = recording.environment
    if environment.dont_write_bytecode:
        return len(recording.compiled)
    directories = (str(Path(module.path).parent) for module in recording.compiled)
    return sum(not is_writable(directory, environment.pycache_prefix) for directory in directories)
