"""What every report says first: what was booted, how long it took, whose code that was, what can be saved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from django_startup.measure.target import Secrets
from django_startup.profile.boots import TargetInfo, Total
from django_startup.profile.parts import Fix
from django_startup.profile.profile import Note, OwnerTime, StartupProfile
from django_startup.profile.trial import FIRST_USE, Style
from django_startup.text import format_duration, printable
from django_startup.thresholds import WORTH_NS

WARNINGS = {"secrets", "bytecode", "run-queue", "queued-processes"}  # notes that must be read before the figures
UNTIL = {
    "settings": "to its settings",
    "setup": "to django.setup()",
    "urls": "to URLs",
    "checks": "to system checks",
    "wsgi": "to the WSGI application",
    "asgi": "to the ASGI application",
    "first-test": "to its first test",
}
RUNGS = {"checks": "checks", "wsgi": "WSGI", "asgi": "ASGI"}  # behind the target
OWNERS = {
    "package": "packages",
    "stdlib": "standard library",
    "django": "Django",
    "app": "project apps",
    "project": "other project modules",
    "nobody": "failed imports and namespace packages",
}


@dataclass(frozen=True, slots=True)
class Headline:
    """
    The first facts of a profile. The properties are texts of one line that a terminal can show.

    Attributes:
        target: What was booted, and how far.
        boots: How many boots were measured; 0 where the boot died.
        python: The version of Python.
        django: The version of Django; empty where it was not imported.
        total: The fastest boot.
        collections: Its garbage collections.
        owners: Whose modules the imports were, the kind of owner with the longest self time first.
        warnings: Notes that must be read before the figures.
        notes: The other notes.
        first_fix: What saves most; None where no single change would save much.
        first_import: The fix that saves most by moving imports.
        moving_ns: What moving imports saves together, those that save little included.
        is_measured: Whether that was measured, with all of them moved; else it is an estimate.
        moving: The same as a sentence without a full stop, with what was measured; empty for nothing.
        gain_ns: What all fixes save together, those that save little included: an estimate but for what was measured.
    """

    target: TargetInfo
    boots: int
    python: str
    django: str
    total: Total
    collections: int
    owners: tuple[OwnerTime, ...]
    warnings: tuple[Note, ...]
    notes: tuple[Note, ...]
    first_fix: Fix | None
    first_import: Fix | None
    moving_ns: int
    is_measured: bool
    moving: str
    gain_ns: int

    @classmethod
    def from_profile(cls, profile: StartupProfile) -> Headline:
        least = {"nobody": WORTH_NS}
        owners = (owner for owner in profile.owners if owner.modules and owner.self_ns >= least.get(owner.kind, 0))
        imports = [fix for fix in (*profile.fixes, *profile.advice.smaller) if fix.kind == "defer"]
        is_measured = bool(imports) and all(fix.tried for fix in imports)
        measured_ns = profile.trial.saving_ns if profile.trial.saves else 0  # what is within the error is no saving
        moving_ns = measured_ns if is_measured else sum(fix.saving_ns for fix in imports)
        return cls(
            target=profile.target,
            boots=sum(boot.kind == "recorded" for boot in profile.boots),
            python=profile.environment.python,
            django=profile.environment.django,
            total=profile.total,
            collections=profile.gc.collections,
            owners=tuple(sorted(owners, key=lambda owner: -owner.self_ns)),
            warnings=tuple(note for note in profile.notes if note.id in WARNINGS),
            notes=tuple(note for note in profile.notes if note.id not in WARNINGS),
            first_fix=next(iter(profile.fixes), None),
            first_import=next(iter(imports), None),
            moving_ns=moving_ns,
            is_measured=is_measured,
            moving=moving(profile, imports, is_measured),
            gain_ns=moving_ns + others_ns(profile, imports, is_measured and measured_ns > 0),
        )

    @property
    def what(self) -> str:
        """manage.py to URLs; in every report, so it is where a file says that it may have passwords in it."""
        what = f"{self.target.entry} {UNTIL.get(self.target.until, f'-- {self.target.command}')}"
        return printable(f"{what} (arguments shown)" if self.target.secrets == Secrets.SHOWN else what)

    @property
    def surroundings(self) -> str:
        """5 boots, Python 3.13.0, Django 5.2.19"""
        boots = f"{self.boots} boot{'s' if self.boots > 1 else ''}" if self.boots else "died on the way"
        django = f", Django {self.django}" if self.django else ""
        return printable(f"{boots}, Python {self.python}{django}")

    @property
    def title(self) -> str:
        return f"{self.what}, {self.surroundings}"

    @property
    def time(self) -> str:
        return format_duration(self.total.time_ns)

    @property
    def parts(self) -> str:
        """0.648 s CPU + 0.061 s waiting"""
        return f"{format_duration(self.total.cpu_ns)} CPU + {format_duration(self.total.waiting_ns)} waiting"

    @property
    def facts(self) -> tuple[str, ...]:
        """0.104 s of it in 326 garbage collections, 1,576 modules, 116 MiB"""
        total = self.total
        facts = []
        if total.gc_ns:
            what = "garbage collection" if self.collections == 1 else "garbage collections"
            facts.append(f"{format_duration(total.gc_ns)} of it in {self.collections:,} {what}")
        if total.modules:
            facts.append(f"{total.modules:,} modules")
        if total.rss_bytes is not None:
            facts.append(f"{total.rss_bytes / 2**20:,.0f} MiB")
        return tuple(facts)

    @property
    def importing(self) -> str:
        """importing: packages 0.285 s · standard library 0.096 s; empty where nothing is known of imports"""
        parts = [f"{OWNERS[owner.kind]} {format_duration(owner.self_ns)}" for owner in self.owners]
        return f"importing: {' · '.join(parts)}" if parts else ""

    @property
    def has_more_than_one(self) -> bool:
        """Whether there is more to change than the first fix."""
        return self.first_fix is not None and self.gain_ns > self.first_fix.saving_ns

    @property
    def gain(self) -> str:
        """2.431 s (55 %): what all fixes save together."""
        share = self.share(self.gain_ns)
        return f"{format_duration(self.gain_ns)}{share and f' ({share})'}"

    def share(self, nanoseconds: int) -> str:
        """12 %, of the total; empty where that is 0."""
        return f"{nanoseconds / self.total.time_ns * 100:.0f} %" if self.total.time_ns > 0 else ""


def others_ns(profile: StartupProfile, imports: Sequence[Fix], is_measured: bool) -> int:
    """What all other fixes add to moving imports, in whose measured saving are the collections that go with them."""
    others = [fix for fix in (*profile.fixes, *profile.advice.smaller) if fix.kind != "defer"]
    gone_ns = sum(fix.collections_ns for fix in imports) if is_measured else 0
    return sum(max(0, fix.saving_ns - (gone_ns if fix.kind == "gc" else 0)) for fix in others)


def moving(profile: StartupProfile, imports: Sequence[Fix], is_measured: bool) -> str:
    """What moving imports saves: as it was measured, where they were tried."""
    if not imports:
        return ""
    estimate = f"{format_duration(sum(fix.saving_ns for fix in imports))} together"
    collections_ns = sum(fix.collections_ns for fix in imports)
    if collections_ns:
        estimate += f", and about {format_duration(collections_ns)} of garbage collections"
    if not is_measured:
        return f"moving the imports saves {estimate}; estimated, not tried"
    trial = profile.trial
    saving = f"{measured(trial)}, measured" if trial.saves else "nothing measurable on this machine"
    return f"tried: {', '.join(proofs(profile))}, saves {saving} (estimated: {estimate})"


class Measured(Protocol):
    """A saving with its error."""

    @property
    def saving_ns(self) -> int: ...
    @property
    def error_ns(self) -> int: ...


def measured(trial: Measured) -> str:
    """0.390 s ± 0.012"""
    return f"{format_duration(trial.saving_ns)} ± {format_duration(trial.error_ns).removesuffix(' s')}"


def proofs(profile: StartupProfile) -> Iterator[str]:
    """boots to URLs, checks and WSGI; registers the same; the moved imports work."""
    what = "moved" if profile.trial.style is Style.FUNCTION else "lazy"
    first, *others = climbed(profile.target, profile.trial.rungs, what)
    yield from (first, "registers the same", *others)


def climbed(target: TargetInfo, rungs: Sequence[str], what: str = "moved") -> Iterator[str]:
    """boots to URLs, checks and WSGI; the moved imports work; what are the imports."""
    behind = [RUNGS[name] for name in rungs[1:] if name in RUNGS]
    reached = UNTIL.get(target.until)
    if reached:
        yield f"boots {together([reached, *behind])}"
    else:
        yield f"boots -- {target.command}{f', then to {together(behind)}' if behind else ''}"
    if FIRST_USE in rungs:
        yield f"the {what} imports work"


def together(words: Sequence[str]) -> str:
    """URLs, checks and WSGI"""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
