"""What is not the same in a boot with edits: in what it did up to its target, and in how far it came behind that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from django_startup.compare.changes import PASSING
from django_startup.compare.comparison import Registration, registrations
from django_startup.imports.evidence import Evidence
from django_startup.measure.observations import ObservedLate
from django_startup.measure.recording import Recording
from django_startup.profile.effects import Change, Registries, Rung, SideEffect, UnreadableRegistry
from django_startup.profile.failure import first_line
from django_startup.profile.profile import StartupProfile
from django_startup.profile.rungs import problem_of

NAMED = 3  # registrations, messages and the like in a sentence
RUNGS = {"checks": "the system checks", "wsgi": "the WSGI application", "asgi": "the ASGI application"}
REGISTERED = {"receivers": "connected"}


def listed(texts: Iterable[str]) -> str:
    """receiver billing.signals.pay (post_save), model shop.Refund and 2 more"""
    known = list(texts)
    more = f" and {len(known) - NAMED:,} more" if len(known) > NAMED else ""
    return ", ".join(known[:NAMED]) + more


def titles(entries: Iterable[Registration]) -> str:
    return listed(entry.title for entry in entries)


def unreadable(recording: Recording) -> str:
    """A registry that could not be read, as a sentence; "" for none."""
    for registry, reason in recording.unreadable.items():
        if registry in Registries.__dataclass_fields__:
            return UnreadableRegistry(registry, reason).sentence
    return ""


def lost(before: Registries, after: Registries) -> list[Registration]:
    """What is registered no longer."""
    was, becomes = registrations(before, ()), registrations(after, ())
    return [entry for entry in was if entry not in becomes]


def late(entries: Iterable[ObservedLate]) -> dict[Registration, tuple[str, int]]:
    """What deferred imports have registered, with file and line of the import."""
    found: dict[Registration, tuple[str, int]] = {}
    for row in entries:
        entry = row.entry
        found.setdefault(Registration(entry.registry, entry.name, entry.of, entry.module), (row.file, row.line))
    return found


def at_first_use(entries: Iterable[Registration]) -> str:
    """receiver billing.signals.pay (post_save) would be connected only at the first use"""
    known = list(entries)
    verb = REGISTERED.get(known[0].registry, "registered")
    return f"{titles(known)} would be {verb} only at the first use"


def missed_rungs(before: Iterable[Rung], after: Iterable[Rung]) -> Iterator[tuple[str, str]]:
    """Rungs that were reached before, and are not now or give other messages, each with a sentence."""
    now = {rung.name: rung for rung in after}
    for rung in before:
        if rung.problem:
            continue
        if rung.name not in now:
            yield rung.name, f"it does not come to {RUNGS[rung.name]}"
        elif now[rung.name].problem:
            yield rung.name, f"it does not come to {RUNGS[rung.name]}: {now[rung.name].problem}"
        else:
            yield from ((rung.name, text) for text in other_messages(rung.messages, now[rung.name].messages))


def other_messages(before: Iterable[str], after: Iterable[str]) -> Iterator[str]:
    was, becomes = (Counter(PASSING.sub("…", text) for text in texts) for texts in (before, after))
    for what, texts in (("would say", becomes - was), ("would no longer say", was - becomes)):
        if texts:
            yield f"the system checks {what}: {listed(map(first_line, texts))}"


def failed_imports(recording: Recording, directory: Path) -> Iterator[tuple[tuple[str, int], str]]:
    """The deferred imports that did not work behind the target: file and line, and why."""
    for place, rung in recording.deferred.items():
        problem = problem_of(rung, directory)
        if problem:
            yield place, problem


def more_effects(before: Iterable[SideEffect], after: Iterable[SideEffect]) -> list[str]:
    """Side effects that happen besides, or more often."""
    more = counted(after) - counted(before)
    return [f"{kind} {detail}" for kind, detail in more]


def counted(effects: Iterable[SideEffect]) -> Counter[tuple[str, str]]:
    return Counter((effect.kind, PASSING.sub("…", effect.detail)) for effect in effects if effect.is_repeated)


def lost_changes(before: StartupProfile, after: Evidence, loaded: Mapping[str, object]) -> list[Change]:
    """
    What imports changed in modules that stay, and do so no longer.

    A thing that has several names may go by another one then. As where a fix is worked out, what a package changes in
    itself counts in the module that is changed, and what it changes in others in any module of those.
    """
    now = {(change.by, last_names(change)) for change in after.changes}
    now |= {(change.of, change.name) for change in after.changes}
    packages = {name.partition(".")[0] for name in loaded}
    found = []
    for change in before.changes:
        package = change.of.partition(".")[0]
        stays = change.of in loaded if package == change.by.partition(".")[0] else package in packages
        if stays and now.isdisjoint([(change.of, change.name), (change.by, last_names(change))]):
            found.append(change)
    return found


def missed_makers(before: StartupProfile, after: Recording, directory: Path) -> set[str]:
    """The modules that a boot should have loaded: they register or change what is missing in it."""
    evidence = Evidence.from_recording(after, directory)
    loaded = {module.name: "" for module in after.modules}
    gone = {(entry.registry, entry.name) for entry in lost(before.registries, evidence.registries)}
    registered = before.registries
    entries = ((name, entry) for name in registered.__dataclass_fields__ for entry in getattr(registered, name))
    makers = {entry.registrar for name, entry in entries if (name, entry.name) in gone}
    changes = {change.by for change in lost_changes(before, evidence, loaded)}
    return (makers | changes) - loaded.keys()


def last_names(change: Change) -> str:
    """What something is called whatever module it is named after: pre_save.receivers."""
    return ".".join(change.name.rsplit(".", 2)[-2:])
