"""Puts a profile together from the minimums of several boots."""

from __future__ import annotations

import os
import platform
from collections import defaultdict
from collections.abc import Iterable

from django_startup.measure.recording import Recording
from django_startup.measure.redaction import make_redaction
from django_startup.measure.target import BootTarget
from django_startup.profile.attribution import (
    make_apps,
    make_checks,
    make_failed_imports,
    make_modules,
    make_owners,
    make_packages,
)
from django_startup.profile.boot_minimums import BootMinimums, Cost, boot_costs, gc_key, to_microseconds, to_saved_bytes
from django_startup.profile.boots import BootTimes, EnvironmentInfo, GcPauses, Phase, TargetInfo, Total
from django_startup.profile.notes import note_on_serving, notes_on, notes_on_target
from django_startup.profile.owners import Owners
from django_startup.profile.places import PlacedSpan, place_spans, plus
from django_startup.profile.profile import StartupProfile
from django_startup.profile.pytest_session import make_session, note_on_migrations, notes_on_order, notes_on_session
from django_startup.profile.timeline import make_timeline
from django_startup.profile.twice_loaded import twice_loaded
from django_startup.thresholds import NOISE_SHARE

PHASES = (
    *("interpreter", "entry", "plugins", "conftest", "settings", "apps", "models", "ready", "collection", "database"),
    *("test", "urls", "checks", "wsgi", "asgi", "command"),
)


def make_profile(
    target: BootTarget, minimums: BootMinimums, boots: Iterable[BootTimes], owners: Owners | None = None
) -> StartupProfile:
    """
    The profile of a series of at least one boot of target; boots lists them all, in the order they were made. owners
    are those of the fastest, where they are known already.
    """
    recording = minimums.fastest
    assert recording is not None
    owners = owners or Owners.from_recording(recording)
    places = place_spans(recording, minimums)
    modules = make_modules(recording, places, owners, target.directory)
    total = make_total(recording)
    session = make_session(recording, places, target.directory)
    phases = make_phases(recording, minimums, places, total)
    return StartupProfile(
        target=TargetInfo(
            entry=target.entry.label,
            until=target.until,
            command=make_redaction(target.secrets).command(target.command) or None,
            settings=recording.environment.settings,
            secrets=target.secrets,
        ),
        environment=EnvironmentInfo(
            python=platform.python_version(),
            django=recording.environment.django,
            platform=platform.platform(),
            cpus=os.cpu_count() or 1,
            compiled_from_source=len(recording.compiled),
        ),
        boots=tuple(boots),
        total=total,
        phases=phases,
        apps=make_apps(recording, places, owners, modules),
        packages=make_packages(places, owners, modules),
        owners=make_owners(modules),
        modules=modules,
        checks=make_checks(places),
        gc=GcPauses(len(recording.collections), total.gc_ns),
        notes=(
            *notes_on_target(target),
            *note_on_serving(target, recording),
            *notes_on(recording),
            *twice_loaded(modules, recording.environment.aliases, target.directory),
            *notes_on_session(session, total, has_apps=bool(recording.apps)),
            *note_on_migrations(session, phases, modules, total),
            *notes_on_order(minimums.first_tests),
        ),
        timeline=make_timeline(recording, places),
        failed_imports=make_failed_imports(recording, places, target.directory),
        session=session,
    )


def boot_times(kind: str, recording: Recording) -> BootTimes:
    """What to keep of one boot."""
    return BootTimes(
        kind=kind,
        wall_ns=to_microseconds(recording.wall_ns),
        time_ns=to_microseconds(recording.time_ns),
        cpu_ns=to_microseconds(recording.cpu_ns),
        waiting_ns=to_microseconds(recording.waiting_ns),
        gc_ns=to_microseconds(sum(span.time_ns for span in recording.collections)),
        modules=recording.environment.modules,
    )


def make_total(recording: Recording) -> Total:
    times = boot_times("recorded", recording)
    resident = recording.environment.resident_bytes
    return Total(
        time_ns=times.cpu_ns + times.waiting_ns,
        cpu_ns=times.cpu_ns,
        waiting_ns=times.waiting_ns,
        wall_ns=times.wall_ns,
        gc_ns=times.gc_ns,
        modules=times.modules,
        rss_bytes=None if resident is None else to_saved_bytes(resident),
    )


def within(amounts: list[int], most: int) -> list[int]:
    """Amounts that come to no more than most together, each less by the same share where they would, in nanoseconds."""
    together = sum(amounts)
    if together <= most:
        return amounts
    return [amount * most // together // 1000 * 1000 for amount in amounts]


def make_phases(
    recording: Recording, minimums: BootMinimums, places: list[PlacedSpan], total: Total
) -> tuple[Phase, ...]:
    """
    The phases in the order in which a boot goes through them, each with its garbage collections, then the noise.

    Noise is what the fastest boot needed more than the least of all boots. What of it is above NOISE_SHARE of the total
    is with the phases in which that boot needed it, so that noise never hides a large part of a boot. Where the phases
    come to more than the total, since clocks are read one after the other, each has a share less.
    """
    costs: dict[str, Cost] = defaultdict(Cost)
    more: dict[str, Cost] = defaultdict(Cost)
    of_fastest = boot_costs(recording)
    for place in places:
        if place.span.on_main:
            costs[place.phase] = plus(costs[place.phase], place.self_cost)
            span = place.span
            more[place.phase] = plus(more[place.phase], Cost(span.self_cpu_ns, span.self_waiting_ns))
    for phase in list(costs):
        key = gc_key(True, phase)
        costs[phase] = plus(costs[phase], minimums.costs.get(key, Cost()))
        more[phase] = plus(more[phase], of_fastest.get(key, Cost()))
    above_ns = total.time_ns - sum(cost.time_ns for cost in costs.values())
    share = max(0.0, 1 - total.time_ns * NOISE_SHARE / above_ns) if above_ns > 0 else 0.0
    for phase, cost in costs.items():
        costs[phase] = Cost(
            *(
                least + to_microseconds(round((own - least) * share))
                for least, own in zip(cost, more[phase], strict=True)
            )
        )
    names = [name for name in PHASES if name in costs]
    cpus = within([costs[name].cpu_ns for name in names], total.cpu_ns)
    waits = within([costs[name].waiting_ns for name in names], total.waiting_ns)
    phases = [Phase(name, cpu + waiting, cpu, waiting) for name, cpu, waiting in zip(names, cpus, waits, strict=True)]
    cpu = total.cpu_ns - sum(phase.cpu_ns for phase in phases)
    waiting = total.waiting_ns - sum(phase.waiting_ns for phase in phases)
    return (*phases, Phase("noise", cpu + waiting, cpu, waiting))
