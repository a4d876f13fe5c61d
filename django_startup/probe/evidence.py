"""
What only the evidence boot observes: import edges, side effects, resident memory. Its times are never shown.
"""

import builtins
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


NEVER = 1_000_000_000  # collections of younger objects before one of older objects


class Evidence:
    """
    The observers of an evidence boot. sibling and builtin load modules, see boot.py; instructions say what this boot
    does otherwise.

    Attributes:
        edges: Notes who imports what.
        registrars: Notes who registers what.
        for_verdicts: Whether to observe what only verdicts on imports stand on.
        evaluations: Notes which annotations are evaluated; for verdicts.
    """

    def __init__(self, recorder: "Any", sibling: "Any", builtin: "Any", instructions: "dict[str, Any]") -> None:
        self.recorder = recorder
        self.sibling = sibling
        self.builtin = builtin
        self.looks_at_all = instructions.get("all_changes", False)
        self.for_verdicts = instructions.get("verdicts", True)
        self.edges: Any = None
        self.registrars: Any = None
        self.bodies: Any = None
        self.evaluations: Any = None

    def start(self, phases: "Any", frames: "Any", redaction: "Any", probe: str) -> None:
        """Begin to observe. frames is the module importlib_bootstrap_frames, probe the directory of this file."""
        recorder, sibling = self.recorder, self.sibling
        collect_the_youngest(self.builtin("gc"))
        recorder.resident = resident_memory()
        self.edges = sibling("importlib_bootstrap_edges").Edges(recorder, frames)
        self.registrars = sibling("registrars").Registrars(recorder)
        effects = sibling("side_effects")
        side_effects = effects.SideEffects(recorder, probe, redaction)
        waits = sibling("waits").Waits(side_effects, effects.standing_in)
        for observer in (side_effects, waits, self.registrars):
            for name, wrap in observer.arrivals.items():
                announce(phases, name, wrap)
        announce(phases, "django.utils.module_loading", lambda module: wrap_module_loading(module, self.edges))
        builtins.__import__ = self.edges.noting(builtins.__import__)
        if hasattr(sys, "set_lazy_imports_filter"):
            note_lazy_imports(recorder)
        side_effects.start()
        opened = sibling("opened_files").OpenedFiles(recorder)
        waits.start()
        audited = [side_effects.audited, opened.audited]
        if self.for_verdicts:
            self.watch_for_verdicts(phases, frames, probe)
            audited.append(self.evaluations.audited)
        sibling("audit_events").watch(audited)

    def took_ns(self) -> int:
        """The CPU time for which the recorder's clocks stood while changes were looked for."""
        return 0 if self.bodies is None else int(self.bodies.costs.took_ns)

    def watch_for_verdicts(self, phases: "Any", frames: "Any", probe: str) -> None:
        """Observe which annotations are evaluated, and what imports change in others."""
        sibling = self.sibling
        own = sibling("executed").OwnFiles(probe)
        currents, local = sibling("current_values").CurrentValues, self.builtin("_thread")._local
        variable = self.builtin("_contextvars").ContextVar
        state = sibling("shared_state").SharedState(
            self.builtin("gc"),
            sibling("attributes"),
            sibling("places"),
            sibling("origins"),
            lambda state: currents(state, local, variable),
        )
        process = sibling("process_state").ProcessState(self.builtin, sibling("attributes"))
        changes = sibling("changes").Changes(
            self.recorder, own, state, process, sibling("snapshots"), sibling("module_table")
        )
        reader = sibling("stored_names")
        reach = sibling("reach").Reach(reader, own, sibling("methods").Methods(reader))
        costs = sibling("observer_costs").ObserverCosts(self.recorder)
        reachable = sibling("reachable").Reachable(state, reach, sibling("chains").Chains(reader), local, variable)
        self.bodies = bodies = sibling("bodies").Bodies(
            costs, own, changes, reader, reach, reachable, self.looks_at_all
        )
        self.evaluations = sibling("evaluations").Evaluations(own, sibling("attributes").attributes)
        for name, wrap in (*self.evaluations.arrivals.items(), *bodies.wraps):
            announce(phases, name, wrap)
        bodies.start(frames.disguised)

    def stop(self) -> None:
        """Take in what only the end shows."""
        self.edges.flush()
        if self.bodies is not None:
            origins = self.sibling("origins")
            self.bodies.stop(self.sibling("replaced").note_replaced, origins.origin)
            note_subclasses = self.sibling("subclasses").note_subclasses
            self.bodies.costs.guarded(note_subclasses)(self.bodies.changes, self.bodies.reach, origins.module_of)


def collect_the_youngest(gc: "Any") -> None:
    """
    Let no collection go through the older objects. This boot has half as many again as any other, all of which stay, so
    that each would take longer; and memory is at the end what it is with such collections.
    """
    gc.set_threshold(gc.get_threshold()[0], NEVER, NEVER)


def wrap_module_loading(module_loading: "Any", edges: "Any") -> None:
    """What import_string() is asked for is imported, even where the module is loaded: no import would be seen then."""
    load = module_loading.cached_import

    def cached_import(module_path: str, class_name: str) -> "Any":
        if module_path in sys.modules:
            edges.note("D", sys._getframe(1), (module_path,))
        return load(module_path, class_name)

    module_loading.cached_import = cached_import


def note_lazy_imports(recorder: "Any") -> None:
    """From Python 3.15 on: where lazy imports stand, a record "L", importer, file, line, target for each name."""
    earlier = sys.get_lazy_imports_filter()  # type: ignore[attr-defined, unused-ignore]

    def declared(importer: str, target: str, names: "Any") -> bool:
        if earlier is not None and not earlier(importer, target, names):
            return False
        try:
            frame = sys._getframe(1)
            inner = [f"{target}.{name}" for name in names or ()]
            for name in (target, *inner):
                recorder.emit(("L", str(importer), frame.f_code.co_filename, frame.f_lineno or 0, str(name)))
        except Exception:  # pragma: no cover  it would break the project's import
            pass
        return True

    sys.set_lazy_imports_filter(declared)  # type: ignore[attr-defined, unused-ignore]


def announce(phases: "Any", name: str, wrap: "Any") -> None:
    """Call wrap with a module when it has been imported, after what the phases do with it."""
    first, then = phases.arrivals.get(name), phases.guarded(name, wrap)

    def both(module: "Any") -> None:
        if first is not None:
            first(module)
        then(module)

    phases.arrivals[name] = both


def resident_memory() -> "Any":
    """A function that returns the resident memory in bytes; None where the system does not say."""
    try:
        file = os.open("/proc/self/statm", os.O_RDONLY)
        page: int = os.sysconf("SC_PAGE_SIZE")  # type: ignore[attr-defined,unused-ignore]
        os.pread(file, 64, 0)  # type: ignore[attr-defined,unused-ignore]
    except (OSError, ValueError, AttributeError):
        return None

    def resident() -> int:
        try:
            return int(os.pread(file, 64, 0).split()[1]) * page  # type: ignore[attr-defined,unused-ignore]
        except (OSError, ValueError, IndexError):  # closed by the project
            return 0

    return resident
