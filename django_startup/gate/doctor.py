"""How precisely this machine can measure: how far the CPU time of the same boot spreads, and what that hides."""

from __future__ import annotations

import math
from collections.abc import Iterator

from django_startup.gate.evidence import BootRunner, without_bytecode
from django_startup.gate.pairs import with_reference
from django_startup.measure.averages import median
from django_startup.measure.boot import BootKind
from django_startup.measure.side_by_side import shared_processor
from django_startup.thresholds import LEAST_SIGMA, MAD_TO_SIGMA, MEDIAN_EFFICIENCY, MOST_PAIRS, ONE_SIDE_Z, TOLERANCE

PAIRS = 7


def examine(runner: BootRunner) -> Iterator[str]:
    """Sentences about this machine, from a few boots of the project, and of the reference workload beside them."""
    recording = runner(BootKind.RECORDED)
    known = "measured" if recording.run_queue_known else "not measured (there is no /proc/self/schedstat)"
    yield f"Run-queue wait: {known}."
    written = "not written (PYTHONDONTWRITEBYTECODE is set)" if recording.environment.dont_write_bytecode else "written"
    yield f"Bytecode: {written}; modules that have none: {without_bytecode(recording):,}."
    yield f"Run-queue wait of a boot: {recording.run_queue_wait_ns / recording.wall_ns:.0%} of wall time."
    shared = shared_processor()
    how = "one after the other (a process cannot be kept on one processor here)"
    yield f"Pairs: {how if shared is None else f'at the same time, on processor {shared}'}."
    pairs = [with_reference(runner) for _ in range(PAIRS)]
    boots = [boot.cpu_ns for boot, _ in pairs]
    references = [reference_ns for _, reference_ns in pairs]
    ratios = [boot / reference for boot, reference in zip(boots, references, strict=True)]
    yield f"Reference workload: {median(references) / 1e6:.0f} ms of CPU time, spread {sigma(references):.1%}."
    yield f"Boot: {median(boots) / 1e6:.0f} ms of CPU time, spread {sigma(boots):.1%}."
    yield f"Boot divided by reference workload: spread {sigma(ratios):.1%}."
    half = ONE_SIDE_Z * MEDIAN_EFFICIENCY * max(sigma(ratios), LEAST_SIGMA) / math.sqrt(MOST_PAIRS)
    least = (1 + TOLERANCE) * math.exp(half) - 1
    yield f"With a tolerance of {TOLERANCE:.0%}, a boot that is {least:.1%} slower is found."


def sigma(values: list[float] | list[int]) -> float:
    """How far the logarithms of values spread around their median, as a standard deviation."""
    logs = [math.log(value) for value in values]
    middle = median(logs)
    return MAD_TO_SIGMA * median(abs(value - middle) for value in logs)
