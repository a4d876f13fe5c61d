"""
The baseline: what was accepted, in a file that is committed, with one item a line.

A value changes only where it differs by more than a second measurement of the same code would. So writing the file
again for the same code makes no difference.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django_startup.exceptions import UsageError
from django_startup.files import locked, read_file, write_file
from django_startup.gate.parts import Part, is_ready, read_parts, settled_parts
from django_startup.gate.sequential import estimate
from django_startup.profile.effects import Registries, SideEffect
from django_startup.profile.json_form import FormError, from_json, to_json
from django_startup.profile.owners import OWN
from django_startup.profile.profile import StartupProfile
from django_startup.thresholds import (
    BYTECODE_SHARE,
    CALLS_SHARE,
    MEMORY_COUNTER_SHARE,
    TOLERANCE,
    WAITING_NS,
    WAITING_SHARE,
)

FAMILY = "django-startup/baseline/"
SCHEMA = f"{FAMILY}1"
AGAIN = "write it again with startupbudget baseline"
CONFLICT = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)
# Shares by which the same code may differ.
RESOLUTION = {"modules": 0.0, "calls": CALLS_SHARE, "memory": MEMORY_COUNTER_SHARE, "bytecode": BYTECODE_SHARE}


# The checks against a baseline, and the field of it that each is about.
CHECKS = {
    "new-packages": "packages",
    "new-modules": "project_modules",
    "new-side-effects": "side_effects",
    "registrations": "registrations",
    "modules": "modules",
    "calls": "calls",
    "memory": "memory",
    "bytecode": "bytecode",
    "time": "ratio",
    "waiting": "waiting_ns",
}
LISTS = ("packages", "project_modules", "side_effects", "registrations")
COUNTERS = ("modules", "calls", "memory", "bytecode")  # what parts have figures of
AMOUNTS = tuple(field for field in CHECKS.values() if field not in LISTS)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """
    Where a baseline was measured. Counters and times are compared only where all of it is the same.

    Attributes:
        python: the version, as 3.13
        django: the version, as 5.2
        implementation: of Python, as cpython
        system: the operating system and the machine, as Linux x86_64
    """

    python: str
    django: str
    implementation: str
    system: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """
    What one target was like.

    Attributes:
        circumstances: where it was measured
        packages: "name version" of each
        project_modules: the names of the project's own modules
        side_effects: "kind file detail" of each
        registrations: "registry name (of)" of each
        modules: how many were loaded
        calls: how many calls of Python functions there were
        memory: resident, in bytes; 0 where it is not known
        bytecode: of all modules, in bytes; 0 where it is not known
        ratio: the CPU time of a boot divided by that of the reference workload; 0 where it was not measured
        settings: the settings module; "" where it is not known
        unreadable: the registries that could not be read
        sources: "module hash" for the source of each of the project's own; none in those of older versions
        waiting_ns: the least that a boot waited; None where it is not known
        parts: what each part of the boot needs, see parts.py; none in those of older versions
    """

    circumstances: Circumstances
    packages: tuple[str, ...]
    project_modules: tuple[str, ...]
    side_effects: tuple[str, ...]
    registrations: tuple[str, ...]
    modules: int
    calls: int
    memory: int
    bytecode: int = 0
    ratio: float = 0.0
    settings: str = ""
    unreadable: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    waiting_ns: int | None = None
    parts: tuple[str, ...] = ()


def make_baseline(
    profile: StartupProfile, circumstances: Circumstances, calls: int, bytecode: int = 0, parts: Iterable[Part] = ()
) -> Baseline:
    """The baseline that a profile would make."""
    rows = [module for module in profile.modules if module.loaded]
    return Baseline(
        circumstances=circumstances,
        packages=tuple(sorted({f"{package.name} {package.version}".rstrip() for package in profile.packages})),
        # What has no file was made by somebody's code.
        project_modules=tuple(sorted(module.name for module in rows if module.owner.kind in OWN and module.file)),
        side_effects=tuple(sorted({effect_item(row) for row in profile.side_effects if row.is_repeated})),
        registrations=tuple(sorted(registrations(profile.registries))),
        modules=profile.total.modules,
        calls=calls,
        memory=profile.total.rss_bytes or 0,
        bytecode=bytecode,
        settings=profile.target.settings,
        unreadable=tuple(sorted(registry.registry for registry in profile.unreadable)),
        parts=tuple(part.line for part in parts),
    )


def effect_item(row: SideEffect) -> str:
    return f"{row.kind} {row.file} {row.detail}"


def registrations(registries: Registries) -> set[str]:
    """
    What is registered, as it stands in a baseline. The name of a URL without its path: it may move, and the admin's has
    the labels of all apps in it.
    """
    return {
        f"{name} {entry.name}" + (f" ({entry.of})" if entry.of and name != "url_names" else "")
        for name in Registries.__dataclass_fields__
        for entry in getattr(registries, name)
    }


def settled(new: Baseline, old: Baseline | None, ratios: Sequence[float], waits: Sequence[int] = ()) -> Baseline:
    """
    new with the median of ratios and the least of waits, and with the values of old wherever the difference is within
    measurement error.
    """
    new = replace(new, ratio=round(estimate(ratios).factor, 3), waiting_ns=least(waits))
    if old is None or old.circumstances != new.circumstances:
        return new
    kept: dict[str, Any] = {}
    if old.ratio:
        change = estimate(ratios, old.ratio)
        if change.low <= 1 + TOLERANCE and change.high >= 1 - TOLERANCE:
            kept["ratio"] = old.ratio
    if old.waiting_ns is not None and new.waiting_ns is not None:
        moved = abs(new.waiting_ns - old.waiting_ns) > waiting_margin(old.waiting_ns)
        kept["waiting_ns"] = new.waiting_ns if moved else old.waiting_ns
    for name, share in RESOLUTION.items():
        before, now = getattr(old, name), getattr(new, name)
        if before and abs(now - before) <= before * share:
            kept[name] = before
    own = {*new.project_modules, *(name for name in read_parts((*old.parts, *new.parts)) if is_ready(name))}
    return replace(new, **kept, parts=settled_parts(new.parts, old.parts, own))


def least(waits: Sequence[int]) -> int | None:
    """The least of some waits, to the microsecond, as the file has it; None where there are none."""
    return min(waits) // 1000 * 1000 if waits else None


def waiting_margin(waiting_ns: int) -> int:
    """By how many nanoseconds the waiting of the same code may differ."""
    return max(WAITING_NS, round(waiting_ns * WAITING_SHARE))


def read_baselines(path: Path) -> dict[str, Baseline]:
    """The baselines in a file by target; none where there is no file. Raises UsageError."""
    try:
        text = read_file(path).decode()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise UsageError(f"{path} is not JSON ({error}); {AGAIN}.") from error
    if CONFLICT.search(text):
        raise UsageError(f"{path} has merge conflict markers; choose one side and {AGAIN}.")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not JSON ({error}); {AGAIN}.") from error
    schema = document.get("schema") if isinstance(document, dict) else None
    if not isinstance(schema, str) or not schema.startswith(FAMILY):
        raise UsageError(f"{path} is not a baseline; write one with startupbudget baseline.")
    if schema != SCHEMA:
        raise UsageError(f"{path} has the schema {schema}, this django-startup reads {SCHEMA}; {AGAIN}.")
    targets = document.get("targets")
    if not isinstance(targets, dict):
        raise UsageError(f"{path} is damaged: it has no targets.")
    try:
        baselines = {until: from_json(Baseline, data, f"targets.{until}") for until, data in targets.items()}
    except FormError as error:
        raise UsageError(f"{path} is damaged: {error}") from error
    for until, baseline in baselines.items():
        for name in AMOUNTS:
            if (getattr(baseline, name) or 0) < 0:
                raise UsageError(f"{path} is damaged: targets.{until}.{name.replace('_ns', '_ms')} is below 0.")
    return baselines


def baseline_of(path: Path, until: str) -> Baseline:
    """The baseline of one target. Raises UsageError where there is none."""
    found = read_baselines(path).get(until)
    if found is None and not path.exists():
        raise UsageError(f"There is no file {path}; startupbudget baseline writes it.")
    if found is None:
        raise UsageError(f"{path} has no baseline for {until}; write one with startupbudget baseline.")
    return found


def save_baseline(path: Path, until: str, baseline: Baseline) -> None:
    """Write the baseline of one target; others keep what the file has by now. Raises UsageError."""
    with locked(path):
        write_file(path, dump_baselines(read_baselines(path) | {until: baseline}))


def dump_baselines(baselines: dict[str, Baseline]) -> str:
    """The file: sorted, an item a line, ASCII."""
    targets: dict[str, Any] = {until: to_json(baseline) for until, baseline in baselines.items()}
    return json.dumps({"schema": SCHEMA, "targets": targets}, indent=1, sort_keys=True) + "\n"
