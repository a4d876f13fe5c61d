"""A first table of budgets from a profile, with headroom, for a person to review."""

from __future__ import annotations

import json
import math
from collections import Counter

from django_startup.gate.declared import EFFECTS
from django_startup.profile.profile import StartupProfile
from django_startup.pyproject import TOOL

HEADROOM = 1.2
RECORDED = "recorded"
NOISE_FACTOR = 2  # times what the measured boots differed by


def suggest(profile: StartupProfile) -> str:
    """TOML for pyproject.toml: what the boot needs now and a fifth more, of times more where the machine is noisy."""
    total, times = profile.total, headroom(profile)
    lines = [
        f"[{TOOL}.budget]  # what a start to {profile.target.until} takes, with headroom: Python "
        f"{profile.environment.python}, Django {profile.environment.django}",
        f"# Times have {percent(times - 1)} headroom: the measured boots differ by {percent(noise(profile))}. "
        f"Counts and sizes have {percent(HEADROOM - 1)}.",
        f"max = {duration(total.time_ns, times)}",
        f"waiting = {duration(max(total.waiting_ns, 20_000_000), times)}",
        f"modules = {math.ceil(total.modules * HEADROOM)}",
    ]
    if total.rss_bytes is not None:
        lines.append(f'memory = "{math.ceil(total.rss_bytes / 2**20 * HEADROOM)}MiB"')
    movable = sorted(package.name for package in profile.packages if package.saving_ns and package.is_movable)
    if movable:
        lines.append(f"# Once these are imported only where they are used: forbid = {json.dumps(movable)}")
    longest = max(ready_times(profile), default=0) or 50_000_000
    lines += ["", f"[{TOOL}.budget.ready]", f'"*" = {duration(longest, times)}']
    effects = Counter(effect.kind for effect in profile.side_effects)
    lines += ["", f"[{TOOL}.budget.side-effects]"]
    lines += [f"{kind} = {effects.get(kind, 0)}" for kind in EFFECTS]
    return "\n".join(lines) + "\n"


def ready_times(profile: StartupProfile) -> list[int]:
    return [app.ready_ns for app in profile.apps]


def noise(profile: StartupProfile) -> float:
    """The share by which the longest of the measured boots took longer than the shortest."""
    found = [boot.time_ns for boot in profile.boots if boot.kind == RECORDED]
    least = min(found, default=0)
    return max(found) / least - 1 if least else 0.0


def headroom(profile: StartupProfile) -> float:
    """By which factor limits on times are above what was measured: in steps of five per cent, well above the noise."""
    return max(HEADROOM, 1 + math.ceil(round(noise(profile) * NOISE_FACTOR * 20, 6)) / 20)


def percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def duration(nanoseconds: int, factor: float = HEADROOM) -> str:
    """A limit with headroom, in whole hundredths of a second, from ten milliseconds on."""
    hundredths = max(1, math.ceil(round(nanoseconds * factor / 10_000_000, 6)))
    return f'"{hundredths * 10}ms"' if hundredths < 100 else f'"{hundredths / 100:.2f}s"'
