"""
What the imports inside functions are good for, that are there already. Boots tell, and not their text.

One boot executes each of them behind its target: it fails, or loads what the start has not loaded. Of those whose
modules the start loads anyway, others hoist them: then the project boots the same or does not. What the rest keeps out
is measured, see keeping.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from django_startup.imports.graph import ROOT, Statement
from django_startup.imports.inquiry import Inquiry
from django_startup.lab.hoisting import HoistedSources, Inline, find_inline
from django_startup.lab.hoisting_trials import HoistingTrials
from django_startup.lab.keeping import Keeping
from django_startup.measure.boot import BootKind
from django_startup.measure.instructions import DeferredImport, Instructions
from django_startup.measure.limits import BEYOND
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget
from django_startup.profile.inline import InlineImport, InlineImports, InlineKind
from django_startup.profile.profile import StartupProfile
from django_startup.profile.rungs import problem_of
from django_startup.text import relative_file, short_file

NO_MODULE = "what it imports is no module that is loaded"
OF_READY = "it works at the top, but Django has ready() for this: all models are loaded by then"


def look_at_inline(
    target: BootTarget, profile: StartupProfile, *, timeout: float, on_boot: Callable[[int, int], None]
) -> StartupProfile:
    """
    A profile of target with what the imports inside its functions are good for. Its evidence boot has gone on behind
    its target.

    timeout is in seconds for each boot. on_boot is called with the number of boots that are done and the number that
    there will be if all goes well.
    """
    inquiry, sources = Inquiry(profile, target.directory), HoistedSources()
    found = list(find_inline(inquiry, target, sources))
    if not found:
        return replace(profile, inline=InlineImports(asked=True))
    deferred = tuple(
        DeferredImport(inline.module, str(inline.path), inline.found.line, inline.found.text) for inline in found
    )
    trials = HoistingTrials(target, profile, sources, timeout=timeout, on_boot=on_boot)
    instructions = Instructions(beyond=BEYOND, rungs=profile.reached, deferred=deferred)
    executed = trials.boot(BootKind.EVIDENCE, {}, trials.planned, instructions)
    judged = Judged(inquiry, target, executed)
    loaded, earning = judged.sort(found)
    works = trials.prove([inline.candidate for inline in loaded])
    judged.hoisted(loaded, {refused.fix: (refused.reason, refused.tried) for refused in trials.refused})
    keeping = Keeping(trials)
    saving = keeping.measure_imports(earning, judged.at_start, judged.row)
    judged.rows += keeping.rows
    rungs = next((rungs for candidates, rungs in trials.proved if candidates == works), ())
    order = sorted(judged.rows, key=lambda row: (row.file, row.line))
    inline = InlineImports(True, tuple(order), keeping.boots, -saving.saving_ns, saving.error_ns, rungs)
    return replace(profile, inline=inline)


class Judged:
    """
    What is known of imports in the functions of a project, since a boot has executed them behind its target.

    Attributes:
        at_start: The modules that the start loads.
        rows: The imports that are judged.
    """

    def __init__(self, inquiry: Inquiry, target: BootTarget, executed: Recording) -> None:
        self.inquiry = inquiry
        self.directory = target.directory
        self.executed = executed
        self.at_start = {module.name for module in executed.modules}
        self.rows: list[InlineImport] = []

    def row(self, inline: Inline, kind: InlineKind, reason: str = "") -> InlineImport:
        return InlineImport(*self.place(inline), inline.found.text, inline.found.function, kind, reason)

    def sort(self, found: Iterable[Inline]) -> tuple[list[Inline], list[Inline]]:
        """Those whose modules the start loads anyway, and those whose modules it does not; what fails is a row."""
        loaded: list[Inline] = []
        earning: list[Inline] = []
        universe = self.at_start.union(*self.executed.brought.values())
        for each in found:
            inline = each._replace(names=tuple(name for name in each.names if name in universe))
            failed = self.failed(inline)
            if failed:
                self.rows.append(failed)
            else:
                (loaded if self.at_start.issuperset(inline.names) else earning).append(inline)
        return loaded, earning

    def failed(self, inline: Inline) -> InlineImport | None:
        """One that does not work; None for one that does."""
        rung = self.executed.deferred.get((str(inline.path), inline.found.line))
        problem = problem_of(rung, self.directory) if rung else "the boot did not come to it"
        if rung and problem and inline.found.condition:
            problem = f"{problem}; {inline.found.condition}, decides what then"
        elif rung and problem:
            return self.row(inline, InlineKind.BROKEN, problem)
        problem = problem or ("" if inline.names else NO_MODULE)
        return self.row(inline, InlineKind.UNKNOWN, problem) if problem else None

    def hoisted(self, loaded: Sequence[Inline], refused: dict[object, tuple[str, bool]]) -> None:
        """Judge imports that were hoisted; refused are the fixes that did not work, with the reason."""
        for inline in loaded:
            reason, tried = refused.get(inline.candidate.fix, ("", True))
            back = self.way_back(inline)
            if reason:
                kind = InlineKind.NEEDED if tried else InlineKind.UNKNOWN
            elif self.is_of_ready(inline):
                kind, reason = InlineKind.UNKNOWN, OF_READY
            elif back:
                kind, reason = InlineKind.FALSE_CYCLE, f"{self.loaded_by(inline)}; {back} imports it back"
            else:
                kind, reason = InlineKind.POINTLESS, self.loaded_by(inline)
            self.rows.append(self.row(inline, kind, reason))

    def loaded_by(self, inline: Inline) -> str:
        """The line that loads at start what an import loads: the last of its modules."""
        name = inline.names[-1]
        site = next((module.importer for module in self.inquiry.profile.modules if module.name == name), None)
        own = ["it runs at start itself"] if self.runs(inline) else []
        if site is not None and (site.file, site.line) != self.place(inline):
            return "; ".join([f"loaded at start anyway, by {short_file(site.file)}:{site.line}", *own])
        return own[0] if own else "loaded at start anyway"

    def place(self, inline: Inline) -> tuple[str, int]:
        """The file and the line of an import, as a profile has them."""
        return relative_file(str(inline.path), self.directory), inline.found.line

    def is_of_ready(self, inline: Inline) -> bool:
        """Whether an import is executed at start by the ready() of an app."""
        is_config = any(inline.module == f"{app.name}.apps" for app in self.inquiry.profile.apps)
        return is_config and inline.found.function.endswith(".ready()") and self.runs(inline)

    def runs(self, inline: Inline) -> bool:
        """Whether an import is executed at start."""
        return any((line.file, line.line) == self.place(inline) for line in self.statements_of(inline))

    def statements_of(self, inline: Inline) -> Iterator[Statement]:
        """The lines that import what an import imports."""
        graph = self.inquiry.subjects.graph
        for node in (graph.numbers[name] for name in inline.names if name in graph.numbers):
            for before in graph.predecessors[node]:
                yield from graph.statements.get((before, node), ())

    def way_back(self, inline: Inline) -> str:
        """The line by which what an import loads comes to its own module again; empty where it does not."""
        graph = self.inquiry.subjects.graph
        own = graph.numbers.get(inline.module, ROOT)
        start = {graph.numbers[name] for name in inline.names if name in graph.numbers} - {own}
        lines = (
            statement
            for before in sorted(graph.predecessors[own] & graph.reached_from(start))
            for statement in sorted(graph.statements.get((before, own), ()))
        )
        return next((f"{short_file(line.file)}:{line.line}" for line in lines), "")
