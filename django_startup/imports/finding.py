"""What a check of an import has found."""

from __future__ import annotations

from typing import NamedTuple

from django_startup.profile.reasons import Reason


class Finding(NamedTuple):
    """The kind of a verdict, and a sentence without a full stop that says it of one import."""

    kind: Reason
    reason: str
