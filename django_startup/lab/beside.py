"""Boots of one target with something changed beside boots as they are, at the same time on one processor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from django_startup.exceptions import BootError
from django_startup.files import read_file
from django_startup.measure.boot import BootKind, booting
from django_startup.measure.ending import Outcome
from django_startup.measure.instructions import NOTHING_SPECIAL, Instructions
from django_startup.measure.overlay import UNCHANGED
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget
from django_startup.profile.failure import failure_sentence


class Side(NamedTuple):
    """
    What a boot sees and is told.

    Attributes:
        overlay: Its files in place of those on disk.
        instructions: What it is told.
    """

    overlay: Mapping[str, bytes] = UNCHANGED
    instructions: Instructions = NOTHING_SPECIAL

    @property
    def without(self) -> Side:
        """What it is compared with: sees the same files as they are on disk, since an overlay takes time by itself."""
        return Side({file: read_file(Path(file)) for file in self.overlay})


def boot_sides(target: BootTarget, sides: Sequence[Side], *, timeout: float, processor: int | None) -> list[Recording]:
    """
    Bare boots, which begin in the order of sides: at the same time on one processor, or one after the other without.

    timeout is in seconds for a boot that has a processor to itself. Raises BootError where one does not come to the
    target.
    """
    recordings: list[Recording] = []
    limit = timeout if processor is None else timeout * len(sides)
    with ExitStack() as stack:
        waiting = []
        for overlay, instructions in sides:
            ended = stack.enter_context(
                booting(
                    target,
                    BootKind.BARE,
                    timeout=limit,
                    processor=processor,
                    overlay=overlay,
                    instructions=instructions,
                )
            )
            if processor is None:
                recordings.append(ended())
            else:
                waiting.append(ended)
        recordings += [ended() for ended in waiting]
    for recording in recordings:
        if recording.ending is None or recording.ending.outcome is not Outcome.REACHED:
            raise BootError(failure_sentence(target, recording, limit))
    return recordings
