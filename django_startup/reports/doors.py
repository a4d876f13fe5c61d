"""What a report says of a door."""

from __future__ import annotations

from django_startup.profile.parts import Door

MOST_READERS = 3  # lines that a sentence names


def also(door: Door) -> str:
    """What has to change with it, to go after a sentence; "" for nothing."""
    if not door.readers:
        return ""
    more = len(door.readers) - MOST_READERS
    return f"; change as well: {', '.join(door.readers[:MOST_READERS])}{f' and {more:,} more' if more > 0 else ''}"
