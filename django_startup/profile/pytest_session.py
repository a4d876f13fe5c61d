"""A session of pytest up to its first test: what its plugins, conftest files, test files and fixtures took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from django_startup.measure.recording import Recording
from django_startup.measure.redaction import make_redaction
from django_startup.measure.target import BootTarget
from django_startup.profile.boots import PartLine, Phase, SessionInfo, SessionPart, Total
from django_startup.profile.parts import Module
from django_startup.profile.places import PlacedSpan
from django_startup.profile.profile import Note
from django_startup.text import format_duration, relative_file, short_file
from django_startup.thresholds import DATABASE_SHARE, WORTH_NS

# What the parts are called, by the kind of their spans, in the order of a session.
KINDS = {"plugin": "plugin", "conftest": "conftest", "collect": "file", "fixture": "fixture"}
MOST_LINES = 3
DATABASE = "database"  # the phase in which the test databases are made


def make_session(recording: Recording, places: Iterable[PlacedSpan], directory: Path) -> SessionInfo:
    """The session in a recording; an empty one where there was none. directory is the project's."""
    found: dict[tuple[str, str], list[PlacedSpan]] = defaultdict(list)
    imports: dict[str, list[tuple[int, PlacedSpan]]] = defaultdict(list)
    for place in places:
        span = place.span
        if span.kind in KINDS:
            found[span.kind, span.name].append(place)
        elif span.kind == "import" and span.on_main and span.importer is not None:
            imports[relative_file(span.importer.file, directory)].append((span.importer.line, place))
    parts = [make_part(*key, of_part, imports.get(key[1], ()), directory) for key, of_part in found.items()]
    order = list(KINDS.values())
    environment = recording.environment
    return SessionInfo(
        first_test=environment.first_test,
        problem=environment.first_test_problem,
        tests=environment.tests,
        workers=environment.workers,
        parts=tuple(sorted(parts, key=lambda part: (order.index(part.kind), -part.time_ns, part.name))),
    )


def make_part(
    kind: str, name: str, places: list[PlacedSpan], imports: Iterable[tuple[int, PlacedSpan]], directory: Path
) -> SessionPart:
    """A part that places are the spans of; imports are those that its file makes, each with its line."""
    site = places[0].span.importer
    return SessionPart(
        kind=KINDS[kind],
        name=name,
        time_ns=sum(place.cumulative.time_ns for place in places),
        own_ns=sum(place.self_cost.time_ns for place in places),
        file=short_file(relative_file(site.file, directory)) if site else "",
        line=site.line if site else 0,
        lines=tuple(costly_lines(row for row in imports if row[1].phase == places[0].phase)),
    )


def costly_lines(imports: Iterable[tuple[int, PlacedSpan]]) -> Iterator[PartLine]:
    """The lines that import most, with what is imported there first of all."""
    by_line: dict[int, list[PlacedSpan]] = defaultdict(list)
    for number, place in imports:
        by_line[number].append(place)
    rows = [
        PartLine(
            line,
            max(found, key=lambda place: place.cumulative.time_ns).span.name,
            sum(place.cumulative.time_ns for place in found),
        )
        for line, found in by_line.items()
    ]
    rows.sort(key=lambda row: (-row.time_ns, row.line))
    yield from (row for row in rows[:MOST_LINES] if row.time_ns >= WORTH_NS)


def notes_on_session(session: SessionInfo, total: Total, *, has_apps: bool) -> Iterator[Note]:
    """What a reader of the figures of a session must know."""
    if not session.first_test:
        return
    if session.problem:
        text = f"The first test failed ({session.problem}): {session.first_test}. The time up to there is shown."
        yield Note("first-test-failed", text)
    if not has_apps:
        yield Note(
            "tests-without-django",
            "Django was not set up when the first test ran: is pytest-django installed, and does it know the settings "
            "(DJANGO_SETTINGS_MODULE)?",
        )
    if session.workers:
        memory = "" if total.rss_bytes is None else f" and {total.rss_bytes / 2**20 * session.workers:,.0f} MiB"
        each = "" if total.rss_bytes is None else f" and {total.rss_bytes / 2**20:,.0f} MiB"
        yield Note(
            "xdist",
            f"pytest-xdist runs the tests in {session.workers:,} processes, and each starts like the one measured here "
            f"({format_duration(total.cpu_ns)} of CPU time{each}): about "
            f"{format_duration(total.cpu_ns * session.workers)} of CPU time{memory} together, and the process that "
            "distributes the tests besides.",
        )


def note_on_migrations(
    session: SessionInfo, phases: Iterable[Phase], modules: Iterable[Module], total: Total
) -> Iterator[Note]:
    """What spares a session the migrations, where creating its databases takes a large part of it."""
    database_ns = sum(phase.time_ns for phase in phases if phase.name == DATABASE)
    migrations = sum(module.phase == DATABASE and ".migrations." in module.name for module in modules)
    is_known = any((part.kind, part.name) == ("plugin", "pytest-django") for part in session.parts)
    if is_known and migrations and database_ns >= max(total.time_ns * DATABASE_SHARE, WORTH_NS):
        yield Note(
            "migrations",
            f"Preparing the test databases took {format_duration(database_ns)} "
            f"({database_ns / total.time_ns * 100:.0f} %) and imported {migrations:,} migration"
            f"{'s' if migrations > 1 else ''}. pytest-django's --no-migrations creates the tables from the models, "
            "--reuse-db keeps the databases for the next session. Not tried: put one of them after -- to see what it "
            "saves.",
        )


def notes_on_order(first_tests: Iterable[str]) -> Iterator[Note]:
    """A warning where boots began with different tests."""
    names = sorted(first_tests)
    if len(names) > 1:
        text = (
            f"The boots began with different tests ({names[0]}, {names[1]}): something shuffles them, so their times "
            "differ by more than noise. Turn that off, or name one test."
        )
        yield Note("first-test-differs", text)


def ended_without_test(target: BootTarget, recording: Recording, code: str) -> str:
    """What became of a session that came to its end before a test was run, as a sentence. code is its exit code."""
    entry = target.entry.label
    asked = f"{entry} {make_redaction(target.secrets).command(target.seen_as)}".strip()
    tests = recording.environment.tests
    if code == "5" and not tests:
        return f"{asked} found no tests (exit code 5)."
    if code in ("", "0") and not tests:
        return f"{asked} ended without collecting tests."
    if code in ("", "0", "5"):
        what = "1 test and did not run it: it is" if tests == 1 else f"{tests:,} tests and ran none: they are"
        return f"{asked} collected {what} skipped, or only listed."
    return f"{asked} ended before its first test, with exit code {code}. What it printed says why."
