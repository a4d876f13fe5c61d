"""Lines that try to import what is not there, again and again."""

from __future__ import annotations

from collections.abc import Iterator

from django_startup.imports.inquiry import Inquiry
from django_startup.profile.parts import Door, FailedImports, Fix
from django_startup.profile.profile import Note, StartupProfile
from django_startup.profile.reasons import Reason
from django_startup.text import format_duration, short_file
from django_startup.thresholds import FAILED_IMPORTS, SMALL_NS


def failed(profile: StartupProfile, inquiry: Inquiry, threshold: int, gone: set[str]) -> Iterator[Fix]:
    """Lines of the project, of modules that stay, that try to import what is not there, again and again."""
    for row in often_failed(profile, threshold):
        if row.module not in gone and row.time_ns >= SMALL_NS and inquiry.subjects.is_module_own(row.module):
            reason = f"{row.imports:,} imports failed here ({examples(row)})"
            door = Door(row.module, row.file, row.line, "", False, reason, Reason.FAILED_IMPORTS)
            text = "imports of modules that do not exist: look first whether they are there, or list those that are"
            yield Fix("failed", f"{row.imports:,} failed imports", text, (door,), row.time_ns, row.time_ns)


def failed_elsewhere(profile: StartupProfile, inquiry: Inquiry, threshold: int) -> Iterator[Note]:
    """The same in the code of others."""
    for row in often_failed(profile, threshold):
        if not inquiry.subjects.is_module_own(row.module):
            where = f"{short_file(row.file)}, line {row.line}"
            text = f"{row.imports:,} imports failed at {where}: {format_duration(row.time_ns)} ({examples(row)})."
            yield Note("failed-imports", text)


def often_failed(profile: StartupProfile, threshold: int) -> Iterator[FailedImports]:
    for row in profile.failed_imports:
        if row.imports > 1 and (row.time_ns >= threshold or row.imports >= FAILED_IMPORTS):
            yield row


def examples(row: FailedImports) -> str:
    return ", ".join(row.names) + (", …" if row.imports > len(row.names) else "")
