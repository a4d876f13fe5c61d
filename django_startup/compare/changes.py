"""What costs more or less in one profile than in another: the time of packages, apps and modules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

from django_startup.compare.drift import Drift
from django_startup.profile.owners import OwnerKind
from django_startup.profile.profile import StartupProfile
from django_startup.thresholds import EFFECT_NS, EFFECT_SHARE, ITEM_NS, ITEM_SHARE, SCATTERS

# What is another one in every boot: addresses, names of temporary files, numbers of threads.
PASSING = re.compile(r"0x[0-9a-fA-F]+|(?<=/tmp/)[^\s'\"]+|(?<=\bThread-)\d+")


READY = "ready()"
NOISE = "noise"
ONCE = "×1"
TIMED = ("package", "app", READY, "module")  # the kinds that every recorded boot has timed


class Status(StrEnum):
    """What has become of something; changed: another version that costs the same, or another number of times."""

    APPEARED = "appeared"
    VANISHED = "vanished"
    GREW = "grew"
    SHRANK = "shrank"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """
    Something that costs more or less now, by self time or, for apps, by the time in the phases.

    Attributes:
        kind: package, app, ready(), module or the kind of a side effect.
        name: Its name.
        before_ns: Its time before; None where it was not there.
        after_ns: Its time now; None where it is not there any more.
        place: Where it comes in, FILE:LINE; empty where that is not known.
        status: What has become of it.
        detail: Its version, or how often it happens; of both profiles where they differ.
    """

    kind: str
    name: str
    before_ns: int | None
    after_ns: int | None
    place: str
    status: Status
    detail: str = ""

    @property
    def title(self) -> str:
        """Its name with the detail."""
        return f"{self.name} {self.detail}".rstrip()

    @property
    def difference_ns(self) -> int:
        return (self.after_ns or 0) - (self.before_ns or 0)

    @property
    def is_minor(self) -> bool:
        """Whether it is one of many small modules that came or went."""
        return self.kind == "module" and abs(self.difference_ns) < ITEM_NS


@dataclass(frozen=True, slots=True)
class PhaseChange:
    """
    A phase and its times, whether or not they differ by more than noise.

    Attributes:
        name: Its name.
        before_ns: Its time before; None where it was not there.
        after_ns: Its time now; None where it is not there any more.
    """

    name: str
    before_ns: int | None
    after_ns: int | None


class Item(NamedTuple):
    """
    Something that is compared.

    Attributes:
        time_ns: Its time.
        place: Where it comes in, FILE:LINE.
        version: Its version, or how often it happens.
        owner: The item that accounts for it where that appears or vanishes itself.
        waiting_ns: The waiting in its time.
    """

    time_ns: int
    place: str = ""
    version: str = ""
    owner: tuple[str, str] | None = None
    waiting_ns: int = 0

    @property
    def detail(self) -> str:
        """The version or the number of times, as it is said of one."""
        return "" if self.version == ONCE else self.version


class Noise(NamedTuple):
    """
    What makes times of the same code differ.

    Attributes:
        drift: By how much the machine was faster or slower.
        waiting_ns: By how much boots of one profile differ in waiting.
    """

    drift: Drift
    waiting_ns: int


Items = dict[tuple[str, str], Item]


def find_changes(before: StartupProfile, after: StartupProfile, noise: Noise | None) -> Iterator[Change]:
    """
    The items that cost more or less than they did, by more than noise and by more than the machine's drift, and those
    that are only in one of the two; without what comes and goes with its package or app. noise is None where times
    cannot be compared.
    """
    old, new = dict(items(before)), dict(items(after))
    for key, was in old.items():
        is_now = new.get(key)
        if is_now is not None:
            yield from changed(key, was, is_now, noise)
        elif is_worth_a_line(key, was, old, new):
            yield Change(*key, was.time_ns, None, was.place, Status.VANISHED, was.detail)
    for key, is_now in new.items():
        if key not in old and is_worth_a_line(key, is_now, old, new):
            yield Change(*key, None, is_now.time_ns, is_now.place, Status.APPEARED, is_now.detail)


def is_worth_a_line(key: tuple[str, str], item: Item, old: Items, new: Items) -> bool:
    """Whether something that is only in one of the two is to be listed by itself."""
    if item.owner is not None and (item.owner in old) is not (item.owner in new):
        return False
    return key[0] != READY or item.time_ns >= ITEM_NS


def changed(key: tuple[str, str], was: Item, is_now: Item, noise: Noise | None) -> Iterator[Change]:
    """The change of something that is in both, if there is one."""
    status = judged(key[0], was, is_now, noise) if noise else None
    detail = is_now.detail
    if was.version != is_now.version:
        detail, status = f"{was.version} → {is_now.version}", status or Status.CHANGED
    if status:
        yield Change(*key, was.time_ns, is_now.time_ns, is_now.place or was.place, status, detail)


def judged(kind: str, was: Item, is_now: Item, noise: Noise) -> Status | None:
    """Whether a time grew or shrank beyond what the machine did; None for neither."""
    before_ns, after_ns = noise.drift.corrected_ns(was.time_ns, min(was.waiting_ns, was.time_ns)), is_now.time_ns
    least_ns, share = (ITEM_NS, ITEM_SHARE) if kind in TIMED else (EFFECT_NS, EFFECT_SHARE)
    share = max(share, noise.drift.scatter * SCATTERS)
    least = max(least_ns, round(max(before_ns, after_ns) * share))
    if max(was.waiting_ns, is_now.waiting_ns) >= ITEM_NS:
        least = max(least, noise.waiting_ns)
    if after_ns - before_ns >= least:
        return Status.GREW
    return Status.SHRANK if after_ns - before_ns <= -least else None


def items(profile: StartupProfile) -> Iterator[tuple[tuple[str, str], Item]]:
    """(kind, name) and the item of everything that is compared."""
    for package in profile.packages:
        place = next((f"{door.file}:{door.line}" for door in package.doors if door.file), "")
        yield ("package", package.name), Item(package.self_ns, place, package.version)
    for app in profile.apps:
        yield ("app", app.label), Item(app.apps_ns + app.models_ns, waiting_ns=app.waiting_ns)
        yield (READY, app.label), Item(app.ready_ns, waiting_ns=app.waiting_ns)
    for module in profile.modules:
        if module.thread is None:
            site = module.importer
            place = f"{site.file}:{site.line}" if site else ""
            owner = "app" if module.owner.kind is OwnerKind.APP else "package", module.owner.name
            yield ("module", module.name), Item(module.self_ns, place, owner=owner)
    effects: dict[tuple[str, str], tuple[int, int, str]] = {}
    for effect in filter(attrgetter("is_repeated"), profile.side_effects):
        key = (effect.kind, PASSING.sub("…", effect.detail))
        time_ns, count, place = effects.get(key, (0, 0, f"{effect.file}:{effect.line}" if effect.file else ""))
        effects[key] = (time_ns + effect.time_ns, count + 1, place)
    for key, (time_ns, count, place) in effects.items():
        yield key, Item(time_ns, place, f"×{count}", waiting_ns=time_ns)


def phase_changes(before: StartupProfile, after: StartupProfile) -> Iterator[PhaseChange]:
    """All phases of both in boot order, noise last."""
    old = {phase.name: phase.time_ns for phase in before.phases}
    new = {phase.name: phase.time_ns for phase in after.phases}
    for name in sorted({**old, **new}, key=lambda name: name == NOISE):
        yield PhaseChange(name, old.get(name), new.get(name))


def status_of(before: int | None, after: int | None) -> Status:
    if before is None or after is None:
        return Status.APPEARED if before is None else Status.VANISHED
    return Status.GREW if after > before else Status.SHRANK
