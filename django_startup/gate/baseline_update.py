"""A baseline measured anew: whole, or of it only what is named."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django_startup.exceptions import UsageError
from django_startup.gate.baseline import CHECKS, COUNTERS, LISTS, Baseline, settled
from django_startup.gate.evidence import BootRunner, evidence_boot, warmed
from django_startup.gate.pairs import over_reference
from django_startup.thresholds import BASELINE_PAIRS


def measure_baseline(runner: BootRunner, before: Baseline | None, items: Sequence[str]) -> Baseline:
    """
    What is accepted from now on: what an evidence boot shows, and the time as a ratio to the reference workload; of
    the baseline that was there before only the named items anew, where there are such. Raises UsageError.
    """
    is_timed = not items or bool({"time", "waiting"} & {*items})
    runner.planned = 1 + is_timed * BASELINE_PAIRS
    evidence = warmed(runner, evidence_boot(runner))
    found = replace(evidence.baseline, sources=evidence.sources)
    if not items:
        return timed(runner, found, before)
    if is_timed:
        of_time = timed(runner, found, before)
        found = replace(found, ratio=of_time.ratio, waiting_ns=of_time.waiting_ns)
    return accepted(before, found, items)


def timed(runner: BootRunner, found: Baseline, before: Baseline | None) -> Baseline:
    """found with its time and its waiting."""
    runner.planned = runner.boots + BASELINE_PAIRS
    ratios = [over_reference(runner) for _ in range(BASELINE_PAIRS)]
    return settled(found, before, ratios, runner.waits)


def accepted(old: Baseline | None, new: Baseline, items: Sequence[str]) -> Baseline:
    """
    old with the named items of new: a check of CHECKS, a package, a module with all in it, or the beginning of a side
    effect or registration. Raises UsageError where there is no such item, or old is none or was measured elsewhere.
    """
    if old is None or old.circumstances != new.circumstances:
        why = "there is no baseline of this target yet" if old is None else "the baseline was measured elsewhere"
        raise UsageError(f"{items[0]} cannot be accepted alone: {why}; run startupbudget baseline without items.")
    for item in items:
        changes = changed(old, new, item)
        if not changes:
            known = {*CHECKS, *(entry.partition(" ")[0] for field in LISTS for entry in getattr(new, field))}
            similar = difflib.get_close_matches(item, sorted(known), n=1)
            hint = f"did you mean {similar[0]}?" if similar else f"the checks are {', '.join(CHECKS)}."
            raise UsageError(f"There is no package, module or check {item!r}; {hint}")
        old = replace(old, **changes)
    return old


def changed(old: Baseline, new: Baseline, item: str) -> dict[str, Any]:
    """The fields that an item changes."""
    if CHECKS.get(item) in COUNTERS:
        return {CHECKS[item]: getattr(new, CHECKS[item]), "parts": new.parts}
    if item in CHECKS:
        sources = {"sources": new.sources} if item == "time" else {}  # those that took this time
        return {CHECKS[item]: getattr(new, CHECKS[item]), **sources}

    def is_meant(entry: str) -> bool:
        return entry == item or entry.startswith((f"{item} ", f"{item}."))

    changes: dict[str, Any] = {}
    for field in (*LISTS, "parts"):
        before, now = getattr(old, field), getattr(new, field)
        if any(map(is_meant, (*before, *now))):
            kept = [entry for entry in before if not is_meant(entry)]
            changes[field] = tuple(sorted({*kept, *filter(is_meant, now)}))
    return changes
