"""
What happens inside the place that is drilled into, counted: files that are opened, classes that are made, regular
expressions that are compiled. The sampler, drill.py, does not see how often.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

    from django_startup.probe.drill import Drill

AUDITED = {
    "open": "file",
    "socket.connect": "network",
    "socket.getaddrinfo": "network",
    "subprocess.Popen": "subprocess",
    "os.system": "subprocess",
}
COUNTED = {
    "re._compiler": ("compile", "regex"),
    "dataclasses": ("_process_class", "dataclass"),
    "pydantic._internal._model_construction": ("complete_model_class", "pydantic"),
}
MOST_PLACES = 10_000  # different ones that are kept


class DrillCounts:
    """The counts in the place of a drill, by kind and the calls that led there, innermost first."""

    def __init__(self, drill: "Drill") -> None:
        self.drill = drill
        self.counts: dict[tuple[str | int, ...], int] = {}

    def watch(self, phases: "Any") -> None:
        """Wait for the modules whose calls are counted."""
        for name, (function, kind) in COUNTED.items():
            phases.arrivals[name] = phases.guarded(name, self.counting(function, kind))
        phases.arrivals["django.db.models.base"] = phases.guarded("django.db.models.base", self.count_models)
        sys.addaudithook(self.audit)

    def audit(self, event: str, arguments: "tuple[Any, ...]") -> None:
        kind = AUDITED.get(event)
        if kind is not None and self.drill.is_on():
            self.count(kind, sys._getframe(1))

    def count(self, kind: str, frame: "FrameType | None") -> None:
        """Count something that pyinstrument cannot, by what called it."""
        key: list[str | int] = [kind]
        for each in self.drill.walk(frame):
            key += (each.f_code.co_filename, each.f_lineno or 0, each.f_code.co_name)
        at = tuple(key)
        if at in self.counts or len(self.counts) < MOST_PLACES:
            self.counts[at] = self.counts.get(at, 0) + 1

    def counting(self, name: str, kind: str) -> "Callable[[Any], None]":
        def wrap(module: "Any") -> None:
            setattr(module, name, self.counted(kind, getattr(module, name)))

        return wrap

    def counted(self, kind: str, function: "Callable[..., Any]") -> "Callable[..., Any]":
        def counted_function(*args: "Any", **kwargs: "Any") -> "Any":
            if self.drill.is_on():
                self.count(kind, sys._getframe(1))
            return function(*args, **kwargs)

        return counted_function

    def count_models(self, base: "Any") -> None:
        base.ModelBase.__new__ = staticmethod(self.counted("model", base.ModelBase.__new__))

    def write(self, journal: "Any") -> None:
        """Write a record "K" for what was counted, with the calls that led there."""
        journal.write_all(["K", kind, count, stack] for (kind, *stack), count in self.counts.items())
