"""Where a boot takes longer than before: the project's own modules and ready() methods, in boots with a recorder."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django_startup.gate.budgets import BudgetCheck, Location
from django_startup.gate.case import Case
from django_startup.gate.evidence import profile_of
from django_startup.gate.explain import with_fixes
from django_startup.gate.new_waits import longer_than, unknown_to
from django_startup.gate.sources import ENTRY, changed_modules, first_change
from django_startup.gate.waivers import joined
from django_startup.imports.effect_fixes import effect_fixes
from django_startup.imports.slow import MODULE, READY, SlowPlace, slow_places
from django_startup.measure.boot import BootKind
from django_startup.measure.recording import Recording
from django_startup.profile.parts import Fix
from django_startup.profile.profile import StartupProfile
from django_startup.profile.timeline import timeline_spans
from django_startup.text import format_duration
from django_startup.thresholds import GROWTH_BOOTS, GROWTH_SHARE, WORTH_NS

PROFILE = "python -m django_startup profile shows what takes the time"
SHOWN = 3  # places and modules that are named
Places = dict[tuple[str, str], SlowPlace]


@dataclass(frozen=True, slots=True)
class Grown:
    """
    A place that takes longer than before.

    Attributes:
        place: as it is now
        now_ns: what it takes by itself
        before_ns: what it took; None where nobody knows
    """

    place: SlowPlace
    now_ns: int
    before_ns: int | None

    @property
    def growth_ns(self) -> int:
        return self.now_ns - (self.before_ns or 0)

    @property
    def name(self) -> str:
        if self.place.kind == ENTRY:
            return self.place.file
        return self.place.name if self.place.kind == MODULE else f"ready() of {self.place.name}"

    def sentence(self, verb: str) -> str:
        """verb: takes or waits."""
        now = f"{verb} {format_duration(self.now_ns)} by itself"
        if self.before_ns is None:
            return f"{self.name}, {'whose module' if self.place.kind == READY else 'which'} has changed, {now}"
        return f"{self.name} {now}, {format_duration(self.before_ns)} before"


class Growth:
    """Looks for the places of one case, and only where a check asks: it takes boots, and reading all of the source."""

    def __init__(self, case: Case) -> None:
        self.case = case

    @functools.cached_property
    def changed(self) -> tuple[str, ...]:
        """The project's own modules that do something else than before; the entry script is ENTRY."""
        before, base = self.case.before, self.case.base_evidence
        hashes = base.sources if base is not None else before.sources if before is not None else ()
        return changed_modules(hashes, self.case.evidence.sources)

    @functools.cached_property
    def profiles(self) -> tuple[StartupProfile, StartupProfile | None]:
        """Of now and, where there is a base, of that."""
        now: list[Recording] = []
        before: list[Recording] = []
        for _ in range(GROWTH_BOOTS):
            now.append(self.case.runner(BootKind.RECORDED))
            if self.case.base is not None:
                before.append(self.case.base(BootKind.RECORDED))
        # Where a ready() begins is known from the functions that ran.
        profile = replace(profile_of(self.case.runner.target, *now), ran=self.case.evidence.with_verdicts.profile.ran)
        return profile, profile_of(self.case.base.target, *before) if self.case.base is not None else None

    def explained(self, check: BudgetCheck) -> BudgetCheck:
        """A check of the time or the waiting that is over, with where to look."""
        if not check.is_over:
            return check
        waits = check.budget.name == "waiting"
        verb = "waits" if waits else "takes"
        grown = self.grown(lambda place: place.waiting_ns if waits else place.own_ns - place.waiting_ns)
        sentences = [item.sentence(verb) for item in grown]
        if self.changed and not any(self.has_changed(item.place) for item in grown):
            sentences.append(f"changed: {self.listed(self.changed)}")
        text = joined(check.text, "; ".join(sentences)) if sentences else check.text
        places = tuple(self.location(item) for item in grown if item.place.file)
        if waits and grown and (found := self.fixes_of(grown[0])):
            return with_fixes(replace(check, text=text), found)
        fixes = (PROFILE,) if self.changed else check.fixes
        if grown and grown[0].place.kind != ENTRY:
            fixes = (f"python -m django_startup profile --drill {grown[0].place.name} shows where in it",)
        return replace(check, text=text, places=places, fixes=fixes)

    def fixes_of(self, item: Grown) -> list[Fix]:
        """What to do about side effects that are new, or take longer, and are half of what a place waits more."""
        case, span = self.case, (item.place.kind, item.place.name)
        rows = [row for row in case.evidence.profile.side_effects if row.span == span]
        more_ns = item.growth_ns
        if case.base_evidence is not None:
            rows = longer_than(rows, case.base_evidence.profile.side_effects)
        else:
            assert case.before is not None
            more_ns = min(more_ns, min(case.runner.waits) - (case.before.waiting_ns or 0))
            rows = unknown_to(case.before, rows, more_ns)
        return [fix for fix in effect_fixes(rows, WORTH_NS) if fix.saving_ns * 2 >= more_ns]

    def grown(self, amount: Callable[[SlowPlace], int]) -> list[Grown]:
        """The places that take most more than before; of a baseline, those that have changed and take most."""
        now, before = self.profiles
        if before is None:
            found = [Grown(place, amount(place), None) for place in self.places(now) if self.has_changed(place)]
        else:
            was = {(place.kind, place.name): amount(place) for place in self.places(before)}
            found = [Grown(place, amount(place), was.get((place.kind, place.name), 0)) for place in self.places(now)]
        found.sort(key=lambda item: -item.growth_ns)
        least_ns = max(WORTH_NS, round(found[0].growth_ns * GROWTH_SHARE)) if found else 0
        return [item for item in found[:SHOWN] if item.growth_ns >= least_ns]

    def places(self, profile: StartupProfile) -> Iterator[SlowPlace]:
        """The modules and ready() methods of a profile, and the entry script where that has changed."""
        yield from slow_places(profile, 0)
        if ENTRY in self.changed:
            spans = [span for span in timeline_spans(profile.timeline) if (span.kind, span.name) == ("phase", "entry")]
            own_ns, waiting_ns = sum(span.self_ns for span in spans), sum(span.waiting_ns for span in spans)
            yield SlowPlace(ENTRY, ENTRY, self.case.runner.target.entry.label, 1, own_ns, waiting_ns)

    def has_changed(self, place: SlowPlace) -> bool:
        """Whether a place is, or its ready() is in, a module that has changed."""
        if place.kind == ENTRY:
            return True
        files = {module.name: module.file for module in self.profiles[0].modules}
        return any(place.file and files.get(name) == place.file for name in self.changed)

    def listed(self, names: Sequence[str]) -> str:
        named = [self.case.runner.target.entry.label if name == ENTRY else name for name in names]
        return ", ".join(named[:SHOWN]) + (f" and {len(named) - SHOWN:,} more" if len(named) > SHOWN else "")

    def location(self, item: Grown) -> Location:
        line = item.place.line
        if item.place.kind == MODULE and item.place.name in self.changed and self.case.base_evidence is not None:
            files = [
                next(Path(module.file) for module in evidence.recording.modules if module.name == item.place.name)
                for evidence in (self.case.base_evidence, self.case.evidence)
            ]
            line = first_change(*files)
        return Location(item.place.file, line, item.name)
