"""Two profiles of one project: what appeared, vanished, grew and shrank, and what is no longer registered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from statistics import median

from django_startup.analysis.profile import Registries, StartupProfile

LEAST_SHARE = 0.05  # of the total: no difference below it is told, CPU time drifts as much on a busy machine
ITEM_NS, ITEM_SHARE = 2_000_000, 0.1  # by how much an item must have changed to be listed


@dataclass(frozen=True, slots=True)
class Change:
    """
    A package, an app, its ready(), a module or a side effect that costs something else now, by self time or, for apps,
    by the time in the phases. None: it was not there, or is not any more. place is where it comes in.
    """

    kind: str
    name: str
    before_ns: int | None
    after_ns: int | None
    place: str

    @property
    def difference_ns(self) -> int:
        return (self.after_ns or 0) - (self.before_ns or 0)


@dataclass(frozen=True, slots=True)
class Registration:
    """An entry of a registry that is only in one of the two."""

    registry: str
    name: str
    of: str
    module: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    verdict is faster, slower or same. noise_ns is how far the totals must be apart to tell. circumstances are sentences
    about what else differs (Python, Django, target, machine). lost and gained are registrations.
    """

    verdict: str
    before_ns: int
    after_ns: int
    noise_ns: int
    circumstances: tuple[str, ...]
    changes: tuple[Change, ...]
    lost: tuple[Registration, ...]
    gained: tuple[Registration, ...]


def compare(before: StartupProfile, after: StartupProfile) -> Comparison:
    """What is different in after."""
    noise = max(noise_of(before), noise_of(after), round(before.total.time_ns * LEAST_SHARE))
    difference = after.total.time_ns - before.total.time_ns
    registered, now = registrations(before.registries), registrations(after.registries)
    changes = sorted(find_changes(before, after), key=lambda change: (-abs(change.difference_ns), change.name))
    return Comparison(
        verdict="same" if abs(difference) <= noise else "slower" if difference > 0 else "faster",
        before_ns=before.total.time_ns,
        after_ns=after.total.time_ns,
        noise_ns=noise,
        circumstances=tuple(circumstances(before, after)),
        changes=tuple(changes),
        lost=tuple(entry for entry in registered if entry not in now),
        gained=tuple(entry for entry in now if entry not in registered),
    )


def noise_of(profile: StartupProfile) -> int:
    """How far a typical boot lies above the fastest."""
    times = [boot.time_ns for boot in profile.boots if boot.kind == "recorded"]
    return round(median(times)) - min(times) if times else 0


def circumstances(before: StartupProfile, after: StartupProfile) -> Iterator[str]:
    """What makes a comparison doubtful, said in words."""
    one, other = before.environment, after.environment
    for name, old, new in (
        ("Python", one.python, other.python),
        ("Django", one.django, other.django),
        ("platform", one.platform, other.platform),
        ("number of processors", one.cpus, other.cpus),
        ("target", target_of(before), target_of(after)),
        ("settings", before.target.settings, after.target.settings),
    ):
        if old != new:
            yield f"Another {name}: {old} before, {new} now."
    if bool(one.compiled_from_source) != bool(other.compiled_from_source):
        when = "before" if one.compiled_from_source else "now"
        yield f"Modules were compiled from source {when}, so the times cannot be compared."


def target_of(profile: StartupProfile) -> str:
    target = profile.target
    return f"{target.entry} to {target.command or target.until}"


def find_changes(before: StartupProfile, after: StartupProfile) -> Iterator[Change]:
    """The items that cost more or less than they did."""
    old, new = dict(items(before)), dict(items(after))
    for key in {**old, **new}:
        kind, name = key
        was, place_before = old.get(key, (None, ""))
        is_now, place_now = new.get(key, (None, ""))
        change = Change(kind, name, was, is_now, place_now or place_before)
        enough = max(ITEM_NS, round((was or 0) * ITEM_SHARE))
        if abs(change.difference_ns) >= enough or (kind != "module" and (was is None or is_now is None)):
            yield change


def items(profile: StartupProfile) -> Iterator[tuple[tuple[str, str], tuple[int, str]]]:
    """(kind, name) and (time, place) of everything that is compared."""
    for package in profile.packages:
        place = next((f"{door.file}:{door.line}" for door in package.doors if door.file), "")
        yield ("package", f"{package.name} {package.version}".rstrip()), (package.self_ns, place)
    for app in profile.apps:
        yield ("app", app.label), (app.apps_ns + app.models_ns, "")
        yield ("ready()", app.label), (app.ready_ns, "")
    for module in profile.modules:
        site = module.importer
        yield ("module", module.name), (module.self_ns, f"{site.file}:{site.line}" if site else "")
    effects: dict[tuple[str, str], tuple[int, str]] = {}
    for effect in profile.side_effects:
        key = (effect.kind, effect.detail)
        effects[key] = (effects.get(key, (0, ""))[0] + effect.time_ns, f"{effect.file}:{effect.line}")
    yield from effects.items()


def registrations(registries: Registries) -> dict[Registration, None]:
    return {
        Registration(field.name, entry.name, entry.of, entry.module): None
        for field in fields(registries)
        for entry in getattr(registries, field.name)
    }
