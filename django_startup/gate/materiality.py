"""What is new but too small to mind: `new-imports` in pyproject.toml says what is small."""

from __future__ import annotations

import contextlib
import importlib.util
from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from django_startup.gate.baseline import Baseline
from django_startup.gate.bringers import Bringers
from django_startup.gate.budgets import Materiality
from django_startup.gate.differences import versions
from django_startup.gate.explain import Costs, lost_without, subjects_of
from django_startup.gate.kinds import Unit
from django_startup.thresholds import PACKAGE_MEMORY_SHARE


def without_small(now: Baseline, before: Baseline, costs: Costs, least: Materiality) -> Baseline:
    """now without the packages and modules that are new and cost less, and without what they added to the counters."""
    evidence = costs.evidence
    small, nodes = small_names(now, before, costs, least)
    if not small:
        return now
    names, directory = costs.modules(nodes), evidence.target.directory
    modules = costs.inquiry.subjects.modules
    # What imports add to memory is known less exactly than the whole.
    memory = round((costs.rss_bytes(names) or 0) * (1 + PACKAGE_MEMORY_SHARE))
    return replace(
        now,
        packages=tuple(package for package in now.packages if package.partition(" ")[0] not in small),
        project_modules=tuple(name for name in now.project_modules if name not in small),
        modules=now.modules - sum(modules[name].loaded for name in names),
        calls=now.calls - sum(evidence.observed.calls.get(("import", name), 0) for name in names),
        memory=max(0, now.memory - memory),
        bytecode=max(0, now.bytecode - sum(bytecode_of(directory / modules[name].file) for name in names)),
    )


def small_names(now: Baseline, before: Baseline, costs: Costs, least: Materiality) -> tuple[set[str], set[int]]:
    """The new packages and modules that cost less, together with all that they brought in, and the nodes of it all."""
    known, evidence = versions(before).keys(), costs.evidence
    new = [name for name in versions(now) if name not in known]
    new += sorted(set(now.project_modules) - set(before.project_modules))
    bringers = Bringers(evidence, before, new)
    groups: dict[str, list[str]] = defaultdict(list)
    for name in new:
        groups[bringers.of(name)].append(name)
    small: set[str] = set()
    gone: set[int] = set()
    for group in groups.values():
        subjects = subjects_of(costs.inquiry, group)
        nodes = lost_without(costs.inquiry, group).union(*(subject.nodes for subject in subjects))
        cost = cost_of(nodes, costs, least.unit)
        if cost is not None and cost < least.limit:
            small.update(group)
            gone |= nodes
    return small, gone


def cost_of(nodes: Collection[int], costs: Costs, unit: Unit) -> int | None:
    """What stands at nodes costs; None where that is not known."""
    if unit is Unit.TIME:
        return costs.time_ns(nodes)
    modules = costs.modules(nodes)
    return costs.rss_bytes(modules) if unit is Unit.SIZE else len(modules)


def bytecode_of(file: Path) -> int:
    """The size of the bytecode of a source file; 0 where there is none."""
    with contextlib.suppress(OSError, ValueError, NotImplementedError):
        return Path(importlib.util.cache_from_source(str(file))).stat().st_size
    return 0
