"""Durations for people. Everywhere else they are integer nanoseconds."""

from __future__ import annotations


def format_duration(nanoseconds: int) -> str:
    """Seconds to the millisecond, from a hundred seconds on to the tenth: 0.412 s, 153.2 s."""
    seconds = nanoseconds / 1e9
    text = f"{seconds:.3f}" if abs(seconds) < 100 else f"{seconds:.1f}"
    return f"{text.removeprefix('-') if float(text) == 0 else text} s"
