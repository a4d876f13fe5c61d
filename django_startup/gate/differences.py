"""
What became of packages and apps since a baseline, where that is no finding by itself: sentences beside the verdicts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django_startup.gate.baseline import Baseline
from django_startup.gate.evidence import GateEvidence
from django_startup.gate.parts import Part, read_parts
from django_startup.gate.regression import listed
from django_startup.profile.owners import OWN
from django_startup.thresholds import CALLS_SHARE, MEMORY_BYTES, PACKAGE_MEMORY_SHARE


def difference_notes(before: Baseline, evidence: GateEvidence) -> Iterator[str]:
    """Other versions and what they cost, packages that are gone, apps that are new."""
    now = evidence.baseline
    old, new = versions(before), versions(now)
    is_counted = before.circumstances == now.circumstances
    old_parts, new_parts = read_parts(before.parts), read_parts(now.parts)
    for name in sorted(old.keys() & new.keys()):
        if old[name] != new[name]:
            sentence = f"{name} was {changed(old[name], new[name])} from {old[name]} to {new[name]}"
            if is_counted and name in old_parts and name in new_parts:
                sentence += f": {cost_of(old_parts[name], new_parts[name])}"
            yield f"{sentence}."
    gone = sorted(old.keys() - new.keys())
    if gone:
        yield f"No longer imported: {listed([f'{name} {old[name]}'.rstrip() for name in gone])}."
    for label, modules in new_apps(before, evidence).items():
        yield f"The app {label} is new: {modules:,} module{'s' if modules != 1 else ''}."


def versions(baseline: Baseline) -> dict[str, str]:
    """The versions of its packages; "" where one has none."""
    return dict(package.partition(" ")[::2] for package in baseline.packages)


def changed(before: str, now: str) -> str:
    """upgraded or downgraded, by the numbers at the beginning of both; changed where these do not tell."""
    one, other = release(before), release(now)
    if one == other:
        return "changed"
    return "upgraded" if one < other else "downgraded"


def release(version: str) -> tuple[int, ...]:
    """Its numbers without zeros at the end; none for no version."""
    match = re.match(r"v?(\d{1,18}(?:\.\d{1,18})*)", version)
    numbers = [int(number) for number in match[1].split(".")] if match else []
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def cost_of(before: Part, now: Part) -> str:
    """34 modules and 3.1 MiB more, 1,200 calls less."""
    calls, memory = now.calls - before.calls, now.memory - before.memory
    noise = max(MEMORY_BYTES, round(max(before.memory, now.memory) * PACKAGE_MEMORY_SHARE))
    differences = [
        (now.modules - before.modules, f"{abs(now.modules - before.modules):,} modules"),
        (calls if abs(calls) > before.calls * CALLS_SHARE else 0, f"{abs(calls):,} calls"),
        (memory if abs(memory) > noise else 0, f"{abs(memory) / 2**20:,.0f} MiB"),
    ]
    more = [shown for by, shown in differences if by > 0]
    less = [shown for by, shown in differences if by < 0]
    parts = [f"{' and '.join(found)} {word}" for found, word in ((more, "more"), (less, "less")) if found]
    return ", ".join(parts) or "it needs as much as before"


def new_apps(before: Baseline, evidence: GateEvidence) -> dict[str, int]:
    """The labels of the project's apps of which no module was there before, with how many modules each has."""
    known = set(before.project_modules)
    apps: dict[str, list[str]] = {app.label: [] for app in evidence.profile.apps if app.project}
    for module in evidence.profile.modules:
        label = evidence.inquiry.subjects.app_of(module.name) if module.loaded and module.owner.kind in OWN else None
        if label in apps and label is not None:
            apps[label].append(module.name)
    return {label: len(names) for label, names in apps.items() if names and known.isdisjoint(names)}
