"""
Two workloads on one processor at the same time, so that whatever slows one of them slows the other as much.

The system gives processes that share a processor turns of a few milliseconds each. How fast a processor is changes
within tenths of a second with what else happens on the machine; of two workloads that are run one after the other each
meets another machine, and the ratio of their CPU times spreads much further.
"""

from __future__ import annotations

import os

from django_startup.measure.boot import BootKind, booting
from django_startup.measure.recording import Recording
from django_startup.measure.reference import repeated
from django_startup.measure.target import BootTarget

SHARING = 2  # how often longer a boot may take that has half of a processor


def shared_processor() -> int | None:
    """The number of the processor to share; None where a process cannot be kept to one (macOS, Windows)."""
    return min(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None


def boot_beside_reference(target: BootTarget, processor: int, *, timeout: float) -> tuple[Recording, float]:
    """A bare boot, and the mean CPU time in nanoseconds of the reference workload during it. Raises BootError."""
    with (
        repeated(processor) as mean_ns,
        booting(target, BootKind.BARE, timeout=timeout * SHARING, processor=processor) as ended,
    ):
        return ended(), mean_ns()


def boot_both(one: BootTarget, other: BootTarget, processor: int, *, timeout: float) -> tuple[Recording, Recording]:
    """A bare boot of each of two targets. They begin in this order, which is a few thousandths in favour of one."""
    with (
        booting(one, BootKind.BARE, timeout=timeout * SHARING, processor=processor) as one_ended,
        booting(other, BootKind.BARE, timeout=timeout * SHARING, processor=processor) as other_ended,
    ):
        return one_ended(), other_ended()
