"""What costs most in a boot, of whatever kind, in one order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django_startup.imports.fixes import worth_a_line
from django_startup.profile.causes import find_causes, times_by_span
from django_startup.profile.owners import OWN
from django_startup.profile.profile import StartupProfile


class Culprit(NamedTuple):
    """
    Something that costs much.

    Attributes:
        kind: package, ready(), module or the kind of a side effect.
        name: Its name.
        detail: A package's version; empty for the others.
        time_ns: What the boot would lose without it.
        place: FILE:LINE; empty where there is none.
    """

    kind: str
    name: str
    detail: str
    time_ns: int
    place: str


def find_culprits(profile: StartupProfile) -> list[Culprit]:
    """Packages by what they save, ready() and modules by their own time, side effects, the largest first."""
    least = worth_a_line(profile.total)
    return sorted((item for item in candidates(profile) if item.time_ns >= least), key=lambda item: -item.time_ns)


def candidates(profile: StartupProfile) -> Iterator[Culprit]:
    for package in profile.packages:
        first = next(iter(package.doors), None)
        place = "" if first is None else f"{first.file}:{first.line}" if first.file else "INSTALLED_APPS"
        yield Culprit("package", package.name, package.version, package.saving_ns or 0, place)
    files = {module.name: module.file for module in profile.modules}
    effects = times_by_span(profile.side_effects)
    for cause in find_causes(profile.side_effects):
        yield Culprit(cause.largest.kind, cause.largest.detail, "", cause.time_ns, cause.place)
    for app in profile.apps:
        own = app.ready_own_ns - effects["ready", app.label]
        yield Culprit("ready()", app.label, "", own, files.get(f"{app.name}.apps", ""))
    for module in profile.modules:
        if module.owner.kind in OWN and module.thread is None:
            own = module.self_ns - effects["import", module.name]
            yield Culprit("module", module.name, "", own, f"{module.file}:1" if module.file else "")
