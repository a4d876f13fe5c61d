"""Libraries that only some reports need, and that some Pythons do not have."""

from __future__ import annotations

from django_startup.exceptions import UsageError


def require_pyinstrument(option: str) -> None:
    """Raise UsageError where option cannot be served, because pyinstrument is not installed or cannot be loaded."""
    try:
        import pyinstrument.session  # noqa: F401
    except ImportError as error:
        raise UsageError(f"{option} needs pyinstrument, which this Python cannot import ({error}).") from error
