"""The order of tables."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_startup.profile.parts import Module, Package


class Sort(StrEnum):
    """What packages and modules are sorted by; where nothing is said, packages by saving and modules by self time."""

    SAVING = "saving"
    SELF = "self"
    CUMULATIVE = "cumulative"

    def of(self, row: Package | Module) -> tuple[int, int, str]:
        """The sort key: the longest first."""
        saving = row.saving_ns or 0
        first = {Sort.SAVING: saving, Sort.SELF: row.self_ns, Sort.CUMULATIVE: row.cumulative_ns}[self]
        return -first, -row.self_ns, row.name
