"""
What only the evidence boot observes: import edges, side effects, resident memory. Its times are never shown.
"""

import builtins
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def start(recorder: "Any", phases: "Any", side_effects: "Any", hook: "Any", probe: str) -> "Any":
    """Begin to observe; side_effects and hook are the modules of these names. Returns the import edges."""
    recorder.resident = resident_memory()
    effects = side_effects.SideEffects(recorder, probe)
    phases.arrivals |= {name: phases.guarded(name, wrap) for name, wrap in effects.arrivals.items()}
    effects.start()
    edges = hook.Edges(recorder)
    builtins.__import__ = edges.noting(builtins.__import__)
    return edges


def resident_memory() -> "Any":
    """A function that returns the resident memory in bytes; None where the system does not say."""
    try:
        file = os.open("/proc/self/statm", os.O_RDONLY)
        page = os.sysconf("SC_PAGE_SIZE")
        os.pread(file, 64, 0)
    except (OSError, ValueError, AttributeError):
        return None

    def resident() -> int:
        try:
            return int(os.pread(file, 64, 0).split()[1]) * page
        except (OSError, ValueError, IndexError):  # closed by the project
            return 0

    return resident
