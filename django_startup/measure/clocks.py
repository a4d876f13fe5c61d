"""The clocks of a thread at one moment, and clocks that a project does not change."""

from __future__ import annotations

import time
from importlib.machinery import BuiltinImporter
from importlib.util import module_from_spec
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple


class Clocks(NamedTuple):
    """In nanoseconds."""

    # own_time.perf_counter_ns().
    wall: int
    # The CPU time of the thread.
    cpu: int
    # The time for which it was ready to run and waited for a processor; 0 where the system does not tell.
    run_queue_wait: int

    def earlier(self, cpu_ns: int) -> Clocks:
        """What they would show had the thread computed so much less."""
        return self._replace(wall=self.wall - cpu_ns, cpu=self.cpu - cpu_ns)

    @property
    def running(self) -> int:
        """The wall clock without the time in the run queue."""
        return self.wall - self.run_queue_wait


def load_own_time() -> ModuleType:
    """A time module of our own: in the one that all share, a project may have put other functions (freezegun)."""
    spec = BuiltinImporter.find_spec("time")
    if spec is None:  # pragma: no cover  no CPython; its time module is built in everywhere
        return time
    module = module_from_spec(spec)
    BuiltinImporter.exec_module(module)
    return module


if TYPE_CHECKING:
    own_time = time
else:
    own_time = load_own_time()
