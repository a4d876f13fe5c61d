"""
What only the evidence boot observes: import edges, side effects, resident memory. Its times are never shown.
"""

import builtins
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def start(recorder: "Any", phases: "Any", side_effects: "Any", hook: "Any", probe: str) -> "Any":
    """Begin to observe; side_effects and hook are the modules of these names. Returns the import edges."""
    recorder.resident = resident_memory()
    effects = side_effects.SideEffects(recorder, probe)
    arrivals = effects.arrivals | {"django.dispatch.dispatcher": wrap_signals}
    phases.arrivals |= {name: phases.guarded(name, wrap) for name, wrap in arrivals.items()}
    effects.start()
    edges = hook.Edges(recorder)
    builtins.__import__ = edges.noting(builtins.__import__)
    return edges


def wrap_signals(dispatcher: "Any") -> None:
    """Each signal remembers the module that made it, under whose name for it the registries list it."""
    init = dispatcher.Signal.__init__

    def __init__(signal: "Any", *args: object, **kwargs: object) -> None:
        signal._startup_module = sys._getframe(1).f_globals.get("__name__")
        init(signal, *args, **kwargs)

    dispatcher.Signal.__init__ = __init__


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
