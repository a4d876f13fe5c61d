"""
Postpones garbage collection while a project starts: for the first lines of manage.py.

A start makes hundreds of thousands of objects and keeps nearly all of them, so the collector runs hundreds of times and
finds next to nothing.
"""

from __future__ import annotations

import gc

__all__ = ["postpone_collection", "resume_collection"]

OBJECTS = 1_000_000


class Postponed:
    """A callback of the collector that sets the thresholds back as soon as the first collection begins."""

    def __init__(self, thresholds: tuple[int, int, int]) -> None:
        self.thresholds = thresholds
        self.is_over = False

    def __call__(self, phase: str, info: dict[str, int]) -> None:
        if not self.is_over:
            self.is_over = True
            gc.set_threshold(*self.thresholds)


def postpone_collection(objects: int = OBJECTS) -> None:
    """
    Collect no garbage until there are so many more objects (lists, dictionaries, instances and so on) than now, or
    until something calls resume_collection() or gc.collect(). From then on collection is as it was.

    It cannot be forgotten: nothing has to be called for collection to come back. Where collection is off, it stays off.
    """
    thresholds = gc.get_threshold()
    is_on = gc.isenabled() and thresholds[0]
    if is_on and not any(isinstance(callback, Postponed) and not callback.is_over for callback in gc.callbacks):
        gc.callbacks.append(Postponed(thresholds))
        gc.set_threshold(objects, *thresholds[1:])


def resume_collection() -> None:
    """
    End what postpone_collection() began, if that is not over: for the last line of wsgi.py and asgi.py.

    What the start has made is left out of later collections (gc.freeze()), so that these take less time, and worker
    processes that are forked afterwards share more memory.
    """
    for callback in [callback for callback in gc.callbacks if isinstance(callback, Postponed)]:
        gc.callbacks.remove(callback)
        if not callback.is_over:
            gc.set_threshold(*callback.thresholds)
            gc.freeze()
