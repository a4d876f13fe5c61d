"""How a boot came to a line: the imports that were under way when it was taken, as they happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from django_startup.imports.subjects import Subject, Subjects
from django_startup.profile.owners import OWN
from django_startup.profile.parts import Door, Module
from django_startup.profile.timeline import MAIN_THREAD, TimelineSpan, timeline_spans


class Chains:
    """The chains of one profile."""

    def __init__(self, subjects: Subjects) -> None:
        self.subjects = subjects
        self.spans = list(timeline_spans(subjects.profile.timeline))
        self.imports: dict[str, int] = {}
        for number, span in enumerate(self.spans):
            if span.kind == "import" and span.thread == MAIN_THREAD:
                self.imports.setdefault(span.name, number)

    def to(self, door: Door, subject: Subject) -> tuple[str, tuple[str, ...]]:
        """
        The phase in which a door was taken, and the chain that leads to it.

        A chain has the ready() that ran, and the modules that imported each other, up to the door's. Where the door
        brought nothing of the subject in, since that was there already, it is the chain of the door's module.
        """
        brought = next(filter(None, (self.brought(module, door) for module in self.subjects.imported(subject))), None)
        own = self.imports.get(door.module)
        thread = next(filter(None, (self.thread(module, door) for module in self.subjects.imported(subject))), None)
        if brought is not None:
            around = self.around(self.spans[brought].parent)
        elif thread is not None:
            return f"thread {thread}", (door.module,)
        elif own is not None:
            around = self.around(own)
        else:
            module = self.subjects.modules.get(door.module)
            where = "entry" if module is None else f"thread {module.thread}" if module.thread else module.phase
            return where, (door.module,)
        phase = next((span.name for span in reversed(around) if span.kind == "phase"), "entry")
        return phase, tuple(collapse(self.subjects, self.names(around, door.module)))

    def brought(self, module: Module, door: Door) -> int | None:
        """The number of the span in which a door imported a module first; None if it did not."""
        site = module.importer
        if site is None or (site.file, site.line) != (door.file, door.line):
            return None
        return self.imports.get(module.name)

    def thread(self, module: Module, door: Door) -> str | None:
        """The thread in which a door imported a module first; None for the main thread, and if it did not."""
        site = module.importer
        return module.thread if site is not None and (site.file, site.line) == (door.file, door.line) else None

    def around(self, number: int) -> list[TimelineSpan]:
        """A span with those around it, the outermost first; none for -1."""
        found = []
        while number >= 0:
            found.append(self.spans[number])
            number = self.spans[number].parent
        return found[::-1]

    def names(self, around: Iterable[TimelineSpan], last: str) -> Iterator[str]:
        """
        The steps of a chain that ends in a module; those of the project that import in functions included.

        A package that is loaded because a module in it was asked for stands in the place of that module.
        """
        steps = [span for span in around if span.kind in ("ready", "import")]
        for span, inner in zip_longest(steps, steps[1:]):
            if span.kind == "ready":
                yield f"ready() of {span.name}"
            elif inner is None or not span.name.startswith(f"{inner.name}."):
                module = self.subjects.modules.get(span.name)
                importer = module.importer.module if module and module.importer else ""
                if self.subjects.is_module_own(importer):
                    yield importer
                yield span.name
        yield last


def collapse(subjects: Subjects, names: Iterable[str]) -> Iterator[str]:
    """The project's modules as they are, neighbours of one package as that package."""
    last = ""
    for name in names:
        module = subjects.modules.get(name)
        shown = name if module is None or module.owner.kind in OWN else f"({module.owner.name})"
        if shown != last:
            yield shown
        last = shown
