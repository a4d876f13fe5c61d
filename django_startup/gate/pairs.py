"""Ratios of CPU times, a pair of runs each: a boot over the reference workload, or over a boot of another revision."""

from __future__ import annotations

from django_startup.gate.evidence import BootRunner
from django_startup.measure.boot import BootKind
from django_startup.measure.recording import Recording
from django_startup.measure.reference import reference_cpu_ns
from django_startup.measure.side_by_side import boot_beside_reference, boot_both, shared_processor


def over_reference(runner: BootRunner) -> float:
    """The CPU time of one boot over that of the reference workload."""
    recording, reference_ns = with_reference(runner)
    return recording.cpu_ns / reference_ns


def with_reference(runner: BootRunner) -> tuple[Recording, float]:
    """
    A boot, and the CPU time in nanoseconds of the reference workload.

    They run at the same time, or one after the other where they cannot share a processor.
    """
    shared = shared_processor()
    if shared is None:
        reference_ns = reference_cpu_ns()
        return runner(BootKind.BARE), reference_ns
    runner.announce()
    recording, mean_ns = boot_beside_reference(runner.target, shared, timeout=runner.timeout)
    return runner.count(recording), mean_ns


def over_base(runner: BootRunner, base: BootRunner) -> float:
    """The CPU time of one boot over that of one of the base; who begins changes from pair to pair."""
    shared = shared_processor() if runner.target.may_run_twice else None
    if shared is None:
        return runner(BootKind.BARE).cpu_ns / base(BootKind.BARE).cpu_ns
    runner.announce()
    order = (runner, base) if runner.boots % 2 else (base, runner)
    recordings = boot_both(order[0].target, order[1].target, shared, timeout=runner.timeout)
    cpu_ns = {booter: booter.count(recording).cpu_ns for booter, recording in zip(order, recordings, strict=True)}
    return cpu_ns[runner] / cpu_ns[base]
