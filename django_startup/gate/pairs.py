"""Ratios of CPU times, a pair of runs each: a boot over the reference workload, or over a boot of another revision."""

from __future__ import annotations

from django_startup.gate.evidence import Booter
from django_startup.measure.boot import Kind
from django_startup.measure.recording import Recording
from django_startup.measure.reference import reference_cpu_ns
from django_startup.measure.side_by_side import boot_beside_reference, boot_both, shared_processor


def over_reference(make: Booter) -> float:
    """The CPU time of one boot over that of the reference workload."""
    recording, reference_ns = with_reference(make)
    return recording.cpu_ns / reference_ns


def with_reference(make: Booter) -> tuple[Recording, float]:
    """A boot, and the CPU time in nanoseconds of the reference workload beside it; before it where that cannot be."""
    shared = shared_processor()
    if shared is None:
        reference_ns = reference_cpu_ns()
        return make(Kind.BARE), reference_ns
    make.announce()
    recording, mean_ns = boot_beside_reference(make.target, shared, timeout=make.timeout)
    return make.count(recording), mean_ns


def over_base(make: Booter, base: Booter) -> float:
    """The CPU time of one boot over that of one of the base; who begins changes from pair to pair."""
    shared = shared_processor()
    if shared is None:
        return make(Kind.BARE).cpu_ns / base(Kind.BARE).cpu_ns
    make.announce()
    order = (make, base) if make.boots % 2 else (base, make)
    recordings = boot_both(order[0].target, order[1].target, shared, timeout=make.timeout)
    cpu_ns = {booter: booter.count(recording).cpu_ns for booter, recording in zip(order, recordings, strict=True)}
    return cpu_ns[make] / cpu_ns[base]
