"""
What looking for changes costs: time, memory and calls that count in no figure of the boot. For the evidence boot only.
"""

from _thread import get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class ObserverCosts:
    """
    Puts aside what observers take, in one thread.

    Attributes:
        recorder: The recorder of the boot.
        took_ns: The CPU time that is ours.
        held: The bytes of memory that are ours.
        has_failed: An observer could not go on, so none goes on.
    """

    def __init__(self, recorder: "Any") -> None:
        self.recorder = recorder
        self.thread = get_ident()
        self.cpu = recorder.cpu
        self.resident: Any = None
        self.took_ns = self.held = 0
        self.has_failed = False
        self.watching_since = 0  # the CPU time of the thread; 0 while the project runs

    def start(self) -> None:
        """From here on the recorder's clocks and its memory go without what is ours."""
        recorder = self.recorder
        self.resident = recorder.resident
        recorder.resident = self.resident and self.resident_of_others
        recorder.cpu, recorder.wall = self.without_ours(recorder.cpu), self.without_ours(recorder.wall)

    def without_ours(self, clock: "Callable[[], int]") -> "Callable[[], int]":
        """A clock that stands while we look."""

        def clock_of_others() -> int:
            if get_ident() != self.thread:
                return clock()
            since = self.watching_since
            return clock() - self.took_ns - (self.cpu() - since if since else 0)  # a garbage collection asks meanwhile

        return clock_of_others

    def resident_of_others(self) -> int:
        """Resident memory without what is kept here."""
        resident: int = self.resident()
        return max(0, resident - self.held)

    def guarded(self, watch: "Callable[..., None]", keeps: bool = True) -> "Callable[..., None]":
        """
        A method that may not break the project's import, and counts in no figure. Where it cannot go on, nothing is
        known about changes. keeps: it keeps so much that memory has to be looked at.
        """
        recorder = self.recorder

        def guarded_watch(*args: object) -> None:
            if self.has_failed or get_ident() != self.thread:
                return
            outer, calls = self.watching_since, recorder.calls
            self.watching_since = outer or self.cpu()
            resident = self.resident if keeps else None
            before = 0 if resident is None else resident()
            try:
                watch(*args)
            except Exception as error:
                self.has_failed = True
                recorder.emit(("X", "changes", f"{type(error).__name__}: {error}"))
            recorder.calls = calls
            self.held += 0 if resident is None else max(0, resident() - before)
            if not outer:
                self.took_ns += self.cpu() - self.watching_since
                self.watching_since = 0

        return guarded_watch
