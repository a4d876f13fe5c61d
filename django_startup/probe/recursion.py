"""
The recursion limit, raised by what the frames of the probe use of it: what a plain start imports within imports, one
that is recorded does too.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

AROUND = 50  # frames of ours around the project
PLAIN, OURS = 7, 5  # that one import takes at least within another, and that are added to it at most
HIGHEST = 2**31 - 1


def raised(limit: int) -> int:
    """A recursion limit at which as much of the project's own fits in as does at limit without our frames."""
    return min(limit + limit * OURS // PLAIN + AROUND, HIGHEST)


class RecursionLimit:
    """The limit of this process. The project reads what it would read, and what it sets is raised too."""

    def __init__(self) -> None:
        self.set: Callable[[int], None] = sys.setrecursionlimit
        self.limit = sys.getrecursionlimit()

    def start(self) -> None:
        self.set(raised(self.limit))
        sys.setrecursionlimit = self.on_set
        sys.getrecursionlimit = self.on_get

    def on_set(self, limit: int, /) -> None:
        """In place of sys.setrecursionlimit. Raises what that raises."""
        self.set(limit)
        self.limit = limit
        self.set(raised(limit))

    def on_get(self) -> int:
        """In place of sys.getrecursionlimit."""
        return self.limit
