"""
What only the evidence boot observes: import edges, side effects, resident memory. Its times are never shown.
"""

import builtins
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def start(recorder: "Any", phases: "Any", edges: "Any", side_effects: "Any") -> None:
    """Begin to observe."""
    recorder.resident = resident_memory()
    arrivals = side_effects.arrivals | {"django.dispatch.dispatcher": wrap_signals}
    phases.arrivals |= {name: phases.guarded(name, wrap) for name, wrap in arrivals.items()}
    side_effects.start()
    builtins.__import__ = edges.noting(builtins.__import__)
    if hasattr(sys, "set_lazy_imports_filter"):
        note_lazy_imports(recorder)


def note_lazy_imports(recorder: "Any") -> None:
    """From Python 3.15 on: where lazy imports stand, a record "L", importer, file, line, target for each name."""
    earlier = sys.get_lazy_imports_filter()  # type: ignore[attr-defined, unused-ignore]

    def declared(importer: str, target: str, names: "Any") -> bool:
        try:
            frame = sys._getframe(1)
            inner = [f"{target}.{name}" for name in names or ()]
            for name in (target, *inner):
                recorder.emit(("L", str(importer), frame.f_code.co_filename, frame.f_lineno or 0, str(name)))
        except Exception:  # pragma: no cover  it would break the project's import
            pass
        return True if earlier is None else bool(earlier(importer, target, names))

    sys.set_lazy_imports_filter(declared)  # type: ignore[attr-defined, unused-ignore]


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
