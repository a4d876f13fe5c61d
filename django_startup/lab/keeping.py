"""What imports inside functions keep out of a start, measured by boots with them hoisted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from django_startup.imports.enrich import with_evidence
from django_startup.imports.evidence import Evidence
from django_startup.imports.inquiry import Inquiry
from django_startup.lab.attempt import Failure
from django_startup.lab.candidates import Candidate
from django_startup.lab.hoisting import Inline
from django_startup.lab.hoisting_trials import RECORDED_BOOTS, HoistingTrials
from django_startup.lab.saving import Saving
from django_startup.measure.boot import BootKind
from django_startup.measure.ending import Outcome
from django_startup.measure.recording import Recording
from django_startup.profile.assemble import boot_times, make_profile
from django_startup.profile.boot_minimums import BootMinimums
from django_startup.profile.inline import InlineImport, InlineKind
from django_startup.text import relative_file


class Keeping(HoistingTrials):
    """
    Boots that go on from other trials. The project has to boot, and may do and register more than before.

    Attributes:
        rows: The imports.
    """

    def __init__(self, trials: HoistingTrials) -> None:
        super().__init__(trials.target, trials.profile, trials.hoisted, timeout=trials.timeout, on_boot=trials.on_boot)
        self.boots = trials.boots
        self.most_boots = trials.boots + trials.most_boots
        self.rows: list[InlineImport] = []
        self.evidence: dict[tuple[str, ...], Evidence] = {}

    def measure_imports(
        self,
        earning: Sequence[Inline],
        at_start: Collection[str],
        row: Callable[[Inline, InlineKind], InlineImport],
    ) -> Saving:
        """What imports keep out together; what those of each module do, that is not there at_start, is in their row."""
        groups: dict[str, list[Inline]] = defaultdict(list)
        for inline in earning:
            groups[next(name for name in inline.names if name not in at_start)].append(inline)
        works = self.prove([inline.candidate for inline in earning])
        saving = self.measure(works) if works else Saving()
        inquiry = self.with_them(works) if works else None
        for subject, group in groups.items():
            candidates = [inline.candidate for inline in group]
            is_known = inquiry is not None and all(candidate in works for candidate in candidates)
            lost = self.lost_without(inquiry, works, candidates) if inquiry and is_known else []
            saved = inquiry.savings.total(lost) if inquiry and is_known else None
            self.rows += [
                replace(row(inline, InlineKind.EARNING), subject=subject, saving_ns=saved, modules=len(lost))
                for inline in group
            ]
        return saving

    def judged(self, candidates: Sequence[Candidate], overlay: dict[str, bytes]) -> Failure | None:
        if not is_reached(self.recording):
            return super().judged(candidates, overlay)
        self.evidence[key(candidates)] = Evidence.from_recording(self.recording, self.target.directory)
        return None

    def with_them(self, works: Sequence[Candidate]) -> Inquiry | None:
        """What can be asked of the project with imports hoisted that worked; None where it does not boot again."""
        overlay = self.edited(works)
        boots = [self.boot(BootKind.RECORDED, overlay, left) for left in range(RECORDED_BOOTS, 0, -1)]
        if not all(map(is_reached, boots)):
            return None
        minimums = BootMinimums()
        for recording in boots:
            minimums.add(recording)
        profile = make_profile(self.target, minimums, [boot_times(BootKind.RECORDED, boot) for boot in boots])
        profile = with_evidence(profile, self.evidence[key(works)], self.target.directory)
        return Inquiry(profile, self.target.directory)

    def lost_without(self, inquiry: Inquiry, works: Sequence[Candidate], candidates: Sequence[Candidate]) -> list[int]:
        """The nodes of the graph that are there because of some of the hoisted imports."""
        places = self.hoisted.new_lines(works).items()
        lines = {
            (relative_file(file, self.target.directory), line)
            for (file, line), candidate in places
            if candidate in candidates
        }
        statements = [line for line in inquiry.savings.edges_by if (line.file, line.line) in lines]
        return inquiry.savings.lost_without(statements)


def key(candidates: Sequence[Candidate]) -> tuple[str, ...]:
    return tuple(candidate.fix.subject for candidate in candidates)


def is_reached(recording: Recording) -> bool:
    return recording.ending is not None and recording.ending.outcome is Outcome.REACHED
