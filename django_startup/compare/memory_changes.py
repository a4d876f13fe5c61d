"""What needs more or less memory in one profile than in another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django_startup.compare.changes import Status, status_of
from django_startup.profile.profile import StartupProfile
from django_startup.thresholds import (
    MEMORY_BYTES,
    MEMORY_SHARE,
    NEW_PACKAGE_BYTES,
    PACKAGE_MEMORY_BYTES,
    PACKAGE_MEMORY_SHARE,
)


@dataclass(frozen=True, slots=True)
class MemoryChange:
    """
    The boot as a whole, or a package, that needs more or less memory.

    Attributes:
        kind: total or package.
        name: The package's name; empty for the whole boot.
        before_bytes: Its memory before; None where it was not there.
        after_bytes: Its memory now; None where it is not there any more.
        status: What has become of it.
    """

    kind: str
    name: str
    before_bytes: int | None
    after_bytes: int | None
    status: Status

    @property
    def difference_bytes(self) -> int:
        return (self.after_bytes or 0) - (self.before_bytes or 0)


def memory_changes(before: StartupProfile, after: StartupProfile) -> Iterator[MemoryChange]:
    """The whole boot first, then packages, the largest difference first; where the system tells."""
    was, is_now = before.total.rss_bytes, after.total.rss_bytes
    if was is None or is_now is None:
        return
    if abs(is_now - was) >= max(MEMORY_BYTES, round(was * MEMORY_SHARE)):
        yield MemoryChange("total", "", was, is_now, status_of(was, is_now))
    old = {package.name: package.rss_bytes or 0 for package in before.packages}
    new = {package.name: package.rss_bytes or 0 for package in after.packages}
    packages = [(name, old.get(name), new.get(name)) for name in {**old, **new}]
    changes = [MemoryChange("package", name, was, now, status_of(was, now)) for name, was, now in packages]
    for change in sorted(changes, key=lambda change: (-abs(change.difference_bytes), change.name)):
        if change.before_bytes is None or change.after_bytes is None:
            least = NEW_PACKAGE_BYTES
        else:
            least = max(
                PACKAGE_MEMORY_BYTES, round(max(change.before_bytes, change.after_bytes) * PACKAGE_MEMORY_SHARE)
            )
        if abs(change.difference_bytes) >= least:
            yield change
