"""Where to look, from what the analysis of imports and side effects says."""

from __future__ import annotations

from django_startup.gate.budgets import Location
from django_startup.imports.why import WayIn
from django_startup.profile.effects import SideEffect


def way_place(way: WayIn) -> Location:
    """An import, and how the boot came there, the nearest module first."""
    steps = (way.door.statement or way.door.reason, *reversed(way.chain), way.phase)
    return Location(way.door.file, way.door.line, " ← ".join(steps))


def effect_place(effect: SideEffect) -> Location:
    return Location(effect.file, effect.line, f"{effect.detail[:200]} ({effect.code})")
