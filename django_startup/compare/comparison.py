"""Two profiles of one project: what appeared, vanished, grew and shrank, and what is no longer registered."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields

from django_startup.compare.changes import (
    NOISE,
    Change,
    Noise,
    PhaseChange,
    find_changes,
    phase_changes,
)
from django_startup.compare.drift import Drift, find_drift
from django_startup.compare.memory_changes import MemoryChange, memory_changes
from django_startup.measure.averages import median
from django_startup.measure.target import Secrets
from django_startup.profile.effects import Registries
from django_startup.profile.profile import StartupProfile
from django_startup.thresholds import TOTAL_SHARE


@dataclass(frozen=True, slots=True)
class Registration:
    """
    An entry of a registry that is only in one of the two.

    Attributes:
        registry: The registry: models, receivers and so on.
        name: The name of what is registered.
        of: What it is registered with: a signal, a model, a route.
        module: The module that defined it.
    """

    registry: str
    name: str
    of: str
    module: str

    @property
    def title(self) -> str:
        """Such as: receiver billing.signals.pay (post_save)."""
        kind = self.registry.replace("_", " ").removesuffix("s")
        return f"{kind} {self.name} ({self.of})" if self.of else f"{kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    What is different between two profiles.

    Attributes:
        verdict: faster, slower or same.
        before_ns: The total before.
        expected_ns: What that would be at the speed that the machine has now.
        after_ns: The total now.
        noise_ns: By how much the total now must differ from the expected one to be called different.
        circumstances: Sentences about what else differs: Python, Django, target, machine.
        changes: What costs more or less, the largest difference first.
        lost: What is no longer registered.
        gained: What is newly registered.
        phases: All phases of both, in boot order.
        memory: What needs more or less memory, the whole boot first.
        before_modules: How many modules were loaded before.
        after_modules: How many modules are loaded now.
    """

    verdict: str
    before_ns: int
    expected_ns: int
    after_ns: int
    noise_ns: int
    circumstances: tuple[str, ...]
    changes: tuple[Change, ...]
    lost: tuple[Registration, ...]
    gained: tuple[Registration, ...]
    phases: tuple[PhaseChange, ...] = ()
    memory: tuple[MemoryChange, ...] = ()
    before_modules: int = 0
    after_modules: int = 0

    @property
    def difference_ns(self) -> int:
        """By how much the total differs from what it would be if only the machine had changed."""
        return self.after_ns - self.expected_ns


def compare(before: StartupProfile, after: StartupProfile) -> Comparison:
    """What is different in after."""
    drift = find_drift(before, after)
    comparable = bool(before.environment.compiled_from_source) == bool(after.environment.compiled_from_source)
    noise = noise_of(before, after)
    total = before.total
    expected = drift.corrected_ns(total.time_ns, total.waiting_ns) if drift.is_worth_a_word else total.time_ns
    difference = after.total.time_ns - expected
    unknown = {registry.registry for profile in (before, after) for registry in profile.unreadable}
    registered, now = registrations(before.registries, unknown), registrations(after.registries, unknown)
    of_items = Noise(drift, max(spread_of(before, "waiting_ns"), spread_of(after, "waiting_ns")))
    found = find_changes(before, after, of_items if comparable else None)
    changes = sorted(found, key=lambda change: (change.is_minor, -abs(change.difference_ns), change.name))
    can_be_told = comparable and abs(difference) > noise
    return Comparison(
        verdict="same" if not can_be_told else "slower" if difference > 0 else "faster",
        before_ns=before.total.time_ns,
        expected_ns=expected,
        after_ns=after.total.time_ns,
        noise_ns=noise,
        circumstances=tuple(circumstances(before, after, drift)),
        changes=tuple(changes),
        lost=tuple(entry for entry in registered if entry not in now),
        gained=tuple(entry for entry in now if entry not in registered),
        phases=tuple(phase_changes(before, after)),
        memory=tuple(memory_changes(before, after)),
        before_modules=before.total.modules,
        after_modules=after.total.modules,
    )


def noise_of(before: StartupProfile, after: StartupProfile) -> int:
    """
    How far two totals of the same code may lie apart on a machine of the same speed: what the boots of either differ
    by, TOTAL_SHARE of the total at least.
    """
    total = max(before.total.time_ns, after.total.time_ns)
    return max(spread(before), spread(after), round(total * TOTAL_SHARE))


def spread(profile: StartupProfile) -> int:
    """
    How far a typical boot lies above the fastest, or how far the fastest lies above what every boot needed, whichever
    is more.
    """
    above_parts = next((phase.time_ns for phase in profile.phases if phase.name == NOISE), 0)
    return max(spread_of(profile, "time_ns"), above_parts)


def spread_of(profile: StartupProfile, what: str) -> int:
    """How far a typical boot lies above the one that has least of something (time_ns, waiting_ns)."""
    values = [getattr(boot, what) for boot in profile.boots if boot.kind == "recorded"]
    return round(median(values)) - min(values) if values else 0


def circumstances(before: StartupProfile, after: StartupProfile, drift: Drift) -> Iterator[str]:
    """What makes a comparison doubtful, said in words."""
    one, other = before.environment, after.environment
    for name, old, new in (
        ("Python", one.python, other.python),
        ("Django", one.django, other.django),
        ("platform", one.platform, other.platform),
        ("number of processors", one.cpus, other.cpus),
        ("target", target_of(before), target_of(after)),
        ("settings", before.target.settings, after.target.settings),
        # Those of older profiles have never been redacted.
        ("secrets", before.target.secrets or Secrets.SHOWN, after.target.secrets or Secrets.SHOWN),
    ):
        if old != new:
            yield f"Different {name}: {old or 'none'} before, {new or 'none'} now."
    for when, profile in (("before", before), ("now", after)):
        for registry in profile.unreadable:
            yield f"What is lost or new is not known in full: {registry.sentence} {when}."
    if bool(one.compiled_from_source) != bool(other.compiled_from_source):
        when = "before" if one.compiled_from_source else "now"
        yield f"Modules were compiled from source {when}, so the times cannot be compared."
    elif drift.is_worth_a_word:
        much, speed = f"{abs(drift.factor - 1) * 100:.0f} %", "slower" if drift.factor > 1 else "faster"
        more = "more" if drift.factor > 1 else "less"
        yield (
            f"{drift.modules:,} unchanged modules took {much} {more} time now: the machine was {speed}, and "
            "the times before are corrected for that where something is called faster or slower."
        )


def target_of(profile: StartupProfile) -> str:
    target = profile.target
    return f"{target.entry} to {target.command or target.until}"


def registrations(registries: Registries, unknown: Collection[str]) -> dict[Registration, None]:
    """The entries of all registries but those that are unknown."""
    return {
        Registration(field.name, entry.name, entry.of, entry.module): None
        for field in fields(registries)
        if field.name not in unknown
        for entry in getattr(registries, field.name)
    }
