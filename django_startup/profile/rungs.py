"""How far a boot came behind its target."""

from __future__ import annotations

from pathlib import Path

from django_startup.measure.observations import ObservedRung
from django_startup.measure.recording import Recording
from django_startup.profile.effects import Rung
from django_startup.profile.failure import first_line
from django_startup.text import relative_file, short_file, short_paths

CHECKS = "checks"
REACHED, FAILED = "reached", "failed"


def make_rungs(recording: Recording, directory: Path) -> tuple[Rung, ...]:
    """The rungs of a boot; directory is the project's."""
    return tuple(
        Rung(name, problem_of(rung, directory), recording.messages if name == CHECKS else ())
        for name, rung in recording.rungs.items()
    )


def problem_of(rung: ObservedRung, directory: Path) -> str:
    """Why a rung was not reached, as a sentence without a full stop; "" where it was."""
    if rung.state == REACHED:
        return ""
    if rung.state != FAILED:
        return "the process ended on the way, or it took too long"
    at = f" ({short_file(relative_file(rung.file, directory))}:{rung.line})" if rung.file else ""
    return f"{short_paths(first_line(rung.text), directory).rstrip('.')}{at}"
