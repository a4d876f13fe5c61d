"""
The recursion limit, raised by what the frames of the probe use of it: what a plain start imports within imports, one
that is recorded does too.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

AROUND = 50  # frames of ours around the project, and where something is recorded
PLAIN, OURS = 7, 5  # that one import takes at least within another, and that are added to it at most
# Of a bare boot, whose verdict counts: what is too deep for a plain start is to be too deep for it.
BARE_AROUND, BARE_PLAIN, BARE_OURS = 15, 6, 1
HIGHEST = 2**31 - 1


def raised(limit: int, *, is_bare: bool = False) -> int:
    """A recursion limit at which as much of the project's own fits in as does at limit without our frames."""
    ours, plain, around = (BARE_OURS, BARE_PLAIN, BARE_AROUND) if is_bare else (OURS, PLAIN, AROUND)
    return min(limit + limit * ours // plain + around, HIGHEST)


class RecursionLimit:
    """The limit of this process. The project reads what it would read, and what it sets is raised too."""

    def __init__(self, *, is_bare: bool = False) -> None:
        self.is_bare = is_bare
        self.set: Callable[[int], None] = sys.setrecursionlimit
        self.limit = sys.getrecursionlimit()

    def start(self) -> None:
        self.set(raised(self.limit, is_bare=self.is_bare))
        sys.setrecursionlimit = self.on_set
        sys.getrecursionlimit = self.on_get

    def on_set(self, limit: int, /) -> None:
        """In place of sys.setrecursionlimit. Raises what that raises."""
        self.set(limit)
        self.limit = limit
        self.set(raised(limit, is_bare=self.is_bare))

    def on_get(self) -> int:
        """In place of sys.getrecursionlimit."""
        return self.limit
