"""A first table of budgets from a profile, with headroom, for a person to review."""

from __future__ import annotations

import json
import math
from collections import Counter

from django_startup.gate.declared import EFFECTS
from django_startup.profile.profile import StartupProfile
from django_startup.pyproject import TOOL

HEADROOM = 1.2


def suggest(profile: StartupProfile) -> str:
    """TOML for pyproject.toml: what the boot needs now and a fifth more."""
    total = profile.total
    lines = [
        f"[{TOOL}.budget]  # 20 % above what a start to {profile.target.until} needs now: Python "
        f"{profile.environment.python}, Django {profile.environment.django}",
        f"max = {duration(total.time_ns)}",
        f"waiting = {duration(max(total.waiting_ns, 20_000_000))}",
        f"modules = {math.ceil(total.modules * HEADROOM)}",
    ]
    if total.rss_bytes is not None:
        lines.append(f'memory = "{math.ceil(total.rss_bytes / 2**20 * HEADROOM)}MiB"')
    movable = sorted(package.name for package in profile.packages if package.saving_ns and package.is_movable)
    if movable:
        lines.append(f"# Once these are imported only where they are used: forbid = {json.dumps(movable)}")
    lines += ["", f"[{TOOL}.budget.ready]", f'"*" = {duration(max(ready_times(profile), default=0) or 50_000_000)}']
    effects = Counter(effect.kind for effect in profile.side_effects)
    lines += ["", f"[{TOOL}.budget.side-effects]"]
    lines += [f"{kind} = {effects.get(kind, 0)}" for kind in EFFECTS]
    return "\n".join(lines) + "\n"


def ready_times(profile: StartupProfile) -> list[int]:
    return [app.ready_ns for app in profile.apps]


def duration(nanoseconds: int) -> str:
    """A limit with headroom, in whole hundredths of a second, from ten milliseconds on."""
    hundredths = max(1, math.ceil(nanoseconds * HEADROOM / 10_000_000))
    return f'"{hundredths * 10}ms"' if hundredths < 100 else f'"{hundredths / 100:.2f}s"'
