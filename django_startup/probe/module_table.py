"""
Entries of sys.modules that code has put there, replaced or removed, and no import. For the evidence boot only.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from django_startup.probe.shared_state import SharedState

identity = object.__hash__  # id() raises an audit event, which every hook of the program is called for


class ModuleTable:
    """
    Attributes:
        under_way: The names of the imports that have begun, by their spans.
    """

    def __init__(self, state: "SharedState") -> None:
        """state knows the modules that were imported."""
        self.state = state
        self.under_way: dict[int, str] = {}
        self.known: set[str] = set()

    def added(self) -> "Iterator[str]":
        """The names that have come in since the last time and that no import has brought, nor brings now."""
        modules: Any = sys.modules
        latest = []
        try:
            for name in reversed(modules):
                if name in self.state.modules or name in self.known:
                    break
                latest.append(name)
        except RuntimeError:  # another thread imports something
            return
        for name in latest:
            if name not in self.under_way.values() and name not in self.state.ended and type(name) is str:
                self.known.add(name)
                yield name


def entries() -> dict[str, int]:
    """The identities of the modules, by their names."""
    modules: Any = sys.modules
    return dict(zip(modules, map(identity, modules.values())))  # noqa: B905


def changed(before: dict[str, int], own: str) -> "Iterator[str]":
    """The names of entries that are others than before, or gone; that of a module itself, own, is its own affair."""
    modules: Any = sys.modules
    for name, value in before.items():
        if name != own and identity(modules.get(name)) != value:
            yield name
