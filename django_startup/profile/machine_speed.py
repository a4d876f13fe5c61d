"""
How fast this machine is now beside its usual, by the reference workload.

What the workload took beside the boots of the last profiles is kept in the user's cache directory, for each Python by
itself: a line each, in nanoseconds. A file that cannot be read counts as missing, one that cannot be written is left
out, both with no message.
"""

from __future__ import annotations

import contextlib
import hashlib
import platform
from collections.abc import Sequence
from pathlib import Path

from platformdirs import user_cache_path

from django_startup.exceptions import UsageError
from django_startup.files import locked, read_file, write_file
from django_startup.measure.averages import median
from django_startup.profile.profile import Note
from django_startup.thresholds import SPEED_PROFILES, SPEED_SHARE

MOST_PROFILES = 20
MOST_BYTES = 1 << 12


def note_on_speed(times_ns: Sequence[int]) -> Note | None:
    """
    How fast the machine was while the workload took these times, which are kept for the profiles to come.

    None where there are no times, or fewer than SPEED_PROFILES earlier profiles: what is usual is not known then.
    """
    if not times_ns:
        return None
    now_ns = round(median(times_ns))
    earlier = keep(now_ns)
    return Note("speed", sentence(now_ns, median(earlier), len(earlier))) if len(earlier) >= SPEED_PROFILES else None


def sentence(now_ns: float, usual_ns: float, profiles: int) -> str:
    """Times are CPU time of the workload in nanoseconds."""
    factor = now_ns / usual_ns
    if factor > 1 + SPEED_SHARE:
        speed = f"{factor:.2f} times slower than usual"
    elif factor < 1 / (1 + SPEED_SHARE):
        speed = f"{1 / factor:.2f} times faster than usual"
    else:
        speed = "as fast as usual"
    return (
        f"This machine was {speed}: the reference workload took {now_ns / 1e9:.3f} s of CPU time beside these boots, "
        f"{usual_ns / 1e9:.3f} s in the median of the last {profiles} profiles."
    )


def times_path() -> Path:
    """Where the times of this machine and this Python are."""
    machine = f"{platform.node()}\0{platform.python_implementation()}\0{platform.python_version()}"
    digest = hashlib.sha256(machine.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return user_cache_path("django-startup", appauthor=False) / f"reference-{digest}.txt"


def keep(now_ns: int) -> list[int]:
    """What the workload took in the last profiles, to which now_ns is added."""
    path = times_path()
    earlier: list[int] = []
    with contextlib.suppress(OSError, UsageError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(path, wait_s=0):
            earlier = read_times(path)
            lines = [f"{time_ns}\n" for time_ns in (*earlier, now_ns)]
            write_file(path, "".join(lines[-MOST_PROFILES:]), mode=0o600, wait_s=0)
    return earlier


def read_times(path: Path) -> list[int]:
    try:
        times = [int(line) for line in read_file(path, MOST_BYTES).splitlines()]
    except (OSError, ValueError):
        return []
    return times if all(time_ns > 0 for time_ns in times) else []
